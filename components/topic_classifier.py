"""Rasa's intent classifier: ranks the topics of a message, whole and clause by clause.

A short message is read twice, alone and after the title of the answer that came last, because "is that normal" means
little without it. The clauses of a message are read alone.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Tuple

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.config import checked_config, digest_of
from components.encoder import shared_encoder
from components.last_answer import last_answered_topic, title_of
from components.question_clauses import question_clauses, tagger
from components.text_model import TextModel

MODEL_CODE = (
    *(f"components/{name}.py" for name in ("encoder", "onnx_model", "softmax", "text_model", "typos")),
    *(f"components/safety/{name}.py" for name in ("normalise", "emoji", "spelling")),
)
CLAUSE_RANKINGS = "clause_rankings"  # for TwoQuestions; not part of the parse data


def fit_topics(training_data: TrainingData) -> TextModel:
    """The model of all intents in the training data; the safety gate asks for the same one.

    Raises InvalidConfigException if there are fewer than two intents.
    """
    texts, intents = labelled(training_data)
    if len(set(intents)) < 2:
        raise InvalidConfigException("data/nlu.yml holds fewer than two intents; nothing can be learned from it.")
    return TextModel.fit_once(texts, intents, shared_encoder())


def labelled(training_data: TrainingData) -> Tuple[List[Text], List[Text]]:
    """The texts of all examples, and their intents."""
    examples = [e for e in training_data.intent_examples if e.get(TEXT)]
    return [e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Encoder and character n-grams, one logistic regression each (see text_model.py)."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """`after_answer`: how much the reading after the last answer counts, and for messages of how many words."""
        return {"after_answer": {"weight": 0.0, "words": 0}}

    def __init__(
        self, config: Dict[Text, Any], storage: ModelStorage, resource: Resource, model: Optional[TextModel] = None
    ) -> None:
        """A classifier that is untrained unless `model` is given."""
        self._config = checked_config(self, config)
        self._storage, self._resource, self._model = storage, resource, model

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicClassifier:
        """An untrained component (see parent class)."""
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[Text, Any]) -> Optional[str]:
        """Retrains when the code that makes the model has changed; Rasa itself looks at this file only."""
        return digest_of(*MODEL_CODE)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns every intent of the training data. Raises InvalidConfigException if there are fewer than two."""
        self._model = fit_topics(training_data)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / "topics.npz")
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicClassifier:
        """A trained component. A broken model file is an error here and never an untrained classifier."""
        tagger()  # before a visitor waits for it
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, TextModel.load(folder / "topics.npz", shared_encoder()))

    def process(
        self,
        messages: List[Message],
        tracker: Optional[DialogueStateTracker] = None,
        domain: Optional[Domain] = None,
    ) -> List[Message]:
        """Sets intent, ranking and the clauses' rankings of each message."""
        title = title_of(last_answered_topic(tracker, domain), domain)
        for message in messages:
            text = message.get(TEXT) or ""
            parts = question_clauses(text)
            ranking = self._rank_after(title, text)
            of_parts = self._rank(parts, within=text) if len(parts) > 1 else []
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(CLAUSE_RANKINGS, of_parts)
        return messages

    def _rank(self, texts: List[Text], within: Text = "") -> List[List[Dict[Text, Any]]]:
        """All topics for each text (a clause of the message `within`, if that is given), the likeliest first."""
        assert self._model is not None, "train or load the classifier first"
        return [self._ranking(row) for row in self._model.probabilities(texts, within)]

    def _rank_after(self, title: Text, text: Text) -> List[Dict[Text, Any]]:
        """All topics of `text` after an answer with this title (empty if there was none), the likeliest first."""
        weight, words = (self._config["after_answer"][key] for key in ("weight", "words"))
        if not title or not weight or len(text.split()) > words:
            return self._rank([text])[0]
        assert self._model is not None, "train or load the classifier first"
        alone, after = self._model.probabilities([text, f"{title} {text}"])
        return self._ranking((1 - weight) * alone + weight * after)

    def _ranking(self, chances: np.ndarray) -> List[Dict[Text, Any]]:
        assert self._model is not None
        return [{"name": self._model.classes[i], "confidence": float(chances[i])} for i in chances.argsort()[::-1]]
