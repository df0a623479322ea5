"""The figures behind the thresholds in config.yml: `make thresholds`, some five minutes on two cores.

Each training example is scored by models that have not seen it (three folds). Printed are, for the danger
detector, recall and false alarms at a range of thresholds, for whole messages and for single clauses, and for the
topic classifier how often the first topic is right at a range of confidences. "Right" counts a topic that cites
a paragraph which the true topic's answer cites too. Training messages are harder than visitors' on purpose: half
of the harmless ones were written to look like danger.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, Sequence

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold

from components.encoder import Encoder, shared_encoder
from components.safety.clauses import clauses
from components.safety.detector import Detector
from components.safety.normalise import unmasked
from components.safety_gate import all_dangers, escalating_topics
from components.text_model import TextModel
from evaluation.training_data import ROOT, read_examples

FOLDS = 3
STEPS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


class Encoded:
    """The encoder with all texts encoded once: as in training, for learning, and each alone, as a visitor's is."""

    def __init__(self, texts: list[str], encoder: Encoder) -> None:
        texts = list(dict.fromkeys(unmasked(text) for text in texts))
        self._encoder, self.is_learning = encoder, True
        self._together = dict(zip(texts, encoder.encode(texts), strict=True))
        with ThreadPoolExecutor(2) as pool:
            self._alone = dict(zip(texts, pool.map(lambda text: encoder.encode([text])[0], texts), strict=True))

    def encode(self, texts: Sequence[str], within: str = "") -> np.ndarray:
        """As Encoder.encode."""
        if within:
            return self._encoder.encode(texts, within)
        known = self._together if self.is_learning else self._alone
        return np.stack([known[text] if text in known else self._encoder.encode([text])[0] for text in texts])


def cross_validated(texts: list[str], intents: list[str]) -> dict[str, np.ndarray]:
    """Per example: danger score, emergency score, highest clause score (0 for one clause), top topic, confidence."""
    dangers = all_dangers(intents, escalating_topics(ROOT / "domain.yml"))
    found = {
        "danger": np.zeros(len(texts)),
        "emergency": np.zeros(len(texts)),
        "clause": np.zeros(len(texts)),
        "topic": np.empty(len(texts), dtype=object),
        "confidence": np.zeros(len(texts)),
    }
    encoder: Any = Encoded(texts, shared_encoder())
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, intents)
    for number, (train, test) in enumerate(folds, 1):
        print(f"fold {number} of {FOLDS} …", flush=True)
        seen, labels = [texts[i] for i in train], [intents[i] for i in train]
        encoder.is_learning = True
        model = TextModel.fit(seen, labels, encoder)
        detector = Detector(model, dangers)
        encoder.is_learning = False
        held = [texts[i] for i in test]
        found["danger"][test], found["emergency"][test], _ = detector.scores(held)
        chances = model.probabilities(held)
        found["topic"][test] = [model.classes[i] for i in chances.argmax(axis=1)]
        found["confidence"][test] = chances.max(axis=1)
        for i in test:
            parts = clauses(texts[i])
            if len(parts) > 1:
                found["clause"][i] = detector.scores(parts, within=texts[i])[0].max()
    return found


def print_danger(scores: np.ndarray, is_danger: np.ndarray, title: str) -> None:
    """Recall and false alarms of one score at each step."""
    print(f"\n{title}\nthreshold  recall  false alarms")
    for step in STEPS:
        print(f"{step:9.2f}  {(scores[is_danger] >= step).mean():6.3f}  {(scores[~is_danger] >= step).mean():12.3f}")


def print_topics(found: dict[str, np.ndarray], intents: np.ndarray, is_danger: np.ndarray) -> None:
    """How many harmless messages have a first topic as sure as each step, and how often it is right."""
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    cited = {
        name.removeprefix("utter_"): set((v[0].get("metadata") or {}).get("paragraphs") or [])
        for name, v in responses.items()
    }
    right = np.array(
        [
            guess == true or bool(cited.get(guess, set()) & cited.get(true, set()))
            for guess, true in zip(found["topic"], intents, strict=True)
        ]
    )
    print("\ntopics of harmless messages\nconfidence  share  right")
    for step in (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        sure = (found["confidence"] >= step) & ~is_danger
        print(f"{step:10.2f}  {sure.sum() / (~is_danger).sum():5.3f}  {right[sure].mean():5.3f}")


def main() -> None:
    """Prints all figures, and keeps the scores in results/ for a closer look."""
    texts, intents = map(list, zip(*read_examples(), strict=True))
    dangers = all_dangers(intents, escalating_topics(ROOT / "domain.yml"))
    is_danger = np.array([intent in dangers for intent in intents])
    is_emergency = np.array([dangers.get(intent, ("",))[0] == "emergency" for intent in intents])
    found = cross_validated(texts, intents)
    print_danger(found["danger"], is_danger, "danger, whole message")
    print_danger(found["clause"], is_danger, "danger, any clause of a message that has several")
    print_danger(found["emergency"][is_danger], is_emergency[is_danger], "emergency among dangers")
    print_topics(found, np.array(intents), is_danger)
    (ROOT / "results").mkdir(exist_ok=True)
    np.savez(
        ROOT / "results" / "thresholds.npz",
        intents=np.array(intents),
        **{k: v for k, v in found.items() if k != "topic"},
        topic=found["topic"].astype(str),
    )


if __name__ == "__main__":
    main()
