"""Unsure between topics: two to four that really differ, and the way to a person."""

import copy

import pytest

from actions.catalogue import Answer, read_answers
from actions.clarify import ActionClarify, choices
from evaluation.content import ROOT, read_yaml

PARAGRAPHS = {"a": (1, 2), "b": (3,), "c": (2,), "d": (4, 5), "e": (6,), "f": (7,)}
KNOWN = {topic: Answer(topic, topic.upper(), paragraphs, None) for topic, paragraphs in PARAGRAPHS.items()}


def ranking(topics):
    return [{"name": topic, "confidence": 0.1} for topic in topics.split()]


@pytest.mark.parametrize(
    "ranked, chosen",
    [
        ("a b d", "a b d"),
        ("a b d e f", "a b d e"),
        ("b a", "b a"),
        ("a c b", "a b"),  # c says nothing that a does not
        ("c a b", "c a b"),  # a says more than c
        ("a c", "a c"),  # better alike than alone
        ("greet a escalate_liver b", "a b"),
        ("a", "a"),
        ("greet thank", ""),
        ("", ""),
    ],
)
def test_choices(ranked, chosen):
    assert [answer.topic for answer in choices(ranking(ranked), KNOWN)] == chosen.split()


def test_the_action_offers_topics_and_a_person(run):
    (message,), events = run(ActionClarify(), {"intent_ranking": ranking("nlu_fallback cost forms implant cbt slips")})
    assert message["response"] == "utter_clarify"
    payloads = [button["payload"] for button in message["buttons"]]
    assert payloads == ["/cost", "/forms", "/implant", "/cbt", "/talk_to_person"]
    assert message["buttons"][0]["title"] == read_answers()["cost"].title
    assert events == []


def test_what_is_not_published_is_not_offered(run):
    """The model in use may have another title than domain.yml, and may lack a topic that is just being written."""
    domain = copy.deepcopy(read_yaml(ROOT / "domain.yml"))
    domain["responses"]["utter_cost"][0]["metadata"]["title"] = "Money"
    del domain["responses"]["utter_forms"]
    (message,), _ = run(ActionClarify(), {"intent_ranking": ranking("cost forms implant")}, domain=domain)
    assert message["buttons"][0]["title"] == "Money"
    assert [button["payload"] for button in message["buttons"]] == ["/cost", "/implant", "/talk_to_person"]


@pytest.mark.parametrize(
    "parse",
    [
        {},
        {"intent_ranking": None},
        {"intent_ranking": ranking("cost")},
        {"intent_ranking": ranking("nlu_fallback greet cost")},
    ],
)
def test_with_less_than_two_topics_nothing_fits(run, parse):
    (message,), _ = run(ActionClarify(), parse)
    assert message["response"] == "utter_out_of_scope"
    assert message["buttons"] == []
