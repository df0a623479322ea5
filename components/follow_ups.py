"""Follow-ups ("and the shot?", "how long do they last?") become the topic they mean after the last answer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Dict, List, Optional, Text

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.config import ROOT, checked_config, digest_of
from components.last_answer import last_answered_topic

FollowUpTable = Dict[Text, Dict[Text, Any]]


def meant_topic(intent: Optional[Text], last_topic: Optional[Text], table: FollowUpTable) -> Optional[Text]:
    """The topic that the follow-up `intent` means after `last_topic`; None if `intent` is no follow-up."""
    row = table.get(intent or "")
    if row is None:
        return None
    return (row.get("after") or {}).get(last_topic) or row["otherwise"]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FollowUps(GraphComponent, IntentClassifier):
    """Resolves follow-up intents with data/follow_ups.yml and the conversation so far."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """The component's default config."""
        return {"table": "data/follow_ups.yml"}

    def __init__(
        self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource, table: Optional[FollowUpTable] = None
    ) -> None:
        """A resolver with the given table."""
        self._config, self._table = checked_config(self, config), table or {}
        self._storage, self._resource = storage, resource

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FollowUps:
        """A component without its table (see parent class)."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[str]:
        """Retrains when the table has changed."""
        return digest_of(config.get("table", cls.get_default_config()["table"]))

    def train(self, training_data: TrainingData) -> Resource:
        """Keeps the table in the model."""
        with self._storage.write_to(self._resource) as folder:
            shutil.copy(ROOT / self._config["table"], folder / "follow_ups.yml")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> FollowUps:
        """A component with the model's own table."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, read_table(folder / "follow_ups.yml"))

    def process(
        self,
        messages: List[Message],
        tracker: Optional[DialogueStateTracker] = None,
        domain: Optional[Domain] = None,
    ) -> List[Message]:
        """Replaces follow-up intents, keeping them in the ranking."""
        for message in messages:
            intent = message.get(INTENT) or {}
            topic = meant_topic(intent.get("name"), last_answered_topic(tracker, domain), self._table)
            if topic:
                meant = {"name": topic, "confidence": intent["confidence"]}
                message.set(INTENT, meant, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [meant, *message.get(INTENT_RANKING_KEY)], add_to_output=True)
        return messages


def read_table(path: Path) -> FollowUpTable:
    """The follow-up table of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))
