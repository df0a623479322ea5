"""A bot message as the widget gets it: {id, text, kind, topic, buttons, sources}."""

from __future__ import annotations

from typing import Any, Mapping

from actions.catalogue import sections

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
    return {
        "id": id,
        "text": text,
        "kind": meta["kind"] if meta.get("kind") in KINDS else "chitchat",
        "topic": str(said.get("utter_action") or "").removeprefix("utter_"),
        "buttons": _buttons(said.get("buttons")),
        "sources": _sources(meta.get("paragraphs")),
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


def _buttons(raw: Any) -> list[dict[str, str]]:
    """The buttons that can be pressed: those with a title and a payload."""
    found = [one for one in raw or [] if isinstance(one, dict)]
    return [
        {"title": str(one["title"]), "payload": str(one["payload"])}
        for one in found
        if one.get("title") and one.get("payload")
    ]


def _sources(paragraphs: Any) -> list[dict[str, Any]]:
    """The document's sections behind an answer, by paragraph number."""
    known = sections()
    return [{"section": known[n], "paragraph": n} for n in paragraphs or [] if n in known]
