"""A follow-up means a topic, after the answer that came last."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from components.config import ROOT
from components.follow_ups import FollowUps, meant_topic, read_table
from components.last_answer import last_answered_topic
from evaluation.check_agreement import follow_ups
from evaluation.content import read_content

TABLE = {
    "follow_up_how_long": {"otherwise": "how_long_to_take", "after": {"side_effects": "side_effects_duration"}},
    "follow_up_cost": {"otherwise": "cost"},
}


DOMAIN = Domain.load(str(ROOT / "domain.yml"))


def said(topic):
    return ActionExecuted(f"utter_{topic}")


def conversation(*events):
    return DialogueStateTracker.from_events("visitor", list(events))


@pytest.mark.parametrize(
    "intent, last, topic",
    [
        ("follow_up_how_long", "side_effects", "side_effects_duration"),
        ("follow_up_how_long", "cost", "how_long_to_take"),
        ("follow_up_how_long", None, "how_long_to_take"),
        ("follow_up_cost", "side_effects", "cost"),
        ("side_effects", "cost", None),
        (None, "cost", None),
    ],
)
def test_what_a_follow_up_means(intent, last, topic):
    assert meant_topic(intent, last, TABLE) == topic


@pytest.mark.parametrize(
    "events, topic",
    [
        ([], None),
        ([said("cost")], "cost"),
        ([said("cost"), said("forms")], "forms"),
        ([said("side_effects"), UserUttered("thanks"), said("thank")], "side_effects"),
        ([said("greet"), said("escalate_liver")], None),
        ([ActionExecuted("action_listen"), ActionExecuted(action_text="hm")], None),
    ],
)
def test_the_last_answer_counts_whatever_was_said_since(events, topic):
    assert last_answered_topic(conversation(*events), DOMAIN) == topic


def test_without_a_conversation_there_is_no_last_answer():
    assert last_answered_topic(None, DOMAIN) is None


@pytest.mark.parametrize("intent, becomes", [("follow_up_how_long", "side_effects_duration"), ("greet", "greet")])
def test_a_message_keeps_its_ranking_below_what_it_means(intent, becomes):
    ranking = [{"name": intent, "confidence": 0.8}, {"name": "cost", "confidence": 0.1}]
    message = Message({"text": "how long?", "intent": ranking[0], "intent_ranking": ranking})
    FollowUps({}, None, None, TABLE).process([message], conversation(said("side_effects")), DOMAIN)
    assert message.get("intent") == {"name": becomes, "confidence": 0.8}
    assert message.get("intent_ranking")[-2:] == ranking


def test_the_projects_table_leads_to_topics_only():
    assert follow_ups(read_content()) == []


@pytest.mark.parametrize(
    "intent, after, topic",
    [
        ("follow_up_injection", "how_often", "injection_duration"),
        ("follow_up_implant", "cost", "implant"),
        ("follow_up_how_long", "side_effects", "side_effects_duration"),
    ],
)
def test_the_projects_table_knows_the_usual_ones(intent, after, topic):
    assert meant_topic(intent, after, read_table(ROOT / "data" / "follow_ups.yml")) == topic
