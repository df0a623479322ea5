"""Adds examples to data/nlu.yml as an edit of its text: comments, order and all other lines stay byte for byte.

What is added is read again the way Rasa reads it before anything is written: a message that YAML or Rasa would take
for something else than its words is refused, and so is one that is, or nearly is, a frozen case.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Mapping, Sequence

import yaml

from desk.topics.files import write_atomically
from evaluation.check_examples import ALIKE_FROZEN, EVERYONES, unreadable
from evaluation.content import read_cases, read_examples
from evaluation.near import pairs, words

MOST_LENGTH = 500
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Refusal = tuple[str, str]  # a text, and why it cannot be an example, in words for staff


class BrokenFile(ValueError):
    """The file that should be changed is not what it should be; the message names it, and the line where it can."""


@dataclass(frozen=True)
class Plan:
    """What would be added to each topic, what is refused, and the whole text that the file would then have."""

    path: Path
    added: dict[str, list[str]]
    refused: list[Refusal]
    text: str

    def carry_out(self) -> None:
        """Writes the file. Raises OSError; it is then as it was."""
        if self.added:
            write_atomically(self.path, self.text)


def plan_examples(project: Path, wanted: Mapping[str, Sequence[str]]) -> Plan:
    """How the texts come into their topics. Nothing is written yet. Raises BrokenFile, and OSError."""
    path = project / "data" / "nlu.yml"
    before = _text_of(path)
    known = {text.casefold() for _, text in _pairs_in(before, path)}
    cases = [text.text for text, _ in read_cases(project / "evaluation" / "cases")]
    added: dict[str, list[str]] = {}
    refused: list[Refusal] = []
    for topic, texts in wanted.items():
        for text in texts:
            why = why_not(text, known, cases)
            if why:
                refused.append((text, why))
            else:
                known.add(text.casefold())
                added.setdefault(topic, []).append(text)
    return Plan(path, added, refused, _checked(before, added, path) if added else before)


def why_not(text: str, known: Iterable[str], cases: Sequence[str]) -> str:
    """Why `text` cannot be an example, in words for staff; empty if it can."""
    if len(text) > MOST_LENGTH:
        return "it is too long to learn from"
    if any(unreadable(text)):
        return "it holds signs that cannot be part of an example"
    if text.casefold() in known:
        return "it is an example already"
    if len(words(text)) >= EVERYONES and any(pairs([text], cases, ALIKE_FROZEN)):
        return "it is, or nearly is, a test message, and a test must not be learned by heart"
    return ""


def inserted(before: str, added: Mapping[str, Sequence[str]]) -> str:
    """The file's text with new lines at the head of each topic's list. Raises BrokenFile for an unknown topic."""
    lines = before.split("\n")
    for topic, texts in added.items():
        try:
            start = lines.index(f"- intent: {topic}")
            place = lines.index("  examples: |", start) + 1
        except ValueError:
            raise BrokenFile(f"data/nlu.yml has no examples of {topic}") from None
        lines[place:place] = [f"    - {text}" for text in texts]
    return "\n".join(lines)


def _checked(before: str, added: Mapping[str, Sequence[str]], path: Path) -> str:
    after = inserted(before, added)
    meant = sorted([*_pairs_in(before, path), *((topic, text) for topic, texts in added.items() for text in texts)])
    if sorted(_pairs_in(after, path)) != meant:
        raise BrokenFile("The examples would be read as something else; nothing was changed.")
    return after


def _text_of(path: Path) -> str:
    raw = path.read_bytes()  # as bytes, so that line ends stay
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BrokenFile(f"data/{path.name}:{line}: it is not UTF-8") from None


def _pairs_in(text: str, path: Path) -> list[tuple[str, str]]:
    """All (topic, example) pairs, as YAML reads them. Raises BrokenFile with the line."""
    try:
        blocks = yaml.load(text, _LOADER)["nlu"]  # noqa: S506 (a safe loader either way)
        found = [(b["intent"], line[2:]) for b in blocks for line in b["examples"].split("\n") if line.startswith("- ")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise BrokenFile(f"data/{path.name}{line}: {getattr(error, 'problem', None) or 'it is no YAML'}") from None
    except (KeyError, TypeError, AttributeError):
        raise BrokenFile(f"data/{path.name} is not a list of topics and examples") from None
    if len(found) != len(read_examples(path)) and text == _text_of(path):
        raise BrokenFile(f"data/{path.name}: some lines are not read as examples")
    return found
