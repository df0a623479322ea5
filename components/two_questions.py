"""Two questions in one message get two answers."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Text, Tuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY
from rasa.shared.nlu.training_data.message import Message

from components.config import checked_config
from components.topic_classifier import CLAUSE_RANKINGS

TOPICS = "topics"  # in the parse data: the topics of both questions, in their order


def two_topics(
    clause_rankings: Sequence[Sequence[Dict[Text, Any]]], paragraphs: Dict[Text, frozenset[int]], sure: float
) -> Optional[Tuple[Text, Text]]:
    """The topics of the first two clauses that each ask surely for an answer of their own, None if there are
    fewer. `paragraphs` gives those each topic cites; topics that share one are no two questions."""
    asked: List[Text] = []
    for ranking in clause_rankings:
        best = ranking[0]
        cited = paragraphs.get(best["name"])
        if cited and best["confidence"] >= sure and not any(cited & paragraphs[other] for other in asked):
            asked.append(best["name"])
    return (asked[0], asked[1]) if len(asked) > 1 else None


def paragraphs_of(domain: Domain) -> Dict[Text, frozenset[int]]:
    """The paragraphs that each topic with an answer cites."""
    metas = {name: variants[0].get("metadata") or {} for name, variants in domain.responses.items()}
    return {
        name.removeprefix("utter_"): frozenset(meta["paragraphs"])
        for name, meta in metas.items()
        if meta.get("kind") == "answer"
    }


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class TwoQuestions(GraphComponent, IntentClassifier):
    """Sets `topics` where a message asks two things; AnswerPolicy says the second answer."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """The component's default config."""
        return {"sure": 0.5}

    def __init__(self, config: Dict[Text, Any]) -> None:
        """A component that is told of the model's own answers with each message."""
        self._config = checked_config(self, config)
        self._domain: Optional[Domain] = None
        self._paragraphs: Dict[Text, frozenset[int]] = {}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TwoQuestions:
        """A component (see parent class)."""
        return cls(config)

    def process(self, messages: List[Message], domain: Optional[Domain] = None) -> List[Message]:
        """Marks messages with two questions; their intent becomes the first one's topic."""
        if domain is not None and domain is not self._domain:
            self._domain, self._paragraphs = domain, paragraphs_of(domain)
        for message in messages:
            both = two_topics(message.get(CLAUSE_RANKINGS) or [], self._paragraphs, self._config["sure"])
            if both:
                first = {"name": both[0], "confidence": self._config["sure"]}
                message.set(TOPICS, list(both), add_to_output=True)
                message.set(INTENT, first, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [first, *message.get(INTENT_RANKING_KEY)], add_to_output=True)
        return messages
