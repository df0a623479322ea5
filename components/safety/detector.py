"""The learned danger detector, for what no phrase foresees.

The topic model, which tells a hundred topics apart, says how much of its belief lies on topics of danger: fine labels
teach it more about danger than a coarse yes or no does. A model of danger alone, beside it, adds nothing: a linear one
makes it worse, a support-vector machine is even on unseen messages and costs a third of the training. The figures
stand beside the thresholds in config.yml.
"""

from __future__ import annotations

from pathlib import Path
from typing import Mapping, Sequence

import numpy as np

from components.encoder import Encoder
from components.safety.tiers import EMERGENCY, ESCALATE, KINDS, Finding
from components.text_model import TextModel

Dangers = Mapping[str, tuple[str, str]]  # intent -> (tier, kind), for the intents that are danger


class Detector:
    """Scores texts by tier and kind."""

    def __init__(self, model: TextModel, dangers: Dangers) -> None:
        """Reads danger from a model that learned topics of every kind and harmless ones; ValueError if any miss."""
        named = [dangers.get(name) for name in model.classes]
        missing = {(tier, kind) for tier, kinds in KINDS.items() for kind in kinds} - set(named)
        if missing:
            raise ValueError("no examples for " + ", ".join(sorted("_".join(danger) for danger in missing)))
        if None not in named:
            raise ValueError("no harmless examples")
        self._model = model
        self._kinds = [(tier, kind) for tier, kinds in KINDS.items() for kind in kinds]
        self._of_kind = np.array([[danger == one for one in self._kinds] for danger in named], dtype=np.float32)
        self._emergencies = [i for i, (tier, _) in enumerate(self._kinds) if tier == EMERGENCY]

    def scores(
        self, texts: Sequence[str], within: str = ""
    ) -> tuple[np.ndarray, np.ndarray, list[dict[tuple[str, str], float]]]:
        """For each text (of the message `within`, if that is given): how surely it is danger at all, how surely an
        emergency (both 0 to 1, for ranking, not calibrated), and the belief in each (tier, kind)."""
        beliefs = self._model.probabilities(texts, within) @ self._of_kind
        rows = [dict(zip(self._kinds, row, strict=True)) for row in beliefs.tolist()]
        return beliefs.sum(axis=1), beliefs[:, self._emergencies].sum(axis=1), rows

    def findings(self, texts: Sequence[str], thresholds: Mapping[str, float], within: str = "") -> list[Finding]:
        """What the detector finds: for each text nothing, or one finding of the likeliest kind."""
        found = []
        for text, danger, emergency, beliefs in zip(texts, *self.scores(texts, within), strict=True) if texts else ():
            if danger < thresholds[ESCALATE]:
                continue
            tier, score = (EMERGENCY, emergency) if emergency >= thresholds[EMERGENCY] else (ESCALATE, danger)
            chances = {kind: beliefs[tier, kind] for kind in KINDS[tier]}
            found.append(Finding(tier, max(chances, key=chances.__getitem__), "detector", float(score), text))
        return found

    def save(self, folder: Path) -> None:
        """Writes the detector's file into `folder`."""
        self._model.save(folder / "topics.npz")

    @classmethod
    def load(cls, folder: Path, dangers: Dangers, encoder: Encoder) -> Detector:
        """Reads what `save` wrote. Raises OSError, ValueError or KeyError for broken files."""
        return cls(TextModel.load(folder / "topics.npz", encoder), dangers)
