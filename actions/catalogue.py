"""The answers as the actions see them: which topic they answer, their titles and paragraphs.

Rasa sends the domain of the model that it answers with in each call, so a button never shows what staff are writing and
nobody has published. The document's sections are no part of a model; they are read from data/facts.yml.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Mapping, TypeVar

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


def answers_in(domain: Mapping[str, Any]) -> dict[str, Answer]:
    """All grounded answers of a domain (as in domain.yml, or as Rasa sends it), by topic."""
    found = {}
    for name, variants in domain["responses"].items():
        meta = variants[0].get("metadata") or {}
        if meta.get("kind") == "answer":
            topic = name.removeprefix("utter_")
            found[topic] = Answer(topic, meta["title"], tuple(meta["paragraphs"]), meta.get("escalate"))
    return found


def read_answers(path: Path = ROOT / "domain.yml") -> dict[str, Answer]:
    """All grounded answers of a domain file, by topic."""
    return answers_in(_load(path))


def person_button(domain: Mapping[str, Any]) -> dict[str, str]:
    """The button that leads to a person."""
    title = domain["responses"]["utter_talk_to_person"][0]["metadata"]["title"]
    return {"title": title, "payload": "/talk_to_person"}


def read_sections(path: Path = ROOT / "data" / "facts.yml") -> dict[int, str]:
    """The heading under which each paragraph of the document stands, by paragraph number."""
    facts = _load(path)["paragraphs"]
    return {int(number): entry["section"] for number, entry in facts.items()}


def fresh(path: Path, read: Callable[[Path], T]) -> T:
    """What `read` makes of a file, read again when the file has changed.

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


def sections() -> dict[int, str]:
    """The sections of this installation's document."""
    return fresh(ROOT / "data" / "facts.yml", read_sections)
