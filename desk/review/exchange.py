"""The labelled queue as JSON lines that Label Studio and doccano read, and back.

Label Studio's task: {"data": {"text"}, "annotations": [{"result": [choices]}]}; doccano: {"text", "label": [..]}.
One line serves both, because each ignores the other's keys. Source: the two projects' import documentation.
"""

from __future__ import annotations

import json
from typing import Any, Iterable, Iterator

MOST_LINES, MOST_LENGTH = 10_000, 2_000


class ImportProblem(ValueError):
    """A line that cannot be imported; the message names its number."""


def to_lines(labelled: Iterable[tuple[str, str]]) -> Iterator[str]:
    """One JSON line for each (text, topic)."""
    for text, topic in labelled:
        choice = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": [topic]}}
        yield json.dumps(
            {"text": text, "label": [topic], "data": {"text": text}, "annotations": [{"result": [choice]}]},
            ensure_ascii=False,
        )


def lines_of(text: str) -> list[str]:
    """The lines of a pasted file. What Label Studio exports is one long list; it becomes a line for each task.

    Raises ImportProblem for a list that is none.
    """
    if not text.lstrip().startswith("["):
        return text.splitlines()
    try:
        return [json.dumps(task) for task in json.loads(text)]
    except (ValueError, RecursionError):
        raise ImportProblem("The list cannot be read. Was all of the file pasted?") from None


def from_lines(lines: Iterable[str], topics: set[str]) -> list[tuple[str, str]]:
    """The (text, topic) pairs in an exported file of either tool. Raises ImportProblem; takes all lines or none."""
    found = []
    for number, line in enumerate(lines, 1):
        if number > MOST_LINES:
            raise ImportProblem(f"More than {MOST_LINES} lines; please split the file.")
        if line.strip():
            found.append(_pair(line, number, topics))
    return found


def _pair(line: str, number: int, topics: set[str]) -> tuple[str, str]:
    try:
        entry = json.loads(line)
        text, chosen = _text(entry), _label(entry)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise ImportProblem(f"Line {number} is not a labelled message.") from None
    if not isinstance(text, str) or not text.strip() or len(text) > MOST_LENGTH:
        raise ImportProblem(f"Line {number} has no text, or too much.")
    if chosen not in topics:
        raise ImportProblem(f"Line {number} has the topic {str(chosen)[:60]!r}, which does not exist.")
    return " ".join(text.split()), chosen


def _text(entry: Any) -> Any:
    return entry["text"] if "text" in entry else entry["data"]["text"]


def _label(entry: Any) -> Any:
    for tasks in (entry.get("annotations"), entry.get("completions")):
        if tasks and tasks[0].get("result"):
            return tasks[0]["result"][0]["value"]["choices"][0]
    given = entry["label"]
    return given[0] if isinstance(given, list) else given
