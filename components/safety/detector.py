"""The learned danger detector, for what no phrase foresees.

Two views that fail differently. The topic model, which tells a hundred topics apart, says how much of its
belief lies on topics of danger: fine labels teach it more about danger than a coarse yes or no does. A
support-vector machine (RBF) over the encoder's vectors learns danger against its harmless twins. Their
log-odds are averaged; the figures stand beside the thresholds in config.yml.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Mapping, Sequence

import numpy as np
from sklearn.svm import SVC

from components.encoder import Encoder
from components.safety.normalise import unmasked
from components.safety.tiers import EMERGENCY, ESCALATE, KINDS, Finding
from components.softmax import fit_softmax
from components.text_model import TextModel

AXES = 256  # of 768
NEAR, LEAST = 0.6, 100  # share of the examples, and their number at least, that the machine learns from on each side
FEW_WORDS = 3  # so short a text says little, and what was not learned of it is guessed
Dangers = Mapping[str, tuple[str, str]]  # intent -> (tier, kind), for the intents that are danger


class Machine:
    """A binary RBF support-vector machine over principal components of the encoder's vectors.

    Its arrays are plain, so that loading executes nothing: `mean` (d,) and `basis` (d, AXES) project a row,
    `vectors` (n, AXES) and `weights` (n,) are the support vectors, `settings` holds the bias and gamma.
    """

    ARRAYS = ("mean", "basis", "vectors", "weights", "settings")

    def __init__(self, **arrays: np.ndarray) -> None:
        self.arrays = {name: np.asarray(arrays[name], dtype=np.float32) for name in self.ARRAYS}

    @classmethod
    def fit(cls, rows: np.ndarray, positive: np.ndarray, c: float, gamma: float) -> Machine:
        """Learns from rows (n, d) and booleans (n,)."""
        mean = rows.mean(axis=0)
        basis = np.linalg.eigh(np.cov((rows - mean).T))[1][:, ::-1][:, :AXES]
        projected = _projected(rows, mean, basis)
        near = _near_the_border(projected, positive)
        svc = SVC(C=c, gamma=gamma, class_weight="balanced", cache_size=1500, tol=0.1)
        svc.fit(projected[near], positive[near])
        return cls(
            mean=mean,
            basis=basis,
            vectors=svc.support_vectors_,
            weights=svc.dual_coef_[0],
            settings=np.array([svc.intercept_[0], gamma]),
        )

    def margins(self, rows: np.ndarray) -> np.ndarray:
        """Signed distances of rows, shape (n,); for unit vectors |a-b|^2 is 2-2ab."""
        mean, basis, vectors, weights, (bias, gamma) = (self.arrays[name] for name in self.ARRAYS)
        likeness = _projected(rows, mean, basis) @ vectors.T
        return np.exp(gamma * (2 * likeness - 2)) @ weights + bias


def _projected(rows: np.ndarray, mean: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Unit rows over the principal axes."""
    found = (rows - mean) @ basis
    return found / np.clip(np.linalg.norm(found, axis=1, keepdims=True), 1e-9, None)


