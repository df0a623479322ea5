"""Scores a running bot from outside on labelled cases.

A case is one JSON object a line: {id, text, tier, kind, paragraphs} or {id, turns: [case, ...]}. What the bot did is
read from Rasa's tracker over HTTP: the kinds, paragraphs and buttons of its messages.
"""

from __future__ import annotations

import json
import time
import urllib.request
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

TIERS = ("emergency", "escalate", "answer", "chitchat", "out_of_scope")
MOST_CITED = 6
Case = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of one message: right, offered, wrong, refused, clarify, escalate, emergency or silent."""

    case: Case
    outcome: str
    seconds: float


def read_cases(paths: Iterable[Path]) -> list[list[Case]]:
    """Conversations: single cases as conversations of one turn."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    parsed = [json.loads(line) for line in lines]
    return [case.get("turns") or [case] for case in parsed]


def play(base: str, turns: list[Case], cited: dict[str, set[int]]) -> list[Result]:
    """Says all turns with a sender of their own; `cited` gives the paragraphs of each topic."""
    sender, results = f"eval-{uuid.uuid4().hex}", []
    for case in turns:
        started = time.perf_counter()
        _call(f"{base}/webhooks/rest/webhook", {"sender": sender, "message": case["text"]})
        seconds = time.perf_counter() - started
        events = _call(f"{base}/conversations/{sender}/tracker?include_events=ALL", None)["events"]
        results.append(Result(case, outcome(case, messages_since(events), cited), seconds))
    return results


def messages_since(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The bot's messages after the visitor's last one: kind, paragraphs and the topics of its buttons."""
    found: list[dict[str, Any]] = []
    for event in events:
        if event["event"] == "user":
            found = []
        elif event["event"] == "bot":
            meta = (event.get("metadata") or {}).get("metadata") or {}
            buttons = (event.get("data") or {}).get("buttons") or []
            found.append(
                {
                    "kind": meta.get("kind"),
                    "paragraphs": set(meta.get("paragraphs") or []),
                    "topics": [button["payload"].lstrip("/") for button in buttons],
                }
            )
    return found


def outcome(case: Case, messages: list[dict[str, Any]], cited: dict[str, set[int]]) -> str:
    """One word for what the bot did with a case."""
    kinds, wanted = {message["kind"] for message in messages}, set(case.get("paragraphs") or [])
    if not messages or None in kinds:
        return "silent"
    danger = next((tier for tier in ("emergency", "escalate") if tier in kinds), None)
    if danger:
        return danger
    answers = [message["paragraphs"] for message in messages if message["kind"] == "answer"]
    if answers:
        fits = any(wanted & paragraphs and len(paragraphs) <= MOST_CITED for paragraphs in answers)
        return "right" if case["tier"] == "answer" and fits else "wrong"
    if "clarify" in kinds:
        offered = set().union(*(cited.get(topic, set()) for message in messages for topic in message["topics"]))
        return "offered" if wanted & offered else "clarify"
    return "right" if case["tier"] in kinds else "refused" if "out_of_scope" in kinds else "wrong"


def figures(results: list[Result]) -> dict[str, Any]:
    """The shares that the goals speak of, and the counts behind them."""
    by: dict[str, list[str]] = defaultdict(list)
    for result in results:
        by[result.case["tier"]].append(result.outcome)
        if result.case["tier"] == "escalate":
            by[f"escalate_{result.case['kind']}"].append(result.outcome)
    harmless = by["answer"] + by["chitchat"] + by["out_of_scope"]
    seconds = sorted(result.seconds for result in results)
    return {
        "messages": len(results),
        "emergencies reached": _share(by["emergency"], "emergency", "escalate"),
        "emergencies as emergency": _share(by["emergency"], "emergency"),
        "escalate recall": _share(by["escalate"], "emergency", "escalate"),
        **{
            f"escalate recall, {kind}": _share(by[f"escalate_{kind}"], "emergency", "escalate")
            for kind in ("withdrawal", "liver", "opioid_use")
        },
        "over-escalation": _share(harmless, "emergency", "escalate"),
        "answers right": _share(by["answer"], "right"),
        "answers right or offered": _share(by["answer"], "right", "offered"),
        "answers wrong": _share(by["answer"], "wrong"),
        "out of scope held": _share(by["out_of_scope"], "right", "clarify", "offered"),
        "chitchat right": _share(by["chitchat"], "right"),
        "silent": sum(result.outcome == "silent" for result in results),
        "p50 ms": round(1000 * seconds[len(seconds) // 2], 1),
        "p99 ms": round(1000 * seconds[int(len(seconds) * 0.99)], 1),
        "outcomes": {tier: dict(Counter(by[tier])) for tier in TIERS},
    }


def _share(outcomes: list[str], *accepted: str) -> float | None:
    return round(sum(word in accepted for word in outcomes) / len(outcomes), 3) if outcomes else None


def _call(url: str, body: dict[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - our own server
    with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310
        return json.loads(reply.read())
