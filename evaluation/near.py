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


def pairs_within(texts: Sequence[str], least: float) -> Iterator[tuple[int, int]]:
    """Positions (i, j), i before j, of two texts in one list whose likeness is `least` or more."""
    return ((i, j) for i, j in pairs(texts, texts, least) if i < j)


def _rarest(found: frozenset[str], often: Counter[str], least: float) -> list[str]:
    """As many of the rarest words as two alike sentences cannot both differ in."""
    kept = len(found) - math.ceil(least * len(found) - 1e-9) + 1
    return sorted(found, key=lambda word: (often[word], word))[:kept]
