"""Mends typos of danger words, and of no others.

A word that nobody knows ("fentynal", "jandice", "h*roin") is replaced by the danger word nearest to it
(Damerau-Levenshtein distance, by rapidfuzz). A word that is itself English (pyspellchecker's word list), or
that harmless training examples use, is left alone, so that harmless words do not turn into dangerous ones.
"""

from __future__ import annotations

import functools
import re
from typing import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein
from spellchecker import SpellChecker

SHORTEST = 5  # shorter words have too many neighbours
LONG = 8  # from here on two slips of the finger are allowed
LONGEST_PART, MOST_PARTS = 14, 6
_SHORT_DANGER = frozenset(("die", "fit", "oxy"))
_SHORT_WORDS = _SHORT_DANGER | {
    "a",
    "i",
    "im",
    "me",
    "my",
    "is",
    "he",
    "hes",
    "she",
    "her",
    "his",
    "we",
    "to",
    "be",
    "of",
    "at",
    "on",
    "in",
    "it",
    "no",
    "not",
    "up",
    "off",
    "the",
    "and",
    "for",
    "all",
    "too",
    "was",
    "has",
    "had",
    "day",
    "now",
    "dog",
    "cat",
    "ate",
    "kid",
    "mum",
    "mom",
    "dad",
    "son",
    "cant",
    "wont",
    "dont",
}


@functools.lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Some 160,000 words of written English."""
    return frozenset(SpellChecker(language="en").word_frequency.dictionary)


class Vocabulary:
    """Danger words to be found, and known words to be left alone."""

    def __init__(self, danger: Iterable[str], known: Iterable[str]) -> None:
        self._danger = sorted({word for word in danger if word.isalpha() and len(word) >= 3})
        self._danger_parts = frozenset(word for word in self._danger if len(word) > 3) | _SHORT_DANGER
        self._known = english_words() | frozenset(known) | frozenset(self._danger)
        self.mend = functools.lru_cache(maxsize=4096)(self._mend)

    def _mend(self, word: str) -> str:
        """The danger word that `word` was meant to be, or `word` itself."""
        if "*" in word or "#" in word:
            return self._unstar(word)
        if word in self._known or not word.isalpha() or not word.isascii():
            return word
        if word.endswith("in") and f"{word}g" in self._known:  # "smokin"
            return f"{word}g"
        single = re.sub(r"(.)\1", r"\1", word)
        if len(single) >= SHORTEST - 1 and single in self._known:
            return single
        if len(word) < SHORTEST:
            return word
        allowed = 2 if len(word) >= LONG else 1
        best = process.extractOne(
            word, self._candidates(word, allowed), scorer=DamerauLevenshtein.distance, score_cutoff=allowed
        )
        return best[0] if best else self._run_together(word) or word

    def _candidates(self, word: str, allowed: int) -> list[str]:
        """Danger words of about the same length; the first letter is rarely the wrong one."""
        return [
            d
            for d in self._danger
            if abs(len(d) - len(word)) <= allowed and len(d) >= SHORTEST and (d[0] == word[0] or allowed == 2)
        ]

    def _run_together(self, word: str) -> str | None:
        """The words of "notbreathing" or "iwanttodie": as few as possible, and a danger word among them."""
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(1, len(word) + 1):
            for start in range(max(0, end - LONGEST_PART), end):
                before, part = best[start], word[start:end]
                if before is not None and self._is_part(part) and len(before) < len(best[end] or [*before, "", ""]):
                    best[end] = [*before, part]
        parts = best[-1] or []
        return " ".join(parts) if 1 < len(parts) <= MOST_PARTS and not self._danger_parts.isdisjoint(parts) else None

    def _is_part(self, part: str) -> bool:
        return part in _SHORT_WORDS or (len(part) > 3 and part in self._known)

    def _unstar(self, word: str) -> str:
        """The danger word that fits a masked one ("h*roin", "f#ck" stays)."""
        pattern = re.compile("".join("[a-z]{1,2}" if c in "*#" else re.escape(c) for c in re.sub(r"[*#]+", "*", word)))
        return next((d for d in self._danger if pattern.fullmatch(d)), word.replace("*", "").replace("#", ""))
