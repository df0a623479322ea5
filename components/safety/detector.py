"""The learned danger detector, for what no phrase foresees.

Two views that fail differently. The topic model, which tells a hundred topics apart, says how much of its
belief lies on topics of danger: fine labels teach it more about danger than a coarse yes or no does. A
support-vector machine (RBF) over the encoder's vectors learns danger against its harmless twins. Their
log-odds are averaged; the figures stand beside the thresholds in config.yml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

import numpy as np
from sklearn.svm import SVC

from components.encoder import Encoder
from components.safety.normalise import plain
from components.safety.tiers import EMERGENCY, ESCALATE, KINDS, Finding
from components.text_model import TextModel

Dangers = Mapping[str, tuple[str, str]]  # intent -> (tier, kind), for the intents that are danger


class Machine:
    """A binary RBF support-vector machine whose arrays are plain, so that loading executes nothing."""

    def __init__(self, vectors: np.ndarray, weights: np.ndarray, bias: float, gamma: float) -> None:
        self.vectors, self.weights, self.bias, self.gamma = vectors, weights, bias, gamma

    @classmethod
    def fit(cls, rows: np.ndarray, positive: np.ndarray, c: float, gamma: float) -> Machine:
        """Learns from unit rows (n, d) and booleans (n,)."""
        svc = SVC(C=c, gamma=gamma, class_weight="balanced", cache_size=1500, tol=0.01).fit(rows, positive)
        return cls(svc.support_vectors_.astype(np.float32), svc.dual_coef_[0].astype(np.float32),
                   float(svc.intercept_[0]), gamma)

    def margins(self, rows: np.ndarray) -> np.ndarray:
        """Signed distances of unit rows, shape (n,); for unit vectors |a-b|^2 is 2-2ab."""
        return np.exp(self.gamma * (2 * (rows @ self.vectors.T) - 2)) @ self.weights + self.bias


class Detector:
    """Scores texts by tier and kind."""

    def __init__(self, model: TextModel, machine: Machine, dangers: Dangers, encoder: Encoder) -> None:
        self._model, self._machine, self._encoder = model, machine, encoder
        named = [dangers.get(name) for name in model.classes]
        self._columns = {
            (tier, kind): [i for i, danger in enumerate(named) if danger == (tier, kind)]
            for tier, kinds in KINDS.items() for kind in kinds
        }

    @classmethod
    def fit(cls, model: TextModel, texts: Sequence[str], intents: Sequence[str], dangers: Dangers, encoder: Encoder,
            c: float, gamma: float) -> Detector:
        """Learns from texts and their intents; `model` has learned the same intents.

        Raises ValueError if a kind of danger, or harmless examples, are missing.
        """
        missing = {(t, k) for t, kinds in KINDS.items() for k in kinds} - {dangers.get(i) for i in intents}
        if missing:
            raise ValueError("no examples for " + ", ".join(sorted("_".join(danger) for danger in missing)))
        positive = np.array([intent in dangers for intent in intents])
        if positive.all():
            raise ValueError("no harmless examples")
        return cls(model, Machine.fit(encoder.encode([plain(text) for text in texts]), positive, c, gamma), dangers, encoder)

    def scores(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, list[dict[tuple[str, str], float]]]:
        """For each text: how surely it is danger at all, how surely an emergency (both 0 to 1, for ranking, not
        calibrated), and the topic model's belief in each (tier, kind)."""
        chances = self._model.probabilities(texts)
        beliefs = {danger: chances[:, columns].sum(axis=1) for danger, columns in self._columns.items()}
        margin = self._machine.margins(self._encoder.encode([plain(text) for text in texts]))
        danger = _blend(sum(beliefs.values()), margin)
        emergency = sum(belief for (tier, _), belief in beliefs.items() if tier == EMERGENCY)
        rows = [{key: float(belief[i]) for key, belief in beliefs.items()} for i in range(len(texts))]
        return danger, np.asarray(emergency), rows

    def findings(self, text: str, thresholds: Mapping[str, float]) -> list[Finding]:
        """What the detector finds in one text: nothing, or one finding of the likeliest kind."""
        danger, emergency, beliefs = (part[0] for part in self.scores([text]))
        if danger < thresholds[ESCALATE]:
            return []
        tier, score = (EMERGENCY, emergency) if emergency >= thresholds[EMERGENCY] else (ESCALATE, danger)
        kind = max(KINDS[tier], key=lambda k: beliefs[tier, k])
        return [Finding(tier, kind, "detector", float(score), text)]

    def save(self, folder: Path) -> None:
        """Writes the detector's files into `folder`."""
        self._model.save(folder / "topics.npz")
        machine = self._machine
        np.savez(folder / "machine.npz", vectors=machine.vectors, weights=machine.weights, bias=machine.bias,
                 gamma=machine.gamma)

    @classmethod
    def load(cls, folder: Path, dangers: Dangers, encoder: Encoder) -> Detector:
        """Reads what `save` wrote. Raises OSError, ValueError or KeyError for broken files."""
        with np.load(folder / "machine.npz", allow_pickle=False) as stored:
            machine = Machine(stored["vectors"], stored["weights"], float(stored["bias"]), float(stored["gamma"]))
        return cls(TextModel.load(folder / "topics.npz", encoder), machine, dangers, encoder)


def _blend(chance: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """The mean of a probability's log-odds and a margin, as a number between 0 and 1."""
    safe = np.clip(chance, 1e-6, 1 - 1e-6)
    return 1 / (1 + np.exp(-(np.log(safe / (1 - safe)) + 2 * margin) / 2))
