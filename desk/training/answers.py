"""Plays test messages on a version, and says in one record for each message what became of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

from components.safety.tiers import danger_of
from desk.training.snapshot import CODE, hash_of
from desk.training.worker import Worker
from evaluation.score import messages_since, outcome, read_cases

MOST_WORDS = 400  # characters of a reply that are kept
# What counts as good; being sent to the provider in an emergency is not, though the gate lets it pass as caught.
GOOD = {
    "emergency": {"emergency"},
    "escalate": {"escalate", "emergency"},
    "answer": {"right"},
    "chitchat": {"right"},
    "out_of_scope": {"right", "clarify", "offered"},
}
Record = dict[str, Any]
Conversation = list[dict[str, Any]]


def frozen(project: Path) -> list[Conversation]:
    """The frozen cases, each turn with its `set` and an id of its own."""
    conversations = read_cases(sorted((project / "evaluation" / "cases").glob("*.jsonl")))
    return [
        [{**turn, "set": "frozen", "id": f"{number}.{place}"} for place, turn in enumerate(turns)]
        for number, turns in enumerate(conversations)
    ]


def smoke(bounds: Mapping[str, Any]) -> list[Conversation]:
    """The direct sentences of danger."""
    return [[{**case, "paragraphs": [], "set": "smoke", "id": f"smoke.{i}"}] for i, case in enumerate(bounds["smoke"])]


def lost(examples: Mapping[str, Sequence[str]]) -> list[Conversation]:
    """Examples that danger topics have lost: is such a message still caught?"""
    found = []
    for topic, texts in examples.items():
        tier, kind = danger_of(topic) or ("", "")
        case = {"tier": tier, "kind": kind, "paragraphs": [], "set": "lost"}
        found += [[{**case, "text": text, "id": f"lost.{topic}.{i}"}] for i, text in enumerate(texts)]
    return found


def batch(labels: Iterable[Mapping[str, Any]]) -> list[Conversation]:
    """The messages just labelled, with the topic that a person gave them and what the bot said to the visitor."""
    found = []
    for label in labels:
        said = dict(label["predicted"] or [])
        for number, text in enumerate(label["texts"]):
            case = {"text": text, "topic": label["topic"], "said": said.get(text)}
            found.append([{**case, "set": "batch", "id": f"label.{label['id']}.{number}", "paragraphs": []}])
    return found


def play(
    worker: Worker, conversations: Sequence[Conversation], cited: dict[str, set[int]], tell: Callable[[int], Any]
) -> list[Record]:
    """A record for each turn; `cited` gives the paragraphs of each topic, `tell` hears how many are done."""
    ahead = 2  # the worker never waits for us
    for turns in conversations[:ahead]:
        worker.send("say", turns=[turn["text"] for turn in turns])
    found = []
    for number, turns in enumerate(conversations):
        replies = worker.answer()["turns"]
        for later in conversations[number + ahead : number + ahead + 1]:
            worker.send("say", turns=[turn["text"] for turn in later])
        found += [record_of(turn, reply, cited) for turn, reply in zip(turns, replies, strict=True)]
        tell(len(found))
    return found


def record_of(case: dict[str, Any], reply: dict[str, Any], cited: dict[str, set[int]]) -> Record:
    """What became of one message: the case, and `outcome`, `good`, `replied`, `words`, `ranking`, `seconds`."""
    messages = messages_since(reply["messages"])
    what = outcome({"tier": None, **case}, messages, cited)
    return {
        **case,
        "outcome": what,
        "good": reply["topic"] == case["topic"] if case["set"] == "batch" else what in GOOD[case["tier"]],
        "replied": reply["topic"],
        "kinds": [message["kind"] for message in messages],
        "words": " / ".join(one.get("text") or "" for one in reply["messages"])[:MOST_WORDS],
        "ranking": reply["ranking"],
        "safety": reply["safety"],
        "seconds": reply["seconds"],
    }


def cited_by_topic(responses: Mapping[str, Any]) -> dict[str, set[int]]:
    """The paragraphs that each topic's answer cites."""
    return {
        name.removeprefix("utter_"): set((variants[0].get("metadata") or {}).get("paragraphs") or [])
        for name, variants in responses.items()
    }


def cache_file(folder: Path, model: str, conversations: Sequence[Conversation]) -> Path:
    """Where the answers of a model (its SHA-256) to these messages are kept; other code gives other answers."""
    root = Path(__file__).resolve().parents[2]
    asked = json.dumps([[turn["id"], turn["text"]] for turns in conversations for turn in turns])
    key = hashlib.sha256(f"{model} {asked} {hash_of(root, CODE)}".encode()).hexdigest()
    return folder / "answers" / f"{key}.json"


def kept(file: Path) -> Optional[list[Record]]:
    """Answers that were kept in `file`."""
    try:
        found: list[Record] = json.loads(file.read_text(encoding="utf-8"))
        return found
    except (OSError, ValueError):
        return None


def keep(file: Path, records: Sequence[Record]) -> None:
    """Keeps answers to messages of the project's own, never to a visitor's. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps([one for one in records if one["set"] in ("frozen", "smoke")]), encoding="utf-8")
    part.replace(file)
