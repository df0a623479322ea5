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

from desk.topics.examples import BrokenFile
from desk.topics.files import write_atomically

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
    return _answer(_load((project / "domain.yml").read_bytes()), topic)


def save_answer(project: Path, topic: str, new: Answer, version: str) -> None:
    """Writes `new` if the answer is still the one of `version`. Raises Conflict, BrokenFile, ValueError, OSError."""
    path = project / "domain.yml"
    before = path.read_bytes()
    content = _load(before)
    if _answer(content, topic).version != version:
        raise Conflict("Somebody else changed this answer while you wrote.")
    if any(
        c in "{}" or (unicodedata.category(c) in ("Cf", "Co", "Cs", "Cc") and c != "\n") for c in new.text + new.title
    ):
        raise ValueError("The answer holds signs that it cannot have.")
    new = Answer(" ".join(new.text.split()), " ".join(new.title.split()), new.paragraphs)
    after = _replaced(before.decode(), topic, new)
    meant = copy.deepcopy(content)
    variant = meant["responses"][f"utter_{topic}"][0]
    variant["text"] = new.text
    variant["metadata"].update(title=new.title, paragraphs=list(new.paragraphs))
    if _load(after.encode()) != meant:
        raise BrokenFile("The answer would be read as something else; nothing was changed.")
    write_atomically(path, after)


def _load(raw: bytes) -> Any:
    try:
        return yaml.safe_load(raw.decode())
    except UnicodeDecodeError as error:
        raise BrokenFile(f"domain.yml:{raw[: error.start].count(10) + 1}: it is not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise BrokenFile(f"domain.yml{line}: {getattr(error, 'problem', None) or error}") from None


def _answer(content: Any, topic: str) -> Answer:
    try:
        (variant,) = content["responses"][f"utter_{topic}"]
        data = variant["metadata"]
        return Answer(variant["text"], data["title"], tuple(data["paragraphs"]))
    except (KeyError, TypeError, ValueError):
        raise BrokenFile(f"domain.yml has no single answer for {topic}") from None


def _replaced(text: str, topic: str, new: Answer) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    variant = _value(_value(root, "responses"), f"utter_{topic}").value[0]
    metadata, spoken = _value(variant, "metadata"), _value(variant, "text")
    indent = " " * (variant.start_mark.column + 2)
    wrapped = textwrap.fill(
        new.text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    old = _answer(yaml.safe_load(text), topic)
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
