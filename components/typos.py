"""Mends typos before a message is understood: the encoder has never seen "alchol" or "sinclare".

A word that is neither English (pyspellchecker's word list) nor known from the examples becomes the example word nearest
to it (Damerau-Levenshtein distance, by rapidfuzz), the more frequent one of two. What danger is read from by rules is
left alone here; safety/spelling.py does that for danger words only. Texts with letters beyond ASCII are in another
language and stay as they are.
"""

from __future__ import annotations

import functools
import re
from collections import Counter, defaultdict
from typing import Iterable, Mapping

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from components.safety.spelling import english_words

SHORTEST = 5  # letters; shorter words have too many neighbours
LONG = 8  # letters from which on two slips of the finger are allowed
KNOWN, USUAL = 2, 3  # examples a word must stand in to be left alone, and to be what another was meant to be
SURE = 8  # examples that make a word usual that is not English, such as a brand
_WORD = re.compile(r"(?<![\w@$*#])[A-Za-z]+(?:['’][A-Za-z]+)?(?![\w@$*#])")  # masked words have their own remedy
_FOREIGN = re.compile(r"(?![A-Za-z])[^\W\d_]")  # a letter beyond ASCII


def word_counts(texts: Iterable[str]) -> dict[str, int]:
    """In how many texts each word of letters stands, for the words that count."""
    counts = Counter(word for text in texts for word in set(re.findall(r"[a-z]+", text.lower())))
    return {word: count for word, count in counts.items() if count >= KNOWN and len(word) >= SHORTEST - 1}


class Typos:
    """Knows the examples' words; may be used from several threads."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """`counts`: as `word_counts` gives them."""
        self._counts = dict(counts)
        self._usual: dict[int, list[str]] = defaultdict(list)
        for word, count in counts.items():
            if count >= SURE or (count >= USUAL and word in english_words()):
                self._usual[len(word)].append(word)
        self._meant = functools.lru_cache(maxsize=4096)(self._nearest)

    @property
    def counts(self) -> dict[str, int]:
        """What it was made of."""
        return self._counts

    def mended(self, text: str) -> str:
        """`text` with each typo mended, everything between the words as it was."""
        return text if _FOREIGN.search(text) else _WORD.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        word = found.group().lower()
        meant = self._meant(word)
        return found.group() if meant == word else meant

    def _nearest(self, word: str) -> str:
        if len(word) < SHORTEST or word in self._counts or word in english_words() or not word.isalpha():
            return word
        allowed = 2 if len(word) >= LONG else 1
        near = [
            (distance, one[0] != word[0], -self._counts[one], one)
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for one, distance, _ in process.extract(
                word, self._usual.get(length, ()), scorer=DamerauLevenshtein.distance, score_cutoff=allowed, limit=None
            )
            if distance == 1 or one[0] == word[0]  # the first letter is rarely wrong
        ]
        return min(near)[3] if near else word
