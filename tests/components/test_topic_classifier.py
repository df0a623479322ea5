"""A short message is read after the title of the last answer; without one, and when it is long, it is read alone."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from components.config import ROOT
from components.encoder import shared_encoder
from components.text_model import TextModel
from components.topic_classifier import TopicClassifier

DOMAIN = Domain.load(str(ROOT / "domain.yml"))
EXAMPLES = {
    "side_effects": [
        "will it make me feel sick",
        "common side effects",
        "is a headache normal",
        "does it upset the tummy",
    ],
    "strength": [
        "what strength are the pills",
        "is 50 mg the normal one",
        "usual tablet strength",
        "how many milligrams",
    ],
    "cost": ["what does it cost", "is it expensive", "price of the shot", "do i pay much for it"],
}


@pytest.fixture(scope="module")
def model():
    pairs = [(text, topic) for topic, texts in EXAMPLES.items() for text in texts]
    texts, topics = zip(*pairs, strict=True)
    return TextModel.fit(list(texts), list(topics), shared_encoder())


def first_topic(model, text, answered=None, **after_answer):
    tracker = DialogueStateTracker.from_events("visitor", [ActionExecuted(f"utter_{answered}")] if answered else [])
    message = Message({"text": text})
    classifier = TopicClassifier({"after_answer": {"weight": 0.5, "words": 7, **after_answer}}, None, None, model)
    classifier.process([message], tracker, DOMAIN)
    return message.get("intent")["name"]


def test_the_last_answer_decides_what_is_normal(model):
    assert first_topic(model, "is that normal", "side_effects") == "side_effects"
    assert first_topic(model, "is that normal", "strength") == "strength"


def test_a_change_of_subject_is_understood(model):
    assert first_topic(model, "what does it cost", "side_effects") == "cost"


def test_a_long_message_is_read_alone(model):
    alone = first_topic(model, "is that normal for somebody like me")
    assert first_topic(model, "is that normal for somebody like me", "cost", words=3) == alone


def test_danger_is_not_looked_for_here(model):
    """The gate reads the message itself, without the title (components/safety_gate.py)."""
    message = Message({"text": "is that normal"})
    TopicClassifier({"after_answer": {"weight": 0.5, "words": 7}}, None, None, model).process([message])
    assert message.get("text") == "is that normal"
