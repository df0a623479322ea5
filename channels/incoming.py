"""What a channel accepts: plain functions, so that each limit is tested without a server."""

from __future__ import annotations

import json
import re
from typing import Any, Iterable, Optional

MOST_CHARACTERS = 2000
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SENDER = re.compile(r"[\w.@:+\-]{1,128}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class BadMessage(ValueError):
    """A message that is refused: a stable code for programs, a sentence for people, an HTTP status.

    `retry_after` says in how many whole seconds it may be tried again, None where that would not help.
    """

    retry_after: Optional[int] = None

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def checked_sender(value: Any) -> str:
    """The sender's id. Odd ones are refused, because they end a Rasa process that has an SQL tracker store."""
    if not isinstance(value, str) or not _SENDER.fullmatch(value):
        raise BadMessage("bad_sender", "`sender` must be 1 to 128 letters, digits or . _ - @ : +")
    return value


def json_object(body: bytes) -> dict[str, Any]:
    """The request's body. Raises BadMessage unless it is a JSON object in UTF-8; the error never quotes it."""
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadMessage("bad_json", "The body must be JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise BadMessage("bad_json", "The body must be a JSON object.")
    return value


def checked_id(value: Any) -> str:
    """A message's id as the sender made it; refused unless it is 8 to 64 letters, digits, _ or -."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadMessage("bad_id", "`id` must be 8 to 64 letters, digits, _ or -")
    return value


def checked_text(value: Any, name: str = "message") -> str:
    """The visitor's text without control characters; refused if it is no text, empty or too long."""
    if not isinstance(value, str):
        raise BadMessage("bad_message", f"`{name}` must be a text")
    if len(value) > MOST_CHARACTERS:
        raise BadMessage("too_long", f"A message can have {MOST_CHARACTERS} characters at most.", 413)
    text = _CONTROL.sub(" ", value).strip()
    if not text:
        raise BadMessage("empty", "The message is empty.")
    return text


def as_text(text: str) -> str:
    """`text` such that Rasa reads it as words and never as a payload (see RegexMessageHandler)."""
    return re.sub(r"^[\s/／]+", "", text) or "?"


def sent_payloads(events: Iterable[Any]) -> set[str]:
    """The payloads of all buttons that the bot has sent in a conversation's events (as dictionaries)."""
    bot = (event for event in events if event.get("event") == "bot")
    return {b["payload"] for event in bot for b in (event.get("data") or {}).get("buttons") or [] if b.get("payload")}
