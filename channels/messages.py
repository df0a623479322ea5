"""A bot message as the widget gets it: {id, text, kind, topic, buttons, sources}."""

from __future__ import annotations

import functools
from typing import Any, Mapping

from actions.catalogue import sections

Pairs = tuple[tuple[str, Any], ...]
KINDS = ("emergency", "escalate", "answer", "clarify", "chitchat", "out_of_scope")


def as_message(said: Mapping[str, Any], id: str) -> dict[str, Any] | None:
    """What Rasa hands to an output channel, as the widget gets it; None if it holds no text.

    `said` has `text`, `buttons`, `utter_action` and the response's own `metadata` (kind, paragraphs).
    """
    text = said.get("text")
    if not isinstance(text, str) or not text.strip():
        return None
    meta = said.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    kind = meta["kind"] if meta.get("kind") in KINDS else "chitchat"
    topic = str(said.get("utter_action") or "").removeprefix("utter_")
    return {"id": id, **_shared(text, kind, topic, _buttons(said.get("buttons")), _sources(meta.get("paragraphs")))}


@functools.lru_cache(maxsize=256)
def _shared(text: str, kind: str, topic: str, buttons: Pairs, sources: Pairs) -> dict[str, Any]:
    """All of a message but its id. Thousands of them are remembered at a time, and few differ: these share one."""
    return {
        "text": text,
        "kind": kind,
        "topic": topic,
        "buttons": [{"title": title, "payload": payload} for title, payload in buttons],
        "sources": [{"section": section, "paragraph": number} for section, number in sources],
    }


def from_event(event: Mapping[str, Any], id: str) -> dict[str, Any] | None:
    """The same from a bot event of a tracker (as a dictionary)."""
    meta = event.get("metadata") or {}
    said = {**(event.get("data") or {}), **meta, "text": event.get("text")}
    return as_message(said, meta.get("message_id") or id)


def safe_as_messages(safe: list[dict[str, Any]], turn: str) -> list[dict[str, Any]]:
    """The safe reply (see safe_reply.py) to the message with the id `turn`."""
    return [
        {
            "id": f"{turn}-safe-{n}",
            "text": one["text"],
            "kind": one["kind"],
            "topic": one["response"].removeprefix("utter_"),
            "buttons": [],
            "sources": [],
        }
        for n, one in enumerate(safe)
    ]


def _buttons(raw: Any) -> Pairs:
    """Title and payload of the buttons that can be pressed, which have both."""
    found = [one for one in raw or [] if isinstance(one, dict)]
    return tuple((str(one["title"]), str(one["payload"])) for one in found if one.get("title") and one.get("payload"))


def _sources(paragraphs: Any) -> Pairs:
    """The document's sections behind an answer, with the paragraph numbers."""
    known = sections()
    return tuple((known[n], n) for n in paragraphs or [] if n in known)
