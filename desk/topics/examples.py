"""Changes examples in data/nlu.yml as an edit of its text: comments, order and all other lines stay byte for byte.

What comes out is read again the way Rasa reads it before anything is written: a message that YAML or Rasa would take
for something else than its words is refused, and so is one that is, or nearly is, a frozen case.
"""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml

from desk.topics.files import BrokenFile, write_together
from desk.topics.library import Library
from evaluation.broken_files import LARGEST
from evaluation.check_examples import least_of
from evaluation.content import read_examples

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Refusal = tuple[str, str]  # a text, and why it cannot be changed so, in words for staff


@dataclass(frozen=True)
class Edit:
    """One line among the examples of a topic: a new one (no `old`), one taken out (no `new`), or one reworded."""

    topic: str
    old: str = ""
    new: str = ""

    @property
    def back(self) -> Edit:
        """The edit that undoes this one."""
        return Edit(self.topic, self.new, self.old)


@dataclass(frozen=True)
class Plan:
    """The edits that can be made, what is refused, and the whole text that the file would then have."""

    path: Path
    edits: list[Edit]
    refused: list[Refusal]
    text: str

    @property
    def added(self) -> dict[str, list[str]]:
        """The new examples of each topic."""
        found: dict[str, list[str]] = {}
        for edit in self.edits:
            if edit.new:
                found.setdefault(edit.topic, []).append(edit.new)
        return found

    def carry_out(self, project: Path) -> None:
        """Writes the file; call it inside `changing`. Raises OSError; it is then as it was."""
        if self.edits:
            write_together(project, {self.path: self.text})


def plan_examples(project: Path, wanted: Mapping[str, Sequence[str]]) -> Plan:
    """How new texts come into their topics; see plan_edits."""
    return plan_edits(project, [Edit(topic, new=text) for topic, texts in wanted.items() for text in texts], True)


def plan_edits(project: Path, edits: Sequence[Edit], refuse_empty: bool = False) -> Plan:
    """What becomes of the examples. Nothing is written yet; call it, and carry it out, inside `changing`.

    Raises BrokenFile and OSError. With `refuse_empty`, an edit that says nothing is refused instead of left out.
    """
    path = project / "data" / "nlu.yml"
    before = text_of(path)
    now = Counter(pairs_in(before, path))
    library = Library.read(project, (text for _, text in now))
    done: list[Edit] = []
    refused: list[Refusal] = []
    for edit in edits:
        if edit.old == edit.new and not refuse_empty:
            continue
        why = _why_not(project, edit, now, library)
        if why:
            refused.append((edit.new or edit.old, why))
            continue
        done.append(edit)
        if edit.new:
            library.add(edit.new)
        now += Counter({(edit.topic, edit.new): 1} if edit.new else {})
        now -= Counter({(edit.topic, edit.old): 1} if edit.old else {})
    return Plan(path, done, refused, _checked(before, done, now, path) if done else before)


def _why_not(project: Path, edit: Edit, now: Counter[tuple[str, str]], library: Library) -> str:
    if edit.old and not now[(edit.topic, edit.old)]:
        return "it is no longer an example here; somebody else may have changed it"
    if edit.old and not edit.new:
        have = sum(number for (topic, _), number in now.items() if topic == edit.topic)
        domain = project / "domain.yml"
        least = least_of(edit.topic, load(text_of(domain), domain))
        return f"the topic has {have} examples, and {least} are the least" if have <= least else ""
    return library.why_not(edit.new, edit.old)


def edited(before: str, edits: Sequence[Edit]) -> str:
    """The file's text with the edits made; new lines come to the head of a topic's list. Raises BrokenFile."""
    lines = before.split("\n")
    for edit in edits:
        start = _list_of(lines, edit.topic)
        if not edit.old:
            lines.insert(start, f"    - {edit.new}")
            continue
        try:
            end = next((i for i in range(start, len(lines)) if lines[i].startswith("- intent:")), len(lines))
            place = lines.index(f"    - {edit.old}", start, end)
        except ValueError:
            raise BrokenFile("data/nlu.yml has changed meanwhile; nothing was changed.") from None
        lines[place : place + 1] = [f"    - {edit.new}"] if edit.new else []
    return "\n".join(lines)


def _list_of(lines: list[str], topic: str) -> int:
    """The place of a topic's first example."""
    try:
        return lines.index("  examples: |", lines.index(f"- intent: {topic}")) + 1
    except ValueError:
        raise BrokenFile(f"data/nlu.yml has no examples of {topic}") from None


def _checked(before: str, edits: Sequence[Edit], meant: Counter[tuple[str, str]], path: Path) -> str:
    after = edited(before, edits)
    if Counter(pairs_in(after, path)) != meant:
        raise BrokenFile("The examples would be read as something else; nothing was changed.")
    return after


def text_of(path: Path) -> str:
    """The text of a content file, with its line ends as they are. Raises BrokenFile and OSError."""
    if path.stat().st_size > LARGEST:  # reading it would keep everybody waiting
        raise BrokenFile(f"{where(path)}: it is larger than {LARGEST // 1024 // 1024} MB")
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise BrokenFile(f"{where(path)}:{line}: it is not UTF-8") from None


def where(path: Path) -> str:
    """How messages name a content file."""
    return f"data/{path.name}" if path.parent.name == "data" else path.name


def load(text: str, path: Path) -> Any:
    """The YAML in a content file's text. Raises BrokenFile with the line."""
    try:
        return yaml.load(text, _LOADER)  # noqa: S506 (a safe loader either way)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise BrokenFile(f"{where(path)}{line}: {getattr(error, 'problem', None) or 'it is no YAML'}") from None


def pairs_in(text: str, path: Path) -> list[tuple[str, str]]:
    """All (topic, example) pairs of an examples file, as YAML reads them. Raises BrokenFile with the line."""
    found = listed(text, path)
    if text == text_of(path) and len(found) != _number_of_lines(text, path):
        raise BrokenFile(f"{where(path)}: some lines are not read as examples")
    return found


def listed(text: str, path: Path) -> list[tuple[str, str]]:
    """The same without a second look at each line, in a sixth of the time. Raises BrokenFile with the line."""
    return list(_listed(text, path))


@functools.lru_cache(maxsize=2)  # what was written last is what is read next
def _number_of_lines(text: str, path: Path) -> int:
    """How many examples the file at `path`, whose text this is, has line by line."""
    return len(read_examples(path))


@functools.lru_cache(maxsize=2)
def _listed(text: str, path: Path) -> tuple[tuple[str, str], ...]:
    try:
        blocks = load(text, path)["nlu"]
        return tuple(
            (b["intent"], line[2:]) for b in blocks for line in b["examples"].split("\n") if line.startswith("- ")
        )
    except (KeyError, TypeError, AttributeError):
        raise BrokenFile(f"{where(path)} is not a list of topics and examples") from None
