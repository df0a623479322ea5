"""What became of a message, and how far a training is, in words for staff."""

from __future__ import annotations

from typing import Any, Mapping

OUTCOMES = {
    "emergency": "told the emergency numbers",
    "escalate": "sent to the provider",
    "right": "the right reply",
    "offered": "asked back, with the right topic among the choices",
    "clarify": "asked back, without the right topic",
    "wrong": "a wrong answer",
    "refused": "told that it cannot answer this",
    "silent": "no reply at all",
}
TIERS = {
    "emergency": "Emergencies",
    "escalate": "For the provider",
    "answer": "Questions with an answer",
    "chitchat": "Small talk",
    "out_of_scope": "Not ours to answer",
}
NO_TOPIC = {**TIERS, "clarify": "Asked back"}  # what the bot did where it gave no topic's answer
STAGES = {
    "reading": "Reading the examples and answers",
    "checking": "Checking them",
    "training": "Training",
    "loading": "Starting the new version",
    "testing": "Asking both versions the test messages",
    "comparing": "Comparing them",
}
STATES = {
    "training": "in training",
    "comparing": "being compared",
    "failed": "not finished",
    "cancelled": "cancelled",
    "refused": "refused",
    "ready": "ready to publish",
    "published": "published",
    "retired": "published before",
    "broken": "taken back",
}


def said(one: Mapping[str, Any]) -> str:
    """What the bot did with a message, for example "sent to the provider"."""
    return OUTCOMES[one["outcome"]]
