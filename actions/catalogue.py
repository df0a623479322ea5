"""The responses of domain.yml as the actions see them: which topic they answer, its title and paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, TypeVar

import yaml

ROOT = Path(__file__).resolve().parent.parent
T = TypeVar("T")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_known: dict[tuple[Path, Callable[[Path], Any]], tuple[tuple[int, int], Any]] = {}  # what was read, by the file's stamp


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
    responses = _load(path)["responses"]
    found = {}
    for name, variants in responses.items():
        meta = variants[0].get("metadata") or {}
        if meta.get("kind") == "answer":
            topic = name.removeprefix("utter_")
            found[topic] = Answer(topic, meta["title"], tuple(meta["paragraphs"]), meta.get("escalate"))
    return found


def read_sections(path: Path = ROOT / "data" / "facts.yml") -> dict[int, str]:
    """The heading under which each paragraph of the document stands, by paragraph number."""
    facts = _load(path)["paragraphs"]
    return {int(number): entry["section"] for number, entry in facts.items()}


def button_title(response: str, path: Path = ROOT / "domain.yml") -> str:
    """The title that a button leading to `response` shows; domain.yml holds all words."""
    return _load(path)["responses"][response][0]["metadata"]["title"]


def fresh(path: Path, read: Callable[[Path], T]) -> T:
    """What `read` makes of a file, read again when the file has changed: each published version has its own answers.

    A file that cannot be read then, because somebody is in the middle of changing it, counts as unchanged. Raises what
    `read` raises the first time.
    """
    key, stamp = (path, read), (0, 0)
    try:
        stamp = (path.stat().st_mtime_ns, path.stat().st_size)
        if key not in _known or _known[key][0] != stamp:
            _known[key] = (stamp, read(path))
    except Exception:
        if key not in _known:
            raise
        _known[key] = (stamp, _known[key][1])
    return _known[key][1]


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a SafeLoader


def person_button() -> dict[str, str]:
    """The button that leads to a person."""
    return fresh(ROOT / "domain.yml", _person_button)


def _person_button(path: Path) -> dict[str, str]:
    return {"title": button_title("utter_talk_to_person", path), "payload": "/talk_to_person"}


def answers() -> dict[str, Answer]:
    """The answers of this installation."""
    return fresh(ROOT / "domain.yml", read_answers)


def sections() -> dict[int, str]:
    """The sections of this installation's document."""
    return fresh(ROOT / "data" / "facts.yml", read_sections)
