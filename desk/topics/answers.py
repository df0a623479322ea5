"""Changes the answer of a topic in domain.yml as an edit of its text: all other bytes stay."""

from __future__ import annotations

import copy
import hashlib
import json
import textwrap
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml

from desk.topics.examples import load, text_of
from desk.topics.files import BrokenFile, write_together

WIDTH = 108  # of a line of domain.yml


class Conflict(ValueError):
    """Somebody else changed the answer since it was shown."""


@dataclass(frozen=True)
class Answer:
    """What a topic's page shows of its answer."""

    text: str
    title: str
    paragraphs: tuple[int, ...]

    @property
    def version(self) -> str:
        """A token of exactly this wording, to notice somebody else's change."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()


def read_answer(project: Path, topic: str) -> Answer:
    """The answer as it stands. Raises BrokenFile."""
    return _answer(_domain(project)[1], topic)


def all_answers(project: Path) -> dict[str, Answer]:
    """Every answer by its topic. Raises BrokenFile."""
    content = _domain(project)[1]
    try:
        names = [
            name.removeprefix("utter_")
            for name, variants in content["responses"].items()
            if (variants[0].get("metadata") or {}).get("kind") == "answer"
        ]
    except (KeyError, TypeError, IndexError, AttributeError):
        raise BrokenFile("domain.yml has no list of answers") from None
    return {topic: _answer(content, topic) for topic in names}


def save_answer(project: Path, topic: str, new: Answer, version: str) -> None:
    """Writes `new` if the answer is still the one of `version`. Call it inside `changing`.

    Raises Conflict, BrokenFile, ValueError, OSError.
    """
    path = project / "domain.yml"
    before, content = _domain(project)
    if _answer(content, topic).version != version:
        raise Conflict("Somebody else changed this answer while you wrote.")
    new = tidy(new)
    after = _replaced(before, topic, new)
    meant = copy.deepcopy(content)
    variant = meant["responses"][f"utter_{topic}"][0]
    variant["text"] = new.text
    variant["metadata"].update(title=new.title, paragraphs=list(new.paragraphs))
    if load(after, path) != meant:
        raise BrokenFile("The answer would be read as something else; nothing was changed.")
    write_together(project, {path: after})


def tidy(answer: Answer) -> Answer:
    """The answer without superfluous blanks. Raises ValueError for signs that no answer can have."""
    signs = (answer.text + answer.title).replace("\n", " ").replace("\r", " ")
    if any(sign in "{}" or unicodedata.category(sign) in ("Cf", "Co", "Cs", "Cc") for sign in signs):
        raise ValueError("The answer holds signs that it cannot have.")
    return Answer(" ".join(answer.text.split()), " ".join(answer.title.split()), answer.paragraphs)


def _domain(project: Path) -> tuple[str, Any]:
    """The text of domain.yml, and what YAML reads in it."""
    path = project / "domain.yml"
    text = text_of(path)
    return text, load(text, path)


def _answer(content: Any, topic: str) -> Answer:
    try:
        (variant,) = content["responses"][f"utter_{topic}"]
        data = variant["metadata"]
        return Answer(variant["text"], data["title"], tuple(data["paragraphs"]))
    except (KeyError, TypeError, ValueError):
        raise BrokenFile(f"domain.yml has no single answer for {topic}") from None


def block_of(answer: Answer, by: str) -> str:
    """The lines of a new answer in domain.yml, below its name."""
    title = json.dumps(answer.title, ensure_ascii=False)
    metadata = f"{{kind: answer, title: {title}, paragraphs: {list(answer.paragraphs)}, by: {by}}}"
    return f"    - text: >-\n{_wrapped(answer.text, 8)}\n      metadata: {metadata}"


def _wrapped(text: str, indent: int) -> str:
    margin = " " * indent
    return textwrap.fill(
        text, WIDTH, initial_indent=margin, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )


def _replaced(text: str, topic: str, new: Answer) -> str:
    root = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    variant = _value(_value(root, "responses"), f"utter_{topic}").value[0]
    metadata, spoken = _value(variant, "metadata"), _value(variant, "text")
    wrapped = _wrapped(new.text, variant.start_mark.column + 2)
    old = _answer(load(text, Path("domain.yml")), topic)
    edits = [
        (spoken, ">-\n" + wrapped, new.text != old.text),
        (_value(metadata, "title"), json.dumps(new.title, ensure_ascii=False), new.title != old.title),
        (_value(metadata, "paragraphs"), str(list(new.paragraphs)), new.paragraphs != old.paragraphs),
    ]
    for node, words, changed in sorted(edits, key=lambda edit: -edit[0].start_mark.index):
        if changed:
            start = node.start_mark.index
            end = start + len(text[start : node.end_mark.index].rstrip())
            text = text[:start] + words + text[end:]
    return text


def _value(node: Any, key: str) -> Any:
    return next(value for name, value in node.value if name.value == key)
