"""Two questions in one message get two answers, where both are sure and need paragraphs of their own."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.message import Message

from components.topic_classifier import CLAUSE_RANKINGS
from components.two_questions import TOPICS, TwoQuestions, two_topics

PARAGRAPHS = {
    "cost": frozenset({34, 126}),
    "forms": frozenset({5, 29}),
    "tablet": frozenset({29, 30}),
    "implant": frozenset({40}),
}


def rankings(*guesses):
    """The clauses' rankings: the likeliest topic of each with its confidence, and a second one."""
    return [[{"name": name, "confidence": sure}, {"name": "implant", "confidence": 0.01}] for name, sure in guesses]


@pytest.mark.parametrize(
    "guesses, topics",
    [
        ([("cost", 0.9), ("forms", 0.8)], ("cost", "forms")),
        ([("forms", 0.8), ("cost", 0.9)], ("forms", "cost")),
        ([("cost", 0.5), ("forms", 0.5)], ("cost", "forms")),
        ([("cost", 0.9), ("forms", 0.49)], None),
        ([("cost", 0.9), ("cost", 0.9)], None),
        ([("forms", 0.9), ("tablet", 0.9)], None),  # they share a paragraph
        ([("greet", 0.9), ("cost", 0.9)], None),
        ([("greet", 0.9), ("cost", 0.9), ("forms", 0.9)], ("cost", "forms")),
        ([("cost", 0.9), ("forms", 0.9), ("implant", 0.9)], ("cost", "forms")),
        ([("escalate_liver", 0.9), ("cost", 0.9)], None),
        ([("cost", 0.9)], None),
        ([], None),
    ],
)
def test_which_two_topics(guesses, topics):
    assert two_topics(rankings(*guesses), PARAGRAPHS, sure=0.5) == topics


def domain(**paragraphs):
    responses = {
        f"utter_{topic}": [{"text": "x", "metadata": {"kind": "answer", "paragraphs": list(cited)}}]
        for topic, cited in paragraphs.items()
    }
    return Domain.from_dict({"responses": {**responses, "utter_greet": [{"text": "Hello."}]}})


def test_the_answers_are_those_of_the_model_and_not_of_a_file():
    component = TwoQuestions.create({"sure": 0.5}, None, None, None)
    for known, topics in ((domain(cost=[34], forms=[5]), ["cost", "forms"]), (domain(cost=[5], forms=[5]), None)):
        first = {"name": "cost", "confidence": 0.9}
        message = Message({"text": "cost? forms?", "intent": first, "intent_ranking": [first]})
        message.set(CLAUSE_RANKINGS, rankings(("cost", 0.9), ("forms", 0.9)))
        component.process([message], known)
        assert message.get(TOPICS) == topics
