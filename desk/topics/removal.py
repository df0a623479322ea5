"""Takes a topic out again that staff made: its examples, answer and rule, and no other byte."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from desk.topics.examples import load, pairs_in, text_of
from desk.topics.files import BrokenFile
from desk.topics.new_topic import last_of, same


class Needed(ValueError):
    """Something else leads to the topic; the message says what."""


def is_staffs(project: Path, name: str) -> bool:
    """Whether staff made the topic in the desk; the project's own topics stay. Raises BrokenFile."""
    path = project / "domain.yml"
    variants = load(text_of(path), path)["responses"].get(f"utter_{name}") or [{}]
    return bool((variants[0].get("metadata") or {}).get("by") == "staff")


def plan_removal(project: Path, name: str) -> dict[Path, str]:
    """The new text of each file. Call it, and write them, inside `changing`. Raises Needed, BrokenFile, OSError."""
    domain, nlu, rules = (project / file for file in ("domain.yml", "data/nlu.yml", "data/rules.yml"))
    _refuse_if_needed(project, name)
    return {domain: _domain(domain, name), nlu: _examples(nlu, name), rules: _rules(rules, name)}


def _refuse_if_needed(project: Path, name: str) -> None:
    if name in text_of(project / "data" / "follow_ups.yml").replace(":", " ").split():
        raise Needed("A short follow-up question leads to this topic.")
    if f'payload: "/{name}"' in text_of(project / "domain.yml"):
        raise Needed("A button leads to this topic.")


def _domain(path: Path, name: str) -> str:
    before = text_of(path)
    content = load(before, path)
    content["intents"].remove(name)
    del content["responses"][f"utter_{name}"]
    root = _compose(before)
    (intent,) = (node for node in _value(root, "intents").value if node.value == name)
    (answer,) = ((key, value) for key, value in _value(root, "responses").value if key.value == f"utter_{name}")
    return same(_without(before, (answer[0], answer[1]), (intent, intent)), content, path)


def _rules(path: Path, name: str) -> str:
    before = text_of(path)
    content = load(before, path)
    content["rules"] = [rule for rule in content["rules"] if rule["rule"] != name]
    (rule,) = (node for node in _value(_compose(before), "rules").value if _value(node, "rule").value == name)
    return same(_without(before, (rule, rule)), content, path)


def _examples(path: Path, name: str) -> str:
    before = text_of(path)
    lines = before.split("\n")
    start = lines.index(f"- intent: {name}")
    end = next((i for i in range(start + 1, len(lines)) if not lines[i].startswith("  ")), len(lines))
    after = "\n".join(lines[:start] + lines[end:])
    if pairs_in(after, path) != [(topic, text) for topic, text in pairs_in(before, path) if topic != name]:
        raise BrokenFile("The examples would be read as something else; nothing was changed.")
    return after


def _without(text: str, *spans: tuple[Any, Any]) -> str:
    """`text` without the lines from the first node of each span to the end of the second."""
    lines = text.split("\n")
    for first, last in sorted(spans, key=lambda span: -int(span[0].start_mark.line)):
        end = text[: last_of(last).end_mark.index].rstrip().count("\n")
        del lines[first.start_mark.line : end + 1]
    return "\n".join(lines)


def _compose(text: str) -> Any:
    return yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def _value(node: Any, key: str) -> Any:
    return next(value for name, value in node.value if name.value == key)
