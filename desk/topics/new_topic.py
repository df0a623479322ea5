"""A new topic: its examples, answer and rule written into three files together, every other byte of them as before."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any, Iterable, Sequence

import yaml

from desk.topics.answers import Answer, block_of, tidy
from desk.topics.examples import Refusal, load, pairs_in, text_of
from desk.topics.files import BrokenFile
from desk.topics.library import Library
from evaluation.check_examples import LEAST_OF_STAFF

LONGEST_NAME = 40
_KEPT = ("emergency", "escalate", "follow_up", "utter", "action", "nlu", "new")  # beginnings that mean something


def name_for(title: str, taken: Iterable[str]) -> str:
    """The topic's name in the files, made of its title, and not one of those `taken`."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:LONGEST_NAME].strip("_")
    if not name or name[0].isdigit() or name.split("_")[0] in _KEPT or name.startswith(_KEPT):
        name = f"topic_{name}".strip("_")
    known, number, found = set(taken), 2, name
    while found in known:
        found, number = f"{name}_{number}", number + 1
    return found


def why_not(project: Path, examples: Sequence[str]) -> list[Refusal]:
    """What is wrong with the examples of a new topic, one by one and together. Raises BrokenFile."""
    refused, good = refusals(project, examples)
    if good < LEAST_OF_STAFF:
        refused.append((f"{good} examples", f"a new topic needs {LEAST_OF_STAFF}, as different as visitors are"))
    return refused


def refusals(project: Path, examples: Sequence[str]) -> tuple[list[Refusal], int]:
    """Which of the examples cannot be taken, and how many can. Raises BrokenFile."""
    path = project / "data" / "nlu.yml"
    library = Library.read(project, (text for _, text in pairs_in(text_of(path), path)))
    refused: list[Refusal] = []
    for text in examples:
        why = library.why_not(text)
        if why:
            refused.append((text, why))
        else:
            library.add(text)
    return refused, len(examples) - len(refused)


def plan_topic(project: Path, name: str, answer: Answer, examples: Sequence[str]) -> dict[Path, str]:
    """The new text of each file. Call it, and write them, inside `changing`. Raises BrokenFile, ValueError, OSError."""
    answer = tidy(answer)
    domain, nlu, rules = (project / file for file in ("domain.yml", "data/nlu.yml", "data/rules.yml"))
    return {
        domain: _domain(domain, name, answer),
        nlu: _examples(nlu, name, examples),
        rules: _rules(rules, name),
    }


def _domain(path: Path, name: str, answer: Answer) -> str:
    before = text_of(path)
    content = load(before, path)
    metadata = {"kind": "answer", "title": answer.title, "paragraphs": list(answer.paragraphs), "by": "staff"}
    try:
        content["intents"].append(name)
        content["responses"][f"utter_{name}"] = [{"text": answer.text, "metadata": metadata}]
    except (KeyError, TypeError, AttributeError):
        raise BrokenFile("domain.yml has no list of topics and answers") from None
    after = _appended(before, "responses", f"  utter_{name}:\n{block_of(answer, by='staff')}")
    after = _appended(after, "intents", f"  - {name}")
    return same(after, content, path)


def _rules(path: Path, name: str) -> str:
    before = text_of(path)
    content = load(before, path)
    rule = {"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]}
    try:
        content["rules"].append(rule)
    except (KeyError, TypeError, AttributeError):
        raise BrokenFile("data/rules.yml has no list of rules") from None
    lines = f"  - rule: {name}\n    steps:\n      - intent: {name}\n      - action: utter_{name}"
    return same(_appended(before, "rules", lines), content, path)


def _examples(path: Path, name: str, examples: Sequence[str]) -> str:
    before = text_of(path)
    lines = "".join(f"    - {text}\n" for text in examples)
    head = before if before.endswith("\n") else before + "\n"
    after = f"{head}- intent: {name}\n  examples: |\n{lines}"
    if pairs_in(after, path) != pairs_in(before, path) + [(name, text) for text in examples]:
        raise BrokenFile("The examples would be read as something else; nothing was changed.")
    return after


def same(after: str, meant: Any, path: Path) -> str:
    """`after`, if YAML reads in it what was meant. Raises BrokenFile."""
    if load(after, path) != meant:
        raise BrokenFile(f"{path.name} would be read as something else; nothing was changed.")
    return after


def _appended(text: str, key: str, lines: str) -> str:
    """`text` with `lines` after the last entry of a list or table at the top of the file."""
    root: Any = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    node = last_of(next(value for name, value in root.value if name.value == key))
    end = len(text[: node.end_mark.index].rstrip())
    line_end = text.find("\n", end)
    end = len(text) if line_end < 0 else line_end
    return f"{text[:end]}\n{lines}{text[end:] or chr(10)}"


def last_of(node: Any) -> Any:
    """The last text or {…} within a node, whose end is the end of what is written."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node
