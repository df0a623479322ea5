"""Rasa's policy for what rules cannot say; see next_step.py for the decision."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.core.featurizers.tracker_featurizers import TrackerFeaturizer
from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActionExecutionRejected, BotUttered, Event, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from components.action_calls import adjust_action_calls
from components.config import checked_config
from components.faster_rasa import make_rasa_faster
from components.faster_trackers import make_trackers_faster
from components.next_step import Turn, next_step
from components.two_questions import TOPICS

adjust_action_calls()
make_rasa_faster()
make_trackers_faster()


def turn_of(events: List[Event]) -> Turn:
    """The turn that a tracker's events are in the middle of."""
    since: List[Event] = []
    topics: List[Text] = []
    for event in reversed(events):
        if isinstance(event, UserUttered):
            topics = (event.parse_data or {}).get(TOPICS) or []
            if (event.parse_data or {}).get("safety"):
                topics = []
            break
        since.insert(0, event)
    done = [e.action_name for e in since if isinstance(e, ActionExecuted) and e.action_name]
    acts = [e for e in since if isinstance(e, (ActionExecuted, ActionExecutionRejected))]
    return Turn(
        topics,
        done,
        any(isinstance(e, BotUttered) for e in since),
        bool(acts) and isinstance(acts[-1], ActionExecutionRejected),
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class AnswerPolicy(Policy):
    """Stands above RulePolicy and speaks up only where `next_step` has something to say."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """The policy's default config."""
        return {"priority": 7, "max_history": None}  # RulePolicy has priority 6

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: Optional[TrackerFeaturizer] = None,
    ) -> None:
        """A policy that needs no training."""
        config = checked_config(self, config)
        super().__init__(config, model_storage, resource, execution_context, featurizer)

    @staticmethod
    def supported_data() -> SupportedData:
        """Neither stories nor rules are read."""
        return SupportedData.ML_AND_RULE_DATA

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Nothing to learn; Rasa asks every policy."""
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> AnswerPolicy:
        """The policy as it is: nothing was stored."""
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[Text, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Full confidence in one action, or none in any."""
        probabilities = self._default_predictions(domain)
        action = next_step(turn_of(tracker.applied_events()))
        if action:
            probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(probabilities)
