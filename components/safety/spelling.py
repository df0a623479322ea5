"""Mends typos of danger words, and of no others.

A word that nobody knows ("fentynal", "jandice", "h*roin") is replaced by the danger word nearest to it
(Damerau-Levenshtein distance, by rapidfuzz). A word that is itself English, or stands in the training
data more than once, is left alone, so that harmless words never turn into dangerous ones.
"""

from __future__ import annotations

import functools
import re
from typing import Iterable

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

SHORTEST = 5  # shorter words have too many neighbours
LONG = 8  # from here on two slips of the finger are allowed


class Vocabulary:
    """Danger words to be found, and known words to be left alone."""

    def __init__(self, danger: Iterable[str], known: Iterable[str]) -> None:
        self._danger = sorted({word for word in danger if word.isalpha() and len(word) >= 3})
        self._known = frozenset(known) | frozenset(self._danger)
        self.mend = functools.lru_cache(maxsize=4096)(self._mend)

    def _mend(self, word: str) -> str:
        """The danger word that `word` was meant to be, or `word` itself."""
        if "*" in word or "#" in word:
            return self._unstar(word)
        if word in self._known or not word.isalpha() or not word.isascii():
            return word
        single = re.sub(r"(.)\1", r"\1", word)
        if len(single) >= SHORTEST - 1 and single in self._known:
            return single
        if len(word) < SHORTEST:
            return word
        allowed = 2 if len(word) >= LONG else 1
        best = process.extractOne(word, self._candidates(word, allowed), scorer=DamerauLevenshtein.distance,
                                  score_cutoff=allowed)
        return best[0] if best else word

    def _candidates(self, word: str, allowed: int) -> list[str]:
        """Danger words of about the same length; the first letter is rarely the wrong one."""
        return [d for d in self._danger
                if abs(len(d) - len(word)) <= allowed and len(d) >= SHORTEST and (d[0] == word[0] or allowed == 2)]

    def _unstar(self, word: str) -> str:
        """The danger word that fits a masked one ("h*roin", "f#ck" stays)."""
        pattern = re.compile("".join("[a-z]{1,2}" if c in "*#" else re.escape(c) for c in re.sub(r"[*#]+", "*", word)))
        return next((d for d in self._danger if pattern.fullmatch(d)), word.replace("*", "").replace("#", ""))
