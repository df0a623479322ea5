"""A turn out of Rasa's events: what was asked, what was understood, what was said. Plain functions."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

from components.safety.tiers import EMERGENCY, ESCALATE, danger_of

Event = Mapping[str, Any]
Redact = Callable[[str], str]
MOST_RANKED = 10
NOT_A_TOPIC = "nlu_fallback"
FOLLOW_UP = "follow_up_"  # topics that only mean something after another one
ASIDE = frozenset({NOT_A_TOPIC, "out_of_scope", "clarify", None})
_MESSAGE = re.compile(r"(.+?)(?:-safe)?-\d+")  # the id of a bot message is that of the visitor's and a number


def conversation_key(sender: str) -> str:
    """What stands for a conversation in the desk: SHA-256 of Rasa's sender id, in hex."""
    return hashlib.sha256(sender.encode(errors="replace")).hexdigest()


def message_key(sender: str, message: str) -> str:
    """What stands for a visitor's message: clients choose its id, so only with its conversation is it unique."""
    return hashlib.sha256(f"{sender}\n{message}".encode(errors="replace")).hexdigest()


def is_visitor(event: Event) -> bool:
    """Whether the event is something that a visitor wrote or chose."""
    text = event.get("text")
    return event.get("event") == "user" and isinstance(text, str) and bool(text) and not text.startswith("EXTERNAL: ")


def is_over(event: Event) -> bool:
    """Whether the bot waits for the visitor again."""
    return event.get("event") == "action" and event.get("name") == "action_listen"


def as_turn(events: Sequence[Event], redact: Redact) -> dict[str, Any]:
    """A row of the table `turns` from the visitor's event and those that follow it; `text` is redacted.

    Thumbs and what review adds are left out. Raises ValueError if `events` do not begin with a visitor's event.
    """
    if not events or not is_visitor(events[0]):
        raise ValueError("a turn begins with a visitor's message")
    asked, parse = events[0], events[0].get("parse_data") or {}
    message = message_key(str(asked.get("sender_id")), message_id(asked))
    reply = replies(events, message)
    choice = choice_of(asked["text"])
    return {
        "message": message,
        "conversation": conversation_key(str(asked.get("sender_id"))),
        "at": float(asked.get("timestamp") or 0.0),
        "text": "" if choice else storable(redact(asked["text"])),
        "choice": choice,
        **_understood(parse, reply),
        **_danger(parse, events, reply),
        "reply": reply,
        "sources": list(dict.fromkeys(number for event in _bots(events) for number in _paragraphs(event))),
        "model": ((asked.get("metadata") or {}).get("model_id") or "")[:64] or None,
        "latency": _latency(asked, events),
    }


def storable(text: str) -> str:
    """`text` without what some database cannot hold: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def message_id(asked: Event) -> str:
    """Rasa's id of a visitor's message; its time where there is none."""
    return str(asked.get("message_id") or (asked.get("parse_data") or {}).get("message_id") or asked.get("timestamp"))


def choice_of(text: str) -> Optional[str]:
    """The topic behind a pressed button. Channels let "/" through only for buttons that they sent."""
    return text[1:].partition("{")[0][:80] if text.startswith("/") and len(text) > 1 else None


def replies(events: Iterable[Event], message: str) -> list[dict[str, Any]]:
    """What the bot said: {response, kind, text, message} each; responses hold no word of a visitor."""
    found = []
    for number, event in enumerate(_bots(events)):
        meta = event.get("metadata") or {}
        if isinstance(event.get("text"), str) and event["text"].strip():
            kind = (meta.get("metadata") or {}).get("kind") or "chitchat"
            said = {"response": meta.get("utter_action"), "kind": kind, "text": event["text"]}
            found.append({**said, "message": f"{message[:16]}-{number}"})
    return found


def thumb_of(event: Event, redact: Redact) -> Optional[dict[str, Any]]:
    """{message, conversation, thumb, thumb_reason} of the newest thumb in a slot event, None for any other event."""
    if event.get("event") != "slot" or event.get("name") != "feedback" or not isinstance(event.get("value"), list):
        return None
    newest = event["value"][-1] if event["value"] else None
    if not isinstance(newest, dict) or newest.get("thumb") not in ("up", "down"):
        return None
    sender, match = str(event.get("sender_id")), _MESSAGE.fullmatch(str(newest.get("message")))
    reason = newest.get("reason")
    return {
        "message": message_key(sender, match[1] if match else str(newest.get("message"))),
        "conversation": conversation_key(sender),
        "thumb": newest["thumb"],
        "thumb_reason": storable(redact(reason)) if isinstance(reason, str) and reason.strip() else None,
    }


def _understood(parse: Mapping[str, Any], reply: list[dict[str, Any]]) -> dict[str, Any]:
    """Topic, confidence, margin and ranking. A topic counts once, and what is no topic for staff does not count."""
    intent = (parse.get("intent") or {}).get("name")
    ranked: dict[str, float] = {}
    for guess in parse.get("intent_ranking") or []:
        name = str(guess.get("name"))
        if name != NOT_A_TOPIC and (name == intent or not name.startswith(FOLLOW_UP)):
            ranked.setdefault(name, round(float(guess.get("confidence") or 0.0), 4))
    said = str(reply[0]["response"] or "").removeprefix("utter_") if reply else None
    ranking = list(ranked.items())[:MOST_RANKED]
    # A second question in one message (`topics`) is no rival of the first.
    shares = sorted((confidence for _, confidence in ranking), reverse=True)
    return {
        "topic": str((said if intent in ASIDE or said in ASIDE else intent) or intent or "")[:80] or None,
        "confidence": ranking[0][1] if ranking else None,
        "margin": round(shares[0] - shares[1], 4) if len(shares) > 1 and not parse.get("topics") else None,
        "ranking": [[name, confidence] for name, confidence in ranking],
    }


def _danger(parse: Mapping[str, Any], events: Iterable[Event], reply: list[dict[str, Any]]) -> dict[str, Any]:
    """The reply's tier, the kind of danger, and what saw it."""
    tiers = [said["kind"] for said in reply]
    tier = next((danger for danger in (EMERGENCY, ESCALATE) if danger in tiers), tiers[0] if tiers else None)
    safety = dict(parse.get("safety") or {})
    tickets = [event.get("value") for event in events if event.get("name") == "escalation" and event.get("value")]
    if tickets and isinstance(tickets[-1], dict):
        safety = {**{key: tickets[-1].get(key) for key in ("tier", "kind", "source", "score")}, **safety}
    by_topic = danger_of((parse.get("intent") or {}).get("name"))
    kind = safety.get("kind") or (by_topic[1] if by_topic else None)
    return {"tier": tier, "kind": kind, "safety": safety or None}


def _bots(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.get("event") == "bot"]


def _paragraphs(bot: Event) -> list[int]:
    return list(((bot.get("metadata") or {}).get("metadata") or {}).get("paragraphs") or [])


def _latency(asked: Event, events: Iterable[Event]) -> Optional[float]:
    """Seconds from the visitor's event, which Rasa makes when it has read the message, to the last bot message."""
    times = [event["timestamp"] for event in _bots(events) if event.get("timestamp")]
    return round(max(0.0, max(times) - asked["timestamp"]), 4) if times and asked.get("timestamp") else None
