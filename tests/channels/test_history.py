"""Events become what the widget shows."""

from __future__ import annotations

from channels.history import count_turns, lines, offered, replies, with_feedback
from channels.messages import as_message

USER = {"event": "user", "text": "which one", "message_id": "m1", "timestamp": 10.0}
BUTTONS = [{"title": "The tablet", "payload": "/tablet"}, {"title": "", "payload": "/x"}, "odd"]
ASK = {
    "event": "bot",
    "text": "Which?",
    "timestamp": 11.0,
    "data": {"buttons": BUTTONS},
    "metadata": {"utter_action": "utter_clarify", "metadata": {"kind": "clarify"}},
}
IMAGE = {"event": "bot", "text": None, "data": {"image": "x"}, "metadata": {}}
CHOICE = {"event": "user", "text": "/tablet", "message_id": "m2", "timestamp": 12.0}
ANSWER = {
    "event": "bot",
    "text": "It is a tablet.",
    "timestamp": 13.0,
    "data": {},
    "metadata": {"utter_action": "utter_tablet", "metadata": {"kind": "answer", "paragraphs": [3, 9999]}},
}
SAFE = {
    "event": "bot",
    "text": "Call.",
    "data": {},
    "metadata": {"message_id": "m2-safe-0", "metadata": {"kind": "escalate"}},
}
EVENTS = [
    {"event": "action", "name": "action_session_start"},
    USER,
    IMAGE,
    ASK,
    CHOICE,
    ANSWER,
    SAFE,
    {"event": "user", "text": "EXTERNAL: reminder"},
    {"event": "user", "text": None},
]


def test_lines():
    found = lines(EVENTS)
    assert [(line["from"], line["id"], line["text"]) for line in found] == [
        ("visitor", "m1", "which one"),
        ("bot", "m1-1", "Which?"),
        ("visitor", "m2", "The tablet"),
        ("bot", "m2-0", "It is a tablet."),
        ("bot", "m2-safe-0", "Call."),
    ]
    assert found[0]["time"] == 10.0 and found[3]["sources"] == [{"section": "What Does Naltrexone Do?", "paragraph": 3}]


def test_replies_have_the_ids_of_the_live_ones():
    assert {id: [message["id"] for message in said] for id, said in replies(EVENTS).items()} == {
        "m1": ["m1-1"],
        "m2": ["m2-0", "m2-safe-0"],
    }
    live = as_message({"text": "Which?", "buttons": BUTTONS, **ASK["metadata"]}, "m1-1")
    assert replies(EVENTS)["m1"] == [live]


def test_counting_and_buttons():
    assert count_turns(EVENTS) == 2 and offered(EVENTS) == {"/tablet"}


def test_odd_messages():
    assert as_message({"text": None}, "x") is None and as_message({"text": " "}, "x") is None
    odd = as_message({"text": "a", "metadata": "odd", "buttons": None, "utter_action": None}, "x")
    assert odd == {"id": "x", "text": "a", "kind": "chitchat", "topic": "", "buttons": [], "sources": []}


def test_feedback_replaces_what_was_said_before_on_the_same_message():
    events = [
        {
            "event": "slot",
            "name": "feedback",
            "value": [{"message": "a", "thumb": "up"}, {"message": "b", "thumb": "up"}],
        }
    ]
    assert with_feedback(events, {"message": "a", "thumb": "down"}) == [
        {"message": "b", "thumb": "up"},
        {"message": "a", "thumb": "down"},
    ]
    assert with_feedback([], {"message": "a"}) == [{"message": "a"}]
