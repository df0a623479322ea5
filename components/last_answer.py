"""What a conversation is about: the topic of the last grounded answer, and the title that a button shows for it."""

from __future__ import annotations

from typing import Any, Dict, Optional, Text

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from components.safety.tiers import KINDS


def last_answered_topic(tracker: Optional[DialogueStateTracker], domain: Optional[Domain]) -> Optional[Text]:
    """The topic of the bot's last grounded answer, None if it gave none, or if danger has come up since."""
    if not tracker or not domain:
        return None
    for event in reversed(tracker.applied_events()):
        name = event.action_name if isinstance(event, ActionExecuted) else None
        kind = _metadata(domain, name or "").get("kind")
        if kind == "answer":
            return str(name).removeprefix("utter_")
        if kind in KINDS:
            return None
    return None


def title_of(topic: Optional[Text], domain: Optional[Domain]) -> Text:
    """The title of a topic's answer; empty if it has none."""
    return str(_metadata(domain, f"utter_{topic}").get("title") or "") if topic and domain else ""


def answered_topics(domain: Domain) -> frozenset[Text]:
    """All topics that have a grounded answer."""
    return frozenset(
        name.removeprefix("utter_") for name in domain.responses if _metadata(domain, name).get("kind") == "answer"
    )


def _metadata(domain: Domain, response: Text) -> Dict[Text, Any]:
    return (domain.responses.get(response) or [{}])[0].get("metadata") or {}
