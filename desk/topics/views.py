"""What the page of one topic shows: its answer, the facts to choose from, and one page of its examples."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from desk.topics.examples import pairs_in, text_of
from desk.topics.wording import Facts

SIZE = 50  # examples on a page


@dataclass(frozen=True)
class Shown:
    """One page of a topic's examples."""

    texts: list[str]
    number: int  # of all that were found
    total: int  # of all that the topic has
    page: int
    pages: int
    query: str
    marked: str  # the example that somebody came for


def examples_of(project: Path, topic: str) -> list[str]:
    """All examples of a topic. Raises BrokenFile."""
    path = project / "data" / "nlu.yml"
    return [text for label, text in pairs_in(text_of(path), path) if label == topic]


def shown(texts: list[str], query: str = "", page: int = 1, marked: str = "") -> Shown:
    """The page of `texts` that somebody wants: those with `query` in them, or the page with the `marked` one."""
    found = [text for text in texts if query.casefold() in text.casefold()]
    pages = max(1, -(-len(found) // SIZE))
    if marked in found:
        page = found.index(marked) // SIZE + 1
    page = min(max(1, page), pages)
    return Shown(found[(page - 1) * SIZE : page * SIZE], len(found), len(texts), page, pages, query, marked)


def by_section(facts: Facts, chosen: tuple[int, ...]) -> list[dict[str, Any]]:
    """The sections of the document in their order: heading, whether a paragraph of it is chosen, its paragraphs."""
    numbers = sorted(facts, key=lambda number: (_first(facts, facts[number]["section"]), number))
    return [
        {
            "section": section,
            "chosen": len(set(chosen) & set(part)),
            "paragraphs": [(n, facts[n]["facts"]) for n in part],
        }
        for section, part in ((s, list(ns)) for s, ns in groupby(numbers, lambda number: facts[number]["section"]))
    ]


def _first(facts: Facts, section: str) -> int:
    """The first paragraph under a heading: where the document goes back to a heading, it is shown once."""
    return min(number for number, entry in facts.items() if entry["section"] == section)
