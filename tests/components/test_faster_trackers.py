"""A copy is what Rasa's own is, and the end of a conversation tells the policies what the whole tells them."""

from __future__ import annotations

import pytest
import yaml
from rasa.core.processor import MessageProcessor
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    FollowupAction,
    Restarted,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from actions.catalogue import ROOT
from components.faster_trackers import (
    TURNS,
    _rasas_copy,
    copied,
    make_trackers_faster,
    predict_next,
    the_end_of,
)

SLOT = "slots:\n  x:\n    type: {kind}\n    influence_conversation: {counts}\n    mappings: [{{type: custom}}]"
START = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def domain(counts: bool = False) -> Domain:
    slot = SLOT.format(kind="text" if counts else "any", counts=str(counts).lower())
    return Domain.from_yaml(f"version: '3.1'\nintents: [greet, thank]\nresponses:\n  utter_a: [{{text: a}}]\n{slot}")


def conversation(turns: int, of: Domain, *more: object) -> DialogueStateTracker:
    events = list(START)
    for number in range(turns):
        intent = {"name": "greet" if number % 2 else "thank", "confidence": 1.0}
        events += [UserUttered(f"{number}", intent), ActionExecuted("utter_a"), BotUttered("a"), SlotSet("x", "y")]
        events += [ActionExecuted("action_listen")]
    return DialogueStateTracker.from_events("me", [*events, *more], of.slots)


@pytest.mark.parametrize(
    "more",
    [
        [],
        [ActiveLoop("form")],
        [FollowupAction("utter_a")],
        [UserUtteranceReverted()],
        [Restarted()],
        [UserUttered("now", {"name": "greet"})],
    ],
)
def test_a_copy_is_what_rasas_own_is(more):
    tracker = conversation(4, domain(), *more)
    ours, rasas = copied(tracker), _rasas_copy(tracker)
    assert ours == rasas and ours.active_loop == rasas.active_loop and ours.followup_action == rasas.followup_action
    assert ours.latest_message == rasas.latest_message and ours.latest_action == rasas.latest_action
    assert ours.current_slot_values() == rasas.current_slot_values()


def test_a_copy_leaves_the_original_alone():
    tracker = conversation(2, domain(), ActiveLoop("form"))
    before = _rasas_copy(tracker)
    copied(tracker).update_with_events([SlotSet("x", "z"), UserUttered("new"), ActiveLoop(None)], domain())
    assert tracker == before and tracker.get_slot("x") == "y" and tracker.active_loop_name == "form"


@pytest.mark.parametrize("turns", [1, TURNS, TURNS + 1, 20])
@pytest.mark.parametrize("more", [[], [UserUttered("now", {"name": "greet"})], [ActionExecuted("utter_a")]])
def test_the_end_holds_the_same_last_states(turns, more):
    of = domain()
    tracker = conversation(turns, of, *more)
    end = the_end_of(tracker)
    states = min(2 * TURNS - 1, len(tracker.past_states(of)))
    assert end.past_states(of)[-states:] == tracker.past_states(of)[-states:]
    assert end.latest_message == tracker.latest_message and end.latest_action_name == tracker.latest_action_name


def test_the_end_is_short():
    assert len(the_end_of(conversation(50, domain())).events) < 6 * TURNS


@pytest.mark.parametrize("tracker", [conversation(9, domain(counts=True)), conversation(9, domain(), ActiveLoop("f"))])
def test_where_earlier_events_count_the_whole_is_seen(tracker):
    assert the_end_of(tracker) is tracker


def test_no_rule_and_no_memory_is_longer():
    rules = yaml.safe_load((ROOT / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    assert max(sum("intent" in step for step in rule["steps"]) for rule in rules) < TURNS
    policies = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["policies"]
    assert max(policy.get("max_history") or 0 for policy in policies) < 2 * TURNS


def test_events_have_the_class_that_rasa_gives_them():
    make_trackers_faster()
    for event in (*START, UserUttered("a"), BotUttered("b"), SlotSet("x", 1), ActiveLoop("f"), Restarted()):
        assert type(Event.from_parameters(event.as_dict())) is type(event)
    with pytest.raises(ValueError):
        Event.resolve_by_type("unknown")
    assert Event.resolve_by_type("unknown", SlotSet) is SlotSet and Event.resolve_by_type("topic") is None


def test_all_three_are_in_place():
    make_trackers_faster()
    assert DialogueStateTracker.copy is copied and MessageProcessor._predict_next_with_tracker is predict_next
