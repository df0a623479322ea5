"""The bot refuses only what it is sure of; otherwise it asks back, if a topic is near."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.message import Message

from components.ask_back import AskBack, should_ask
from components.config import ROOT

DOMAIN = Domain.load(str(ROOT / "domain.yml"))
TOPICS = {"cost", "forms"}


def ranking(*guesses):
    return [{"name": name, "confidence": confidence} for name, confidence in guesses]


@pytest.mark.parametrize(
    "guesses, asks",
    [
        ([("out_of_scope", 0.4), ("cost", 0.2)], True),
        ([("out_of_scope", 0.4), ("greet", 0.3), ("cost", 0.1)], True),
        ([("out_of_scope", 0.4), ("cost", 0.09)], False),
        ([("out_of_scope", 0.4), ("greet", 0.3)], False),
        ([("out_of_scope", 0.5), ("cost", 0.4)], False),
        ([("cost", 0.4), ("out_of_scope", 0.3)], False),
        ([("nlu_fallback", 0.3), ("out_of_scope", 0.2), ("cost", 0.1)], False),
        ([], False),
    ],
)
def test_when_it_asks(guesses, asks):
    assert should_ask(ranking(*guesses), TOPICS, sure=0.5, near=0.1) is asks


def test_the_refusal_stays_in_the_ranking():
    message = Message({"text": "hm", "intent_ranking": ranking(("out_of_scope", 0.3), ("cost", 0.2))})
    AskBack({}).process([message], DOMAIN)
    assert message.get("intent")["name"] == "nlu_fallback"
    assert [guess["name"] for guess in message.get("intent_ranking")] == ["nlu_fallback", "out_of_scope", "cost"]


def test_without_a_domain_nothing_changes():
    message = Message(
        {"text": "hm", "intent": {"name": "out_of_scope"}, "intent_ranking": ranking(("out_of_scope", 0.3))}
    )
    AskBack({}).process([message])
    assert message.get("intent")["name"] == "out_of_scope"
