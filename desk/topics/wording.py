"""Live checks of an answer while staff write it, in plain words."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any, Mapping

from desk.topics.answers import Answer, all_answers
from desk.topics.examples import load, text_of
from evaluation.check_answers import HARDEST, MOST_PARAGRAPHS, WORDS, addresses, advice, grade, ungrounded

LONGEST_TITLE = 60  # characters; it has to fit on a button
Facts = Mapping[int, Mapping[str, Any]]  # paragraph: its section and facts


def read_facts(project: Path) -> Facts:
    """The facts of the clinic's document, by paragraph. Raises BrokenFile."""
    path = project / "data" / "facts.yml"
    facts: Facts = load(text_of(path), path)["paragraphs"]
    return facts


def all_complaints(project: Path, topic: str, answer: Answer) -> list[str]:
    """What is wrong with an answer as a whole: its words, its title, and the paragraphs it cites."""
    known = read_facts(project)
    others = {name: other for name, other in all_answers(project).items() if name != topic}
    facts = " ".join(fact for number in answer.paragraphs for fact in known.get(number, {}).get("facts") or [])
    return [
        *complaints(answer.text, facts),
        *title_complaints(answer.title, facts, {other.title for other in others.values()}),
        *paragraph_complaints(answer.paragraphs, known, {n for other in others.values() for n in other.paragraphs}),
    ]


def complaints(text: str, facts: str) -> list[str]:
    """What is wrong with `text` beside the `facts` of the paragraphs it cites; empty if nothing."""
    found = []
    length = len(text.split())
    if not WORDS[0] <= length <= WORDS[1]:
        found.append(f"The answer has {length} words; it should have {WORDS[0]} to {WORDS[1]}.")
    if text.strip() and grade(text) > HARDEST:
        found.append(f"The answer is hard to read (grade {grade(text):.1f}); {HARDEST:.0f} is the most.")
    found += [
        f"“{words}” sounds like advice on a dose, or to start or stop. Only a provider gives that."
        for words in advice(text)
    ]
    contacts = addresses(text)
    found += [f"“{one}” is a phone number or an address. The bot adds the clinic's own by itself." for one in contacts]
    return found + [
        f"“{claim}” is not in the facts of the paragraphs that this answer cites."
        for claim in ungrounded(text, facts)
        if not any(claim in contact for contact in contacts)
    ]


def title_complaints(title: str, facts: str, taken: set[str]) -> list[str]:
    """What is wrong with a title beside the titles that other topics have."""
    if not title.strip():
        return ["The topic has no name. Visitors see it on buttons."]
    found = []
    if len(title) > LONGEST_TITLE:
        found.append(f"The name has {len(title)} letters; {LONGEST_TITLE} are the most that fit on a button.")
    if title.casefold() in {other.casefold() for other in taken}:
        found.append("Another topic has this name.")
    if re.search(r"[{}\[\]<>\\]", title) or any(
        unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs") for sign in title
    ):
        found.append("The name holds signs that it cannot have.")
    return found + [f"“{claim}” in the name is not in the cited facts." for claim in ungrounded(title, facts)]


def paragraph_complaints(cited: tuple[int, ...], known: Facts, elsewhere: set[int]) -> list[str]:
    """What is wrong with the paragraphs that an answer cites; `elsewhere` are those that other answers cite."""
    found = []
    if not cited:
        found.append("Choose at least one paragraph that the answer stands on.")
    if len(set(cited)) > MOST_PARAGRAPHS:
        found.append(f"{len(set(cited))} paragraphs are chosen; {MOST_PARAGRAPHS} are the most.")
    return found + [f"Paragraph {n} has no facts." for n in cited if not (known.get(n) or {}).get("facts")]


def left_alone(before: tuple[int, ...], after: tuple[int, ...], elsewhere: set[int]) -> list[str]:
    """What a change of the cited paragraphs takes from visitors: paragraphs that no answer would cite any more."""
    return [
        f"No other answer cites paragraph {n}, so visitors would hear of it no more. Keep it, or cite it elsewhere."
        for n in before
        if n not in after and n not in elsewhere
    ]
