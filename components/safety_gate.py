"""The adapter between Rasa and `safety/`: last in the pipeline, and it only ever raises."""

from __future__ import annotations

import gc
import logging
import re
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Text, Tuple

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.config import ROOT, checked_config, digest_of
from components.encoder import shared_encoder
from components.safety.context import still_in_danger
from components.safety.detector import Detector
from components.safety.lexicon import Lexicon
from components.safety.lexicon_file import LexiconError, load_lexicon
from components.safety.tiers import EMERGENCY, ESCALATE, Finding, danger_of
from components.safety.verdict import Thresholds, findings, verdict
from components.topic_classifier import MODEL_CODE, fit_topics, labelled

logger = logging.getLogger(__name__)
RANKING_LENGTH = 10
KNOWN_OFTEN = 3  # a word that harmless examples use so often is no typo of a danger word


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SafetyGate(GraphComponent, IntentClassifier):
    """Turns the intent of a message that holds danger into `escalate_<kind>` or `emergency_<kind>`."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """The component's default config; the thresholds in use stand in config.yml with their figures."""
        return {
            "lexicon": "data/safety.yml",
            "domain": "domain.yml",  # answers whose metadata say `escalate: kind` raise their topic
            "whole": {"escalate": 0.5, "emergency": 0.5},
            "clause": {"escalate": 0.8, "emergency": 0.8},
        }

    def __init__(self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource) -> None:
        """A gate without lexicon and detector; `train` or `load` brings them."""
        self._config = checked_config(self, config)
        self._thresholds = Thresholds(*(checked_thresholds(key, self._config[key]) for key in ("whole", "clause")))
        self._storage, self._resource = storage, resource
        self._lexicon: Optional[Lexicon] = None
        self._detector: Optional[Detector] = None

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyGate:
        """An untrained component (see parent class)."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[str]:
        """Retrains when the lexicon, the escalating topics or the safety code have changed."""
        merged = {**cls.get_default_config(), **config}
        topics = escalating_topics(ROOT / merged["domain"]) if (ROOT / merged["domain"]).is_file() else {}
        return digest_of("components/safety", *MODEL_CODE, merged["lexicon"]) + repr(sorted(topics.items()))

    def train(self, training_data: TrainingData) -> Resource:
        """Reads the lexicon, fits the detector and keeps both in the model, so that a model is whole."""
        escalating = escalating_topics(ROOT / self._config["domain"])
        texts, intents = labelled(training_data)
        dangers = all_dangers(intents, escalating)
        known = known_words([text for text, intent in zip(texts, intents, strict=True) if intent not in dangers])
        try:
            load_lexicon(ROOT / self._config["lexicon"], known)
            detector = Detector(fit_topics(training_data), dangers)
        except (LexiconError, ValueError) as error:
            raise InvalidConfigException(f"The safety gate cannot be trained: {error}") from error
        with self._storage.write_to(self._resource) as folder:
            detector.save(folder)
            shutil.copy(ROOT / self._config["lexicon"], folder / "safety.yml")
            (folder / "known.txt").write_text("\n".join(sorted(known)), encoding="utf-8")
            (folder / "dangers.yml").write_text(yaml.safe_dump({i: list(d) for i, d in dangers.items()}))
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyGate:
        """A trained gate. Anything broken is an error here: a bot without its gate must not start."""
        gc.unfreeze()  # what channels/settle.py has frozen, so that a model which this one replaces can go
        gate = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            known = (folder / "known.txt").read_text(encoding="utf-8").split("\n")
            gate._lexicon = load_lexicon(folder / "safety.yml", known)
            dangers = yaml.safe_load((folder / "dangers.yml").read_text(encoding="utf-8"))
            gate._detector = Detector.load(folder, {i: tuple(d) for i, d in dangers.items()}, shared_encoder())
        return gate

    def signs(self, text: Text, learned: bool = True) -> List[Finding]:
        """Every sign of danger in `text` alone; without the learned detector that takes 1 ms."""
        assert self._lexicon is not None and self._detector is not None, "train or load the gate first"
        if not learned:
            return self._lexicon.findings(text)
        return findings(text, self._lexicon, self._detector, self._thresholds)

    def _score(self, text: Text) -> float:
        """How surely `text` is danger at all, for the learned detector."""
        assert self._detector is not None, "train or load the gate first"
        return float(self._detector.scores([text])[0][0])

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Raises what must be raised; everything else passes untouched."""
        for message in messages:
            text = message.get(TEXT)
            if text and text.strip():
                self._raise(message, text, tracker)
            # All of a hundred topics in every event would make long conversations slow.
            ranking = message.get(INTENT_RANKING_KEY) or []
            message.set(INTENT_RANKING_KEY, ranking[:RANKING_LENGTH], add_to_output=True)
        return messages

    def _raise(self, message: Message, text: str, tracker: Optional[DialogueStateTracker]) -> None:
        found = self.signs(text)
        ranking = message.get(INTENT_RANKING_KEY) or []
        decided = verdict(found) or still_in_danger(danger_before(tracker), text, ranking, self._score)
        if decided is None:
            return
        intent = {"name": decided.intent, "confidence": 1.0}
        message.set(INTENT_RANKING_KEY, [intent, *ranking], add_to_output=True)
        message.set(INTENT, intent, add_to_output=True)
        message.set(
            "safety",
            {
                "tier": decided.tier,
                "kind": decided.kind,
                "source": decided.source,
                "score": round(decided.score, 4),
                "found": sorted({f"{f.tier}_{f.kind}:{f.source}" for f in found}),
            },
            add_to_output=True,
        )


def checked_thresholds(key: Text, given: Dict[Text, Any]) -> Dict[Text, float]:
    """One threshold for each danger tier. Raises InvalidConfigException that names what is wrong."""
    if set(given) != {ESCALATE, EMERGENCY} or not all(
        isinstance(v, (int, float)) and 0 < v <= 1 for v in given.values()
    ):
        raise InvalidConfigException(
            f"config.yml: SafetyGate: `{key}` must be {{escalate: number, emergency: number}}, "
            f"with numbers up to 1, and is {given}."
        )
    return {tier: float(value) for tier, value in given.items()}


def danger_before(tracker: Optional[DialogueStateTracker]) -> Dict[Text, Any]:
    """What was found in the visitor's message before; empty if nothing was."""
    before = tracker.latest_message.parse_data if tracker and tracker.latest_message else None
    return dict((before or {}).get("safety") or {})


def escalating_topics(domain: Path) -> Dict[Text, Text]:
    """The topics whose answers escalate, with their kind, from the metadata in a domain file."""
    responses = (yaml.safe_load(domain.read_text(encoding="utf-8")) or {}).get("responses") or {}
    kinds = {name: (variants[0].get("metadata") or {}).get("escalate") for name, variants in responses.items()}
    return {name.removeprefix("utter_"): kind for name, kind in kinds.items() if kind}


def all_dangers(intents: Iterable[Text], escalating: Dict[Text, Text]) -> Dict[Text, Tuple[Text, Text]]:
    """(tier, kind) of each intent that is danger: the danger intents and the topics that always escalate."""
    found = {
        intent: (ESCALATE, escalating[intent]) if intent in escalating else danger_of(intent) for intent in set(intents)
    }
    return {intent: danger for intent, danger in found.items() if danger}


def known_words(harmless: List[Text]) -> set[str]:
    """Words that harmless examples use often, and that are therefore never taken for typos."""
    counts = Counter(word for text in harmless for word in set(re.findall(r"[a-z]+", text.lower().replace("'", ""))))
    return {word for word, count in counts.items() if count >= KNOWN_OFTEN}
