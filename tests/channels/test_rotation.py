"""What a fresh Rasa conversation knows of the one before it."""

from __future__ import annotations

from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from channels.history import count_turns, lines
from channels.rotation import context
from components.follow_ups import last_answered_topic
from components.safety_gate import danger_before

SAFETY = {"tier": "emergency", "kind": "suicide", "source": "lexicon"}
ANSWER = {"utter_action": "utter_side_effects", "metadata": {"kind": "answer", "paragraphs": [97]}, "model_id": "m"}


class Domain:
    responses = {"utter_side_effects": [{"metadata": {"kind": "answer"}}], "utter_greet": [{"metadata": {}}]}


def events() -> list:
    parsed = {"intent": {"name": "emergency_suicide", "confidence": 1.0}, "safety": SAFETY, "text": "secret words"}
    return [
        UserUttered("what about side effects"),
        ActionExecuted("utter_side_effects"),
        BotUttered("Nausea.", metadata=ANSWER),
        ActionExecuted("action_listen"),
        UserUttered("secret words", intent=parsed["intent"], parse_data=parsed),
        ActionExecuted("utter_emergency_suicide"),
        BotUttered(
            "Call 988.", metadata={"utter_action": "utter_emergency_suicide", "metadata": {"kind": "emergency"}}
        ),
        SlotSet("feedback", []),
        ActionExecuted("action_listen"),
    ]


def test_danger_and_topic_go_on_without_the_words():
    fresh = DialogueStateTracker.from_events("new", context(events()))
    found = danger_before(fresh)
    assert (found["tier"], found["kind"]) == ("emergency", "suicide")
    assert last_answered_topic(fresh, Domain()) == "side_effects"
    stored = [event.as_dict() for event in fresh.events]
    assert "secret" not in str(stored) and "Nausea" not in str(stored)
    assert lines(stored) == [] and count_turns(stored) == 0  # nothing of it is shown or counted


def test_it_is_carried_on_through_every_change():
    again = context(list(DialogueStateTracker.from_events("new", context(events())).events))
    fresh = DialogueStateTracker.from_events("newer", again)
    assert danger_before(fresh)["kind"] == "suicide" and last_answered_topic(fresh, Domain()) == "side_effects"


def test_a_conversation_without_either():
    assert context([]) == []
    assert [type(one) for one in context([UserUttered("hi")])] == [UserUttered, ActionExecuted]
