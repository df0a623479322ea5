"""A short conversation with a model, aside from all real ones: is it whole, and does it still see danger?"""

from __future__ import annotations

import asyncio
import copy
import functools
from pathlib import Path
from typing import Any, Dict, List, Mapping, Text

import yaml
from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.utils.endpoints import EndpointConfig

from channels.hardening import where
from channels.output import WebOutput

SECONDS = 10.0  # for one answer; a model that hangs is no model
Canary = Mapping[Text, Any]


class NoActions(EndpointConfig):
    """An action server that does nothing: a rehearsal must not write tickets, nor depend on another process."""

    async def request(self, *_: Any, **__: Any) -> Dict[Text, Any]:
        """An action's answer without events and words."""
        return {"events": [], "responses": []}


@functools.lru_cache(maxsize=1)
def canaries() -> List[Dict[Text, Any]]:
    """What is written, and what must be said."""
    return yaml.safe_load((Path(__file__).parent / "canaries.yml").read_text(encoding="utf-8"))


async def complaint(processor: MessageProcessor) -> Text:
    """What is wrong with the model, in a line for staff; empty if nothing is. Never raises."""
    try:
        rehearsal = aside(processor)
        for canary in canaries():
            said = await asyncio.wait_for(answers(rehearsal, canary["text"]), SECONDS)
            if not fits(said, canary):
                return f"“{canary['text']}” was answered with {names(said)}, which should be {wanted(canary)}"
            await asyncio.sleep(0)  # visitors come between
    except Exception as error:
        return f"it failed while it was tried ({where(error)})"
    return ""


def aside(processor: MessageProcessor) -> MessageProcessor:
    """The same model with a tracker store of its own, and without the action server."""
    rehearsal = copy.copy(processor)
    rehearsal.tracker_store = InMemoryTrackerStore(processor.domain)
    rehearsal.action_endpoint = NoActions("http://no.actions")
    return rehearsal


async def answers(processor: MessageProcessor, text: Text) -> List[Dict[Text, Any]]:
    """What the model says to `text`, in the one conversation that the processor's store holds."""
    said: List[Dict[Text, Any]] = []
    await processor.handle_message(UserMessage(text, WebOutput(said.append), "canary", input_channel="canary"))
    return said


def fits(said: List[Dict[Text, Any]], canary: Canary) -> bool:
    """Whether the first thing said is one that was to be said, of the right kind, and not empty."""
    if not said or not str(said[0].get("text") or "").strip():
        return False
    kind = (said[0].get("metadata") or {}).get("kind")
    return said[0].get("utter_action") in canary["says"] and kind in canary["kind"]


def names(said: List[Dict[Text, Any]]) -> Text:
    """What was said, by name and kind."""
    kinds = [(one.get("utter_action"), (one.get("metadata") or {}).get("kind")) for one in said]
    return " and ".join(f"{name} ({kind})" for name, kind in kinds) or "nothing"


def wanted(canary: Canary) -> Text:
    """What is to be said, by name and kind."""
    return f"{' or '.join(canary['says'])} ({' or '.join(canary['kind'])})"
