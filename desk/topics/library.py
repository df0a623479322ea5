"""What is taught and tested already, and why a sentence cannot become an example beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Iterable, Sequence

from evaluation.check_examples import ALIKE, ALIKE_FROZEN, ALIKE_WORDS, EVERYONES, contacts, spelled, unreadable
from evaluation.content import read_cases
from evaluation.near import Near, words

MOST_LENGTH = 500


class Library:
    """All examples and all frozen cases, to compare new examples with."""

    def __init__(self, examples: Iterable[str], cases: Sequence[str]) -> None:
        self._long: list[str] = []
        self._known: set[tuple[str, ...]] = set()
        for text in examples:
            self._note(text)
        self._near = Near(self._long, ALIKE)
        self._cases = Near([case for case in cases if len(spelled(case)) >= EVERYONES], ALIKE_FROZEN)

    @classmethod
    def read(cls, project: Path, examples: Iterable[str]) -> Library:
        """`examples` beside the frozen cases of `project`. Raises OSError, ValueError and KeyError for broken cases."""
        return cls(examples, [text.text for text, _ in read_cases(project / "evaluation" / "cases")])

    def add(self, text: str) -> None:
        """Takes in a new example, so that the next one is compared with it, too."""
        if self._note(text):
            self._near.add(text)

    def why_not(self, text: str, instead_of: str = "") -> str:
        """Why `text` cannot be an example (instead of another), in words for staff; empty if it can."""
        if len(text) > MOST_LENGTH:
            return f"it is too long to learn from; {MOST_LENGTH} characters are the most"
        if any(unreadable(text)):
            return "it holds signs that cannot be part of an example"
        if contacts(text):
            return "it may hold somebody's phone number or mail address"
        if spelled(text) in self._known and spelled(text) != spelled(instead_of):
            return "it is an example already"
        if self._cases.like(text):
            return "it is, or nearly is, a test message, and a test must not be learned by heart"
        return self._too_like(text, instead_of)

    def _too_like(self, text: str, instead_of: str) -> str:
        if len(words(text)) < ALIKE_WORDS:
            return ""
        like = [self._long[j] for j in self._near.like(text) if self._long[j] not in (instead_of, text)]
        return f"nearly the same is an example already: “{like[0]}”" if like else ""

    def _note(self, text: str) -> bool:
        """Whether `text` is long enough to be too like another."""
        self._known.add(spelled(text))
        if len(words(text)) < ALIKE_WORDS:
            return False
        self._long.append(text)
        return True
