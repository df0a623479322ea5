"""Which sentences say almost the same: the share of words that two have in common (Jaccard).

Only pairs that share one of their rarest words are compared, so 15,000 sentences take a second
(prefix filtering: Chaudhuri, Ganti and Kaushik 2006).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from typing import Iterator, Sequence

_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> frozenset[str]:
    """The words of `text` without case and apostrophes; for emoji or signs alone, the text itself."""
    found = frozenset(_WORD.findall(re.sub(r"['’`´]", "", text.casefold())))
    return found or frozenset({text.strip()})


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The words that both have over those that either has, 0 to 1."""
    return len(one & other) / len(one | other)


def pairs(texts: Sequence[str], others: Sequence[str], least: float) -> Iterator[tuple[int, int]]:
    """Positions (i, j) of a text and one of `others` whose likeness is `least` or more."""
    ours, theirs = [words(text) for text in texts], [words(text) for text in others]
    often = Counter(word for found in (*ours, *theirs) for word in found)
    index = defaultdict(list)
    for j, found in enumerate(theirs):
        for word in _rarest(found, often, least):
            index[word].append(j)
    for i, found in enumerate(ours):
        for j in sorted({j for word in _rarest(found, often, least) for j in index[word]}):
            if likeness(found, theirs[j]) >= least:
                yield i, j


class Near:
    """Texts among which one can look for those that say almost the same as another."""

    def __init__(self, texts: Sequence[str], least: float) -> None:
        """Takes in `texts`; `least` is the likeness that counts, 0 to 1."""
        self._least, self._known = least, [words(text) for text in texts]
        self._often = Counter(word for found in self._known for word in found)
        self._index: defaultdict[str, list[int]] = defaultdict(list)
        for j, found in enumerate(self._known):
            self._note(j, found)

    def add(self, text: str) -> None:
        """Takes in one more text, at the end."""
        self._known.append(words(text))
        self._note(len(self._known) - 1, self._known[-1])

    def like(self, text: str) -> list[int]:
        """The positions of the texts whose likeness to `text` is `least` or more."""
        found = words(text)
        near = {j for word in _rarest(found, self._often, self._least) for j in self._index.get(word, ())}
        return [j for j in sorted(near) if likeness(found, self._known[j]) >= self._least]

    def _note(self, j: int, found: frozenset[str]) -> None:
        for word in _rarest(found, self._often, self._least):
            self._index[word].append(j)


def pairs_within(texts: Sequence[str], least: float) -> Iterator[tuple[int, int]]:
    """Positions (i, j), i before j, of two texts in one list whose likeness is `least` or more."""
    return ((i, j) for i, j in pairs(texts, texts, least) if i < j)


def _rarest(found: frozenset[str], often: Counter[str], least: float) -> list[str]:
    """As many of the rarest words as two alike sentences cannot both differ in."""
    kept = len(found) - math.ceil(least * len(found) - 1e-9) + 1
    return sorted(found, key=lambda word: (often[word], word))[:kept]
