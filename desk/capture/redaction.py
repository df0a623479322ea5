"""Takes out of a message who wrote it: names, phones, addresses and so on become [name], [phone], [address].

It runs before anything is written. What it cannot read it does not let through.
"""

from __future__ import annotations

import functools
from typing import Any, Iterator

from components.english import load_english
from desk.capture.names import known_words, names
from desk.capture.patterns import Span, secrets_with_form

LONGEST = 2000  # characters that are read; no channel takes more


@functools.lru_cache(maxsize=1)
def recogniser() -> Any:
    """spaCy's English model with nothing but its recogniser of names. Raises RuntimeError if it is missing."""
    return load_english(exclude=["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"])


def redact(text: str) -> str:
    """`text` with placeholders for what tells who wrote it. Raises RuntimeError without spaCy's model."""
    text = text[:LONGEST]
    found = _apart([*secrets_with_form(text), *names(text, _people, known_words())])
    parts, last = [], 0
    for span in found:
        parts += [text[last : span.start], f"[{span.label}]"]
        last = span.end
    return "".join([*parts, text[last:]])


def _people(text: str) -> Iterator[tuple[int, int]]:
    for entity in recogniser()(text).ents:
        if entity.label_ == "PERSON":
            yield entity.start_char, entity.end_char


def _apart(spans: list[Span]) -> list[Span]:
    """The spans without overlaps, in the order of the text; of two, the one that is named first stays."""
    kept: list[Span] = []
    for span in spans:
        clashing = [other for other in kept if span.start < other.end and other.start < span.end]
        if all(other.label == span.label for other in clashing):  # the same secret seen twice: all of it goes
            kept = [other for other in kept if other not in clashing]
            kept.append(Span(min([span, *clashing]).start, max(other.end for other in [span, *clashing]), span.label))
    return sorted(kept)
