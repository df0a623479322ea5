"""The danger lexicon: phrases that must never be missed. lexicon_file.py reads it from data/safety.yml.

Each entry has an id, a tier, a kind, phrases, harmless `unless` phrases, and examples of both that the
tests run. A hit is dropped where an `unless` phrase names a word of it: "never .. {opioid}" silences that one
mention and no other. Words that only fill a gap of either phrase excuse nothing.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Iterator, Mapping, Sequence

from components.safety.normalise import normalise, words_of
from components.safety.phrases import Index, Phrase, own_words
from components.safety.spelling import Vocabulary
from components.safety.tiers import Finding


@dataclass(frozen=True)
class Screen:
    """Phrases, and the harmless phrases that excuse the mentions which they name too."""

    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...]

    def hits(self, text: str) -> Iterator[re.Match[str]]:
        """All matches in padded, normalised `text` that nothing excuses."""
        words = frozenset(text.split())
        excused: set[int] | None = None
        for phrase in self.phrases:
            for match in phrase.spans(text, words):
                if excused is None:
                    excused = set().union(*(own_words(m) for other in self.unless for m in other.spans(text, words)))
                if excused.isdisjoint(own_words(match)):
                    yield match


@dataclass(frozen=True)
class Entry:
    """One rule: what raises a message to which tier and kind, and the examples that prove it."""

    id: str
    tier: str
    kind: str
    screen: Screen
    must_match: tuple[str, ...]
    must_not_match: tuple[str, ...]

    def finds(self, text: str) -> str | None:
        """The part of padded, normalised `text` that this entry matches, or None."""
        hit = next(self.screen.hits(text), None)
        return hit.group().strip() if hit else None


class Lexicon:
    """All entries of a lexicon file, with its word lists and its spelling vocabulary."""

    def __init__(
        self, entries: Sequence[Entry], denials: Screen, emoji: Mapping[str, str], vocabulary: Vocabulary
    ) -> None:
        self.entries, self._denials = tuple(entries), denials
        self._index = Index([entry.screen.phrases for entry in entries])
        self._emoji, self._vocabulary = dict(emoji), vocabulary
        self.normalised = functools.lru_cache(maxsize=64)(self._normalised)  # asked for several times a message

    def _normalised(self, text: str) -> str:
        """`text` as the lexicon reads it."""
        return normalise(text, self._vocabulary, self._emoji)

    def changes(self, text: str) -> bool:
        """Whether normalising did more to `text` than lower its case and drop its punctuation."""
        return re.findall(r"[a-z]+", self.normalised(text)) != re.findall(r"[a-z]+", re.sub(r"['’]", "", text.lower()))

    def without_denials(self, text: str) -> str | None:
        """`text` as the lexicon reads it, without denials such as "never touched heroin"; None if there are none."""
        reading = f" {self.normalised(text)} "
        spans = sorted(match.span() for match in self._denials.hits(reading))
        for start, end in reversed(spans):
            reading = reading[:start] + reading[end:]
        return " ".join(reading.split()) if spans else None

    def readings(self, text: str) -> list[str]:
        """The ways in which `text` is read: typos mended, and as typed where that differs."""
        mended, typed = self.normalised(text), " ".join(words_of(text, self._emoji))
        return [mended] if mended == typed else [mended, typed]

    def findings(self, text: str) -> list[Finding]:
        """Every entry that `text` touches, in the order of the file."""
        evidence: dict[int, str] = {}
        for reading in self.readings(text):
            for number in self._index.possible(reading) - evidence.keys():
                hit = self.entries[number].finds(f" {reading} ")
                if hit is not None:
                    evidence[number] = hit
        hits = [(self.entries[number], evidence[number]) for number in sorted(evidence)]
        return [Finding(entry.tier, entry.kind, f"rule:{entry.id}", 1.0, words) for entry, words in hits]
