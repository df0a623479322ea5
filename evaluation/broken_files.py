"""Files of the content that somebody broke by hand, found before anything reads them in earnest.

Looks at the parser's events only, so that a file that would grow in memory, or would run code, is never unfolded:
20 MB at the most, and linear in that. The content has no need of anchors, aliases and tags; they are refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator, Optional

import yaml

from evaluation.content import Problem

FILES = (
    *(f"data/{name}.yml" for name in ("nlu", "safety", "facts", "rules", "stories", "follow_ups")),
    *("domain.yml", "config.yml", "clinic.yml", "endpoints.yml", "credentials.yml"),
)
LARGEST = 20 * 1024 * 1024  # bytes
DEEPEST = 40
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = {
    "found character '\\t'": "a tab stands where blanks belong",
    "found a tab character": "a tab stands where blanks belong",
    "found character that cannot start any token": "a sign stands here that cannot, such as a tab",
    "unexpected end of stream": "a quote is not closed",
}


def broken_files(root: Path) -> list[Problem]:
    """The first fault of each file of the content in `root`, with its line."""
    found = (_fault(root / name, name) for name in FILES)
    return [problem for problem in found if problem]


def _fault(path: Path, name: str) -> Optional[Problem]:
    try:
        if path.stat().st_size > LARGEST:
            return Problem(name, f"it is larger than {LARGEST // 1024 // 1024} MB")
        raw = path.read_bytes()
    except OSError:
        return Problem(name, "it is missing, or cannot be read")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Problem(f"{name}:{_line_of(raw, error.start)}", "it is not in UTF-8")
    try:
        return next((Problem(f"{name}:{line}", what) for line, what in _odd(text)), None)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = str(getattr(error, "problem", None) or "it cannot be read")
        plain = next((words for key, words in _PLAIN.items() if key in said), said)
        return Problem(f"{name}:{mark.line + 1}" if mark else name, plain)
    except RecursionError:
        return Problem(name, "it is nested too deeply")


def _line_of(raw: bytes, position: int) -> int:
    return raw[:position].count(b"\n") + 1


def _odd(text: str) -> Iterator[tuple[int, str]]:
    """What no file of the content holds: (line, what)."""
    open_ones: list[Optional[dict[str, int]]] = []  # for a mapping: its keys and their lines; None for a list
    is_key: list[bool] = []
    nodes = 0
    event: Any
    for event in yaml.parse(text, _LOADER):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, "it uses & or *, which the content does not need"
        if getattr(event, "tag", None) and not _is_implicit(event):
            yield line, "it uses ! to name a kind of thing, which the content does not need"
        if isinstance(event, yaml.NodeEvent):
            nodes += 1
            yield from _key(event, line, open_ones, is_key)
        if isinstance(event, yaml.CollectionStartEvent):
            open_ones.append({} if isinstance(event, yaml.MappingStartEvent) else None)
            is_key.append(True)
            if len(open_ones) > DEEPEST:
                yield line, "it is nested too deeply"
        elif isinstance(event, yaml.CollectionEndEvent):
            open_ones.pop()
            is_key.pop()
    if nodes < 2:  # a lone word, or nothing
        yield 1, "it is empty"


def _is_implicit(event: Any) -> bool:
    """Whether the parser has set the tag itself, as it does for text in quotes."""
    implicit = event.implicit
    return bool(implicit if isinstance(implicit, bool) else any(implicit))


def _key(
    event: Any, line: int, open_ones: list[Optional[dict[str, int]]], is_key: list[bool]
) -> Iterator[tuple[int, str]]:
    """Notes a key of the innermost mapping; says so if it stands there twice."""
    keys = open_ones[-1] if open_ones else None
    if keys is None:
        return
    if is_key[-1] and isinstance(event, yaml.ScalarEvent):
        if event.value in keys:
            yield line, f"{event.value!r} stands here again; it stands in line {keys[event.value]}, too"
        keys[event.value] = line
    is_key[-1] = not is_key[-1]
