"""Compiles the small language in which danger phrases are written into regular expressions.

A phrase is matched word by word against normalised text:

    took|taken        one of these words          {opioid}   one of the words or terms of a list
    shak*             a word that begins so       my?        may be missing
    ..                up to three words between   ..6        up to six
    ^ $               the message begins, ends here

Sources: the manner of spaCy's rule-based Matcher, kept to what a nurse can read and write.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Iterable, Mapping, Sequence

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


def compile_phrase(phrase: str, lists: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """A pattern for text that is normalised and padded with one space on each side.

    Raises PhraseError for an unknown list or an unreadable word.
    """
    tokens = str(phrase).split()
    if not any(_WORD.match(part) or _REFERENCE.match(part) for token in tokens for part in token.rstrip("?").split("|")):
        raise PhraseError(f"the phrase {phrase!r} holds no word")
    return re.compile("(?:(?<= )|(?<=^))" + "".join(_compile_token(token, lists) for token in tokens))


def _compile_token(token: str, lists: Mapping[str, Sequence[str]]) -> str:
    gap = _GAP.match(token)
    if gap:
        return rf"(?:(?!\|)\S+ ){{0,{gap.group(1) or GAP}}}?"
    if token == "^":
        return r"(?<=^ )"
    if token == "$":
        return r"(?:\| )?$"
    optional, terms = token.endswith("?"), []
    for part in token.rstrip("?").split("|"):
        reference = _REFERENCE.match(part)
        terms += terms_of(reference.group(1), lists) if reference else [part]
    return f"(?:{_any_of(terms)} )" + ("?" if optional else "")


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
    parts = re.split(r"[\s|]+", phrase_or_term)
    return {part.rstrip("?") for part in parts if re.fullmatch(r"[^\W\d_]+\??", part)}
