"""What a channel accepts: plain functions, so that each limit is tested without a server."""

from __future__ import annotations

import re
from typing import Any, Iterable

MOST_CHARACTERS = 2000
_SENDER = re.compile(r"[\w.@:+\-]{1,128}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class BadMessage(ValueError):
    """A message that is refused: a stable code for programs, a sentence for people, an HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status = code, status


def checked_sender(value: Any) -> str:
    """The sender's id. Odd ones are refused, because they end a Rasa process that has an SQL tracker store."""
    if not isinstance(value, str) or not _SENDER.fullmatch(value):
        raise BadMessage("bad_sender", "`sender` must be 1 to 128 letters, digits or . _ - @ : +")
    return value


def checked_text(value: Any) -> str:
    """The visitor's text without control characters; refused if it is no text, empty or too long."""
    if not isinstance(value, str):
        raise BadMessage("bad_message", "`message` must be a text")
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
