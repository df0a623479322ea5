"""Refuses only what it is sure of: where nothing fits well but a topic is near, the bot asks back with buttons."""

from __future__ import annotations

from typing import Any, Collection, Dict, List, Optional, Sequence, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from components.config import checked_config
from components.last_answer import answered_topics

UNSURE, REFUSED = "nlu_fallback", "out_of_scope"  # rules turn the one into buttons and the other into a refusal


def should_ask(ranking: Sequence[Dict[Text, Any]], topics: Collection[Text], sure: float, near: float) -> bool:
    """Whether a refusal is less sure than `sure` while the likeliest of `topics` has `near` or more."""
    if not ranking or ranking[0]["name"] != REFUSED or ranking[0]["confidence"] >= sure:
        return False
    return any(guess["confidence"] >= near for guess in ranking if guess["name"] in topics)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class AskBack(GraphComponent, IntentClassifier):
    """Beside Rasa's FallbackClassifier, which looks at the first topic only."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """The component's default config."""
        return {"sure": 0.5, "near": 0.1}

    def __init__(self, config: Dict[Text, Any]) -> None:
        """A component with its two thresholds."""
        self._config = checked_config(self, config)

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> AskBack:
        """See the parent class."""
        return cls(config)

    def process(self, messages: List[Message], domain: Optional[Domain] = None) -> List[Message]:
        """Turns an unsure refusal into the intent that asks back, and keeps it in the ranking."""
        topics = answered_topics(domain) if domain else frozenset()
        for message in messages:
            ranking = message.get(INTENT_RANKING_KEY) or []
            if should_ask(ranking, topics, self._config["sure"], self._config["near"]):
                unsure = {"name": UNSURE, "confidence": ranking[0]["confidence"]}
                message.set(INTENT, unsure, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [unsure, *ranking], add_to_output=True)
        return messages
