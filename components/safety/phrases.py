"""Compiles the small language in which danger phrases are written into regular expressions.

A phrase is matched word by word against normalised text:

    took|taken        one of these words          {opioid}   one of the words or terms of a list
    shak*             a word that begins so       my?        may be missing
    ..                up to three words between   ..6        up to six
    ^ $               the message begins, ends here
    van|car_park      two words that are one term beside a "|" (van|car park: one of van and car, and then park)

Sources: the manner of spaCy's rule-based Matcher, kept to what a nurse can read and write.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Iterable, Iterator, Mapping, Sequence

GAP = 3
_GAP = re.compile(r"\.\.(\d*)$")
_WORD = re.compile(r"[^\W_]+\*?$")
_REFERENCE = re.compile(r"\{(\w+)\}$")


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says why."""


def terms_of(name: str, lists: Mapping[str, Sequence[str]], seen: tuple[str, ...] = ()) -> list[str]:
    """All terms of the list `name`, with the lists it refers to filled in."""
    if name in seen:
        raise PhraseError(f"the word list {name!r} refers to itself")
    if name not in lists:
        raise PhraseError(f"unknown word list {{{name}}}")
    found: list[str] = []
    for term in lists[name]:
        inner = _REFERENCE.match(str(term))
        found += terms_of(inner.group(1), lists, (*seen, name)) if inner else [str(term)]
    return found


def lists_in(phrase: str) -> list[str]:
    """The names of the word lists that a phrase refers to itself."""
    return re.findall(r"\{(\w+)\}", phrase)


@dataclass(frozen=True)
class Phrase:
    """A compiled phrase: its expression, and the words of which a text must hold one of each set.

    Most texts lack a word that most phrases need; seeing that first makes a long lexicon fast.
    """

    pattern: re.Pattern[str]
    needs: tuple[tuple[frozenset[str], tuple[str, ...]], ...]

    def spans(self, text: str, words: frozenset[str]) -> Iterator[re.Match[str]]:
        """All matches in padded, normalised `text`, overlapping ones too; `words` are those of `text`."""
        for exact, stems in self.needs:
            if exact.isdisjoint(words) and not (stems and any(word.startswith(stems) for word in words)):
                return
        match = self.pattern.search(text)
        while match:
            yield match
            match = self.pattern.search(text, match.start() + 1)


def own_words(match: re.Match[str]) -> set[int]:
    """Where the words begin that the phrase itself names, without those that only fill its gaps."""
    gaps = [match.span(number) for number in range(1, (match.re.groups or 0) + 1)]
    words = (word.start() + match.start() for word in re.finditer(r"\S+", match.group()))
    return {word for word in words if not any(start <= word < end for start, end in gaps)}


class Index:
    """Which groups of phrases a text may match at all, by the words that they need."""

    def __init__(self, groups: Sequence[Sequence[Phrase]]) -> None:
        self._exact: dict[str, set[int]] = defaultdict(set)
        self._stems: dict[str, set[int]] = defaultdict(set)
        self._always: set[int] = set()  # groups with a phrase that needs no word
        for number, phrases in enumerate(groups):
            for phrase in phrases:
                exact, stems = phrase.needs[0] if phrase.needs else (frozenset(), ())
                for word in exact:
                    self._exact[word].add(number)
                for stem in stems:
                    self._stems[stem].add(number)
                if not exact and not stems:
                    self._always.add(number)
        self._longest = max(map(len, self._stems), default=0)

    def possible(self, text: str) -> set[int]:
        """The numbers of the groups that normalised `text` may match."""
        found = set(self._always)
        for word in set(text.split()):
            found |= self._exact.get(word, set())
            for end in range(1, min(len(word), self._longest) + 1):
                found |= self._stems.get(word[:end], set())
        return found


def compile_phrase(phrase: str, lists: Mapping[str, Sequence[str]]) -> Phrase:
    """A phrase for text that is normalised and padded with one space on each side.

    Raises PhraseError for an unknown list or an unreadable word.
    """
    tokens = str(phrase).split()
    if not any(
        _WORD.match(part.split("_")[0]) or _REFERENCE.match(part)
        for token in tokens
        for part in token.rstrip("?").split("|")
    ):
        raise PhraseError(f"the phrase {phrase!r} holds no word")
    pattern = _compiled("(?<= )" + "".join(_compile_token(token, lists) for token in tokens))
    needed = [
        _terms(token, lists)
        for token in tokens
        if not (token.endswith("?") or token in ("^", "$") or _GAP.match(token))
    ]
    return Phrase(
        pattern, tuple(sorted((_first_words(terms) for terms in needed), key=lambda n: len(n[0]) + len(n[1])))
    )


@functools.lru_cache(maxsize=8192)  # a model that takes another's place has mostly the same phrases, and chats go on
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


def _first_words(terms: Iterable[str]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The words with which terms begin: those given whole, and the stems of those given with a *."""
    first = {term.split()[0] for term in terms}
    return frozenset(w for w in first if "*" not in w), tuple(w.rstrip("*") for w in first if "*" in w)


def _terms(token: str, lists: Mapping[str, Sequence[str]]) -> list[str]:
    """All terms that stand for one token of a phrase."""
    found: list[str] = []
    for part in token.rstrip("?").split("|"):
        reference = _REFERENCE.match(part)
        found += terms_of(reference.group(1), lists) if reference else [part.replace("_", " ")]
    return found


def _compile_token(token: str, lists: Mapping[str, Sequence[str]]) -> str:
    gap = _GAP.match(token)
    if gap:
        return rf"((?:(?!\|)\S+ ){{0,{gap.group(1) or GAP}}}?)"  # the only groups that are numbered: see own_words
    if token == "^":  # noqa: S105 - not a password
        return r"(?<=^ )"
    if token == "$":  # noqa: S105
        return r"(?:\| )?$"
    return f"(?:{_any_of(_terms(token, lists))} )" + ("?" if token.endswith("?") else "")


def _any_of(terms: Iterable[str]) -> str:
    """One expression for all `terms`, grouped by first letter, which makes long lists fast."""
    groups: dict[str, set[str]] = defaultdict(set)
    for term in terms:
        words = term.split()
        if not words or not all(_WORD.match(word) for word in words):
            raise PhraseError(f"cannot read {term!r}; use letters, digits and a closing *")
        text = " ".join(words)
        groups[text[0]].add(text[1:])
    parts = []
    for letter, rests in sorted(groups.items()):
        ordered = sorted(rests, key=lambda rest: (-len(rest), rest))
        parts.append(letter + "(?:" + "|".join(rest.replace("*", r"\w*") for rest in ordered) + ")")
    return "(?:" + "|".join(parts) + ")"


def plain_words(phrase_or_term: str) -> set[str]:
    """The whole words that stand in a phrase or term, for the spelling vocabulary."""
    terms = (one for one in re.split(r"[\s|]+", phrase_or_term) if not one.startswith("{"))
    parts = [part for term in terms for part in term.split("_")]
    return {part.rstrip("?") for part in parts if re.fullmatch(r"[^\W\d_]+\??", part)}