def _near_the_border(rows: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """The places of the rows that a straight line tells apart worst, NEAR of each side. The rest would tell the
    machine little: without it, it learns in a third of the time and separates unseen texts better."""
    weights, bias = fit_softmax(rows.astype(np.float32), positive.astype(int), 2, c=1.0)
    danger = (rows @ weights + bias) @ np.array([-1, 1])
    near = []
    for side, sure in ((np.flatnonzero(positive), danger), (np.flatnonzero(~positive), -danger)):
        kept = max(LEAST, int(NEAR * len(side)))
        near.append(side[np.argsort(sure[side], kind="stable")[:kept]])
    return np.sort(np.concatenate(near))


class Detector:
    """Scores texts by tier and kind."""

    def __init__(self, model: TextModel, machine: Machine, dangers: Dangers, encoder: Encoder) -> None:
        self._model, self._machine, self._encoder = model, machine, encoder
        named = [dangers.get(name) for name in model.classes]
        self._columns = {
            (tier, kind): [i for i, danger in enumerate(named) if danger == (tier, kind)]
            for tier, kinds in KINDS.items()
            for kind in kinds
        }

    @classmethod
    def fit(
        cls,
        learn_model: Callable[[], TextModel],
        texts: Sequence[str],
        intents: Sequence[str],
        dangers: Dangers,
        encoder: Encoder,
        c: float,
        gamma: float,
    ) -> Detector:
        """Learns from texts and their intents; `learn_model` gives the topic model of the same intents, and is
        called while the machine learns in a second thread.

        Raises ValueError if a kind of danger, or harmless examples, are missing.
        """
        missing = {(t, k) for t, kinds in KINDS.items() for k in kinds} - {dangers.get(i) for i in intents}
        if missing:
            raise ValueError("no examples for " + ", ".join(sorted("_".join(danger) for danger in missing)))
        positive = np.array([intent in dangers for intent in intents])
        if positive.all():
            raise ValueError("no harmless examples")
        rows, taught = encoder.encode([unmasked(text) for text in texts]), telling(texts, intents, positive)
        with ThreadPoolExecutor(1) as pool:
            machine = pool.submit(Machine.fit, rows[taught], positive[taught], c, gamma)
            return cls(learn_model(), machine.result(), dangers, encoder)

    def scores(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, list[dict[tuple[str, str], float]]]:
        """For each text: how surely it is danger at all, how surely an emergency (both 0 to 1, for ranking, not
        calibrated), and the topic model's belief in each (tier, kind)."""
        chances = self._model.probabilities(texts)
        beliefs = {danger: chances[:, columns].sum(axis=1) for danger, columns in self._columns.items()}
        margin = self._machine.margins(self._encoder.encode([unmasked(text) for text in texts]))
        danger = _blend(sum(beliefs.values()), margin)
        emergency = sum(belief for (tier, _), belief in beliefs.items() if tier == EMERGENCY)
        rows = [{key: float(belief[i]) for key, belief in beliefs.items()} for i in range(len(texts))]
        return danger, np.asarray(emergency), rows

    def findings(self, texts: Sequence[str], thresholds: Mapping[str, float]) -> list[Finding]:
        """What the detector finds: for each text nothing, or one finding of the likeliest kind."""
        found = []
        for text, danger, emergency, beliefs in zip(texts, *self.scores(texts), strict=True) if texts else ():
            if danger < thresholds[ESCALATE]:
                continue
            tier, score = (EMERGENCY, emergency) if emergency >= thresholds[EMERGENCY] else (ESCALATE, danger)
            chances = {kind: beliefs[tier, kind] for kind in KINDS[tier]}
            found.append(Finding(tier, max(chances, key=chances.__getitem__), "detector", float(score), text))
        return found

    def save(self, folder: Path) -> None:
        """Writes the detector's files into `folder`."""
        self._model.save(folder / "topics.npz")
        np.savez(folder / "machine.npz", **self._machine.arrays)

    @classmethod
    def load(cls, folder: Path, dangers: Dangers, encoder: Encoder) -> Detector:
        """Reads what `save` wrote. Raises OSError, ValueError or KeyError for broken files."""
        with np.load(folder / "machine.npz", allow_pickle=False) as stored:
            machine = Machine(**{name: stored[name] for name in Machine.ARRAYS})
        return cls(TextModel.load(folder / "topics.npz", encoder), machine, dangers, encoder)


def telling(texts: Sequence[str], intents: Sequence[str], positive: np.ndarray) -> np.ndarray:
    """Which examples the machine learns from: all dangers, all of the largest harmless intent (where the harmless
    twins are), all of a few words, which say too little to be far from danger, and every third of the rest, which
    is. That is nearly twice as fast."""
    names, counts = np.unique(np.array(intents)[~positive], return_counts=True)
    twins = np.array(intents) == names[counts.argmax()]
    short = np.array([len(text.split()) <= FEW_WORDS for text in texts])
    return positive | twins | short | (np.arange(len(intents)) % 3 == 0)


def _blend(chance: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """The mean of a probability's log-odds and a margin, as a number between 0 and 1."""
    safe = np.clip(chance, 1e-6, 1 - 1e-6)
    return 1 / (1 + np.exp(-(np.log(safe / (1 - safe)) + 2 * margin) / 2))
