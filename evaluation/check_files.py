"""Guards over the files themselves: each can be read, and says what it seems to say. Where not, with file and line.

YAML allows more than content needs: the same key twice (the last wins, silently), references that blow up to
gigabytes, tags that make Python objects. None of it belongs here. Reads the files event by event, so that nothing of
it is ever built.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Iterator

import yaml

from evaluation.content import ROOT, Problem, read_content

FILES = ("domain.yml", "config.yml", "clinic.yml", "credentials.yml", "endpoints.yml", "data")
LARGEST = 8 * 1024 * 1024  # bytes; the examples of today are 1.3 MB
NEEDED = {
    "domain.yml": ("intents", "actions", "responses"),
    "config.yml": ("pipeline", "policies"),
    "data/nlu.yml": ("nlu",),
    "data/rules.yml": ("rules",),
    "data/facts.yml": ("paragraphs",),
    "data/safety.yml": ("words", "entries"),
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def broken_files(root: Path = ROOT) -> list[Problem]:
    """What keeps any content file from being read, with its line; empty if all can be."""
    found = [problem for path in _files(root) for problem in _broken(path, path.relative_to(root).as_posix())]
    missing = [name for name in NEEDED if not (root / name).is_file()]
    found += [Problem(name, "is missing") for name in missing]
    return found or list(_odd_content(root))


def _files(root: Path) -> Iterator[Path]:
    for name in FILES:
        path = root / name
        if path.is_dir():
            yield from sorted(path.glob("*.yml"))
        elif path.is_file():
            yield path


def _broken(path: Path, name: str) -> Iterator[Problem]:
    if path.stat().st_size > LARGEST:
        yield Problem(name, f"is larger than {LARGEST // 1024 // 1024} MB")
        return
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
        yield from _odd_events(text, name)
        content = yaml.load(text, _LOADER)  # noqa: S506 (a safe loader, and only after the events were found harmless)
    except UnicodeDecodeError as error:
        yield Problem(f"{name}:{_line(raw, error.start)}", "a sign that is not UTF-8")
        return
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark, place = getattr(error, "problem_mark", None), getattr(error, "position", None)
        line = mark.line + 1 if mark else text[:place].count("\n") + 1 if place is not None else 0
        where = f"{name}:{line}" if line else name
        yield Problem(where, f"{getattr(error, 'problem', None) or 'cannot be read as YAML'}")
        return
    missing = [key for key in NEEDED.get(name, ()) if not isinstance(content, dict) or not content.get(key)]
    if missing:
        yield Problem(name, f"has no {missing[0]}")


def _line(raw: bytes, place: int) -> int:
    return raw[:place].count(b"\n") + 1


class _Unsafe(ValueError):
    """Something that would be dangerous to build; reading ends here."""

    def __init__(self, event: Any, what: str) -> None:
        super().__init__(what)
        self.problem, self.problem_mark = what, event.start_mark


def _odd_events(text: str, name: str) -> Iterator[Problem]:
    """Keys that stand twice. Raises ValueError for references and tags, YAMLError for what is no YAML."""
    open_ones: list[dict[str, Any]] = []  # for each open list or table: its keys so far, and whether a key comes next
    for event in yaml.parse(text, Loader=_LOADER):
        mark: Any = event.start_mark
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Unsafe(event, "a reference (& or *), which content files do not use")
        if getattr(event, "tag", None) not in (None, "!"):
            raise _Unsafe(event, "a tag (!), which content files do not use")
        if isinstance(event, yaml.CollectionEndEvent):
            open_ones.pop()
            continue
        if not isinstance(event, yaml.NodeEvent):
            continue
        inside = open_ones[-1] if open_ones else None
        if inside and inside["table"]:
            if inside["key"] and isinstance(event, yaml.ScalarEvent):
                if event.value in inside["seen"]:
                    yield Problem(f"{name}:{mark.line + 1}", f"{event.value!r} stands here a second time")
                inside["seen"].add(event.value)
            inside["key"] = not inside["key"]
        if isinstance(event, yaml.CollectionStartEvent):
            open_ones.append({"table": isinstance(event, yaml.MappingStartEvent), "key": True, "seen": set()})


def _odd_content(root: Path) -> Iterator[Problem]:
    """What is YAML but not the content that everything else expects; only asked when every file can be read."""
    try:
        content = read_content(root)
        assert all(content.answers[topic]["paragraphs"] is not None for topic in content.answers)
    except json.JSONDecodeError as error:
        yield Problem("evaluation/cases", f"cannot be read: {error}")
    except ValueError as error:
        where, _, what = str(error).partition(": ")
        yield Problem(where, what) if what else Problem("content", where)
    except (OSError, KeyError, TypeError, AttributeError, IndexError, AssertionError) as error:
        yield Problem("content", f"has not the shape it should have ({type(error).__name__}: {error})")
