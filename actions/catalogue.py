"""The responses of domain.yml as the actions see them: which topic they answer, its title and paragraphs."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Answer:
    """A grounded answer: its topic, the title a button shows, the paragraphs it stands on, and for a topic
    that always escalates the kind of danger (otherwise None)."""

    topic: str
    title: str
    paragraphs: tuple[int, ...]
    escalate: str | None

    @property
    def response(self) -> str:
        """The name of the response that gives this answer."""
        return f"utter_{self.topic}"


def read_answers(path: Path = ROOT / "domain.yml") -> dict[str, Answer]:
    """All grounded answers of a domain file, by topic."""
    responses = yaml.safe_load(path.read_text(encoding="utf-8"))["responses"]
    found = {}
    for name, variants in responses.items():
        meta = variants[0].get("metadata") or {}
        if meta.get("kind") == "answer":
            topic = name.removeprefix("utter_")
            found[topic] = Answer(topic, meta["title"], tuple(meta["paragraphs"]), meta.get("escalate"))
    return found


def read_sections(path: Path = ROOT / "data" / "facts.yml") -> dict[int, str]:
    """The heading under which each paragraph of the document stands, by paragraph number."""
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))["paragraphs"]
    return {int(number): entry["section"] for number, entry in facts.items()}


def button_title(response: str, path: Path = ROOT / "domain.yml") -> str:
    """The title that a button leading to `response` shows; domain.yml holds all words."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))["responses"][response][0]["metadata"]["title"]


@functools.lru_cache(maxsize=1)
def person_button() -> dict[str, str]:
    """The button that leads to a person."""
    return {"title": button_title("utter_talk_to_person"), "payload": "/talk_to_person"}


@functools.lru_cache(maxsize=1)
def answers() -> dict[str, Answer]:
    """The answers of this installation, read once a process."""
    return read_answers()


@functools.lru_cache(maxsize=1)
def sections() -> dict[int, str]:
    """The sections of this installation's document, read once a process."""
    return read_sections()
