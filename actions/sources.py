"""Where the last answer comes from: names the sections of the document it stands on."""

from __future__ import annotations

from typing import Any, Iterable

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.catalogue import sections


def last_paragraphs(events: Iterable[dict[str, Any]]) -> list[int]:
    """The paragraphs that the bot's last grounded answer cites; empty if there was none."""
    for event in reversed(list(events)):
        meta = ((event.get("metadata") or {}).get("metadata") or {}) if event.get("event") == "bot" else {}
        if meta.get("kind") == "answer":
            return list(meta.get("paragraphs") or [])
    return []


class ActionSources(Action):
    """Answers "how do you know that?"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_sources"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Says the sections of the last answer, or in general where answers come from."""
        names = list(dict.fromkeys(sections()[n] for n in last_paragraphs(tracker.events) if n in sections()))
        if names:
            dispatcher.utter_message(response="utter_sources", sections="; ".join(names))
        else:
            dispatcher.utter_message(response="utter_sources_general")
        return []
