"""What the tracker's events say about a conversation, and how it is deleted. Events are dictionaries here."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Iterable

from channels.messages import from_event

MOST_LINES = 300  # of a history; the widget keeps no more
SLOT = "feedback"
Event = dict[str, Any]


def lines(events: Iterable[Event]) -> list[dict[str, Any]]:
    """The conversation as the widget shows it: {from: visitor or bot, id, text, time, ..}; time is Unix seconds."""
    found: list[dict[str, Any]] = []
    titles: dict[str, str] = {}
    turn, said = "start", 0
    for event in events:
        if is_visitor(event):
            turn, said = str(event.get("message_id")), 0
            text = titles.get(event["text"], event["text"])
            found.append({"from": "visitor", "id": turn, "text": text, "time": event.get("timestamp")})
        elif event.get("event") == "bot":
            message, said = from_event(event, f"{turn}-{said}"), said + 1
            if message:
                titles.update({button["payload"]: button["title"] for button in message["buttons"]})
                found.append({"from": "bot", **message, "time": event.get("timestamp")})
    return found[-MOST_LINES:]


def is_visitor(event: Event) -> bool:
    """Whether the event is something that a visitor wrote or chose."""
    return event.get("event") == "user" and bool(event.get("text")) and not event["text"].startswith("EXTERNAL: ")


def count_turns(events: Iterable[Event]) -> int:
    """How many messages the visitor has sent."""
    return sum(1 for event in events if is_visitor(event))


def replies(events: Iterable[Event]) -> OrderedDict[str, list[dict[str, Any]]]:
    """The bot's messages by the id of the visitor's message that they answer, in order."""
    found: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()
    turn = None
    for line in lines(events):
        if line["from"] == "visitor":
            turn = line["id"]
            found[turn] = []
        elif turn is not None:
            found[turn].append({key: value for key, value in line.items() if key not in ("from", "time")})
    return found


def offered(events: Iterable[Event]) -> set[str]:
    """The payloads of all buttons that the visitor has been sent."""
    bot = (line for line in lines(events) if line["from"] == "bot")
    return {button["payload"] for line in bot for button in line["buttons"]}


def with_feedback(events: Iterable[Event], entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The feedback given so far with `entry` added; a second word on the same message replaces the first."""
    slots = [event for event in events if event.get("event") == "slot" and event.get("name") == SLOT]
    given = slots[-1].get("value") if slots else None
    kept = [one for one in given or [] if one.get("message") != entry["message"]]
    return [*kept, entry]


async def delete_conversations(store: Any, ids: list[str]) -> None:
    """Deletes conversations from a tracker store and from the stores that it wraps.

    Raises NotImplementedError for a kind of store that cannot delete.
    """
    wrapped = [getattr(store, name, None) for name in ("_tracker_store", "_fallback_tracker_store")]
    if wrapped[0] is not None:
        for inner in filter(None, wrapped):
            await delete_conversations(inner, ids)
    elif hasattr(store, "delete"):
        await store.delete(ids)
    elif isinstance(getattr(store, "store", None), dict):  # Rasa's InMemoryTrackerStore
        for one in ids:
            store.store.pop(one, None)
    else:
        raise NotImplementedError(f"{type(store).__name__} cannot delete a conversation")
