"""Emoji by their Unicode names ("waving hand"): the encoder knows words, and takes every emoji for the same."""

from __future__ import annotations

import functools
import re
import unicodedata

_EMOJI = re.compile(r"[\u2600-\u27BF\u2B00-\u2BFF\U0001F000-\U0001FAFF]")
_REPEATED = re.compile(rf"({_EMOJI.pattern})(?:\s*\1)+")
_SILENT = frozenset((*range(0x1F3FB, 0x1F400), *range(0x1F1E6, 0x1F200)))  # tones of skin, letters of flags
_NO_WORDS = re.compile(r"\b(?:sign|symbol|with|heavy|face)\b|[^a-z ]")


def named(text: str) -> str:
    """`text` with a name in place of each emoji; two alike in a row count once. All else stays."""
    if text.isascii():
        return text
    return " ".join(_EMOJI.sub(lambda found: f" {_name(found.group())} ", _REPEATED.sub(r"\1", text)).split())


@functools.lru_cache(maxsize=2048)
def _name(emoji: str) -> str:
    if ord(emoji) in _SILENT:
        return ""
    return " ".join(_NO_WORDS.sub(" ", unicodedata.name(emoji, "").lower()).split())
