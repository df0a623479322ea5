"""Turns what people type into plain lower-case words, so that masking changes nothing about the tier.

Handles Unicode look-alikes, zero-width characters, markup, emoji, leetspeak, spaced and masked letters,
stretched words and, with a vocabulary, typos.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Mapping

from components.safety.emoji import named
from components.safety.spelling import Vocabulary

BREAK = "|"  # stands for the end of a sentence; phrases never reach across it

_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x034F,
        0x061C,
        0x180E,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE0080),
    ]
)
# Cyrillic, Greek and phonetic letters that look like Latin ones.
_LOOKALIKES = str.maketrans(
    "авгеёікмнорстухѕјԁһԛԝıαβεηικνορτυχγʀɴᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍᴏᴘꜱᴛᴜᴠᴡʏᴢɑɡøðłđ",
    "abreeikmhopctyxsjdhqwiabenikvoptuxyrnabcdefghijklmopstuvwyzagodld",
)
_LEET = str.maketrans(
    {
        "0": "o",
        "1": "i",
        "3": "e",
        "4": "a",
        "5": "s",
        "7": "t",
        "8": "b",
        "@": "a",
        "$": "s",
        "!": "i",
        "€": "e",
        "+": "t",
    }
)
_QUANTITY = re.compile(
    r"\d+([.,:/]\d+)*(st|nd|rd|th|mgs?|mcg|g|kg|ml|cc|hrs?|h|d|days?|w|wks?|weeks?|mins?|m|mos?|mths?|months?|"
    r"yrs?|yo|y|x|am|pm|pt|pk|k|lbs?|s|ish|a|b|c|f|ft|in)?$"
)
_CODE = re.compile(r"[a-z]\d{1,3}s?$")  # m30, t3, x2: names and counts, not masked words
_COUNTED = re.compile(r"(?<![^\W_])([a-z]{3,})(\d{1,4}(?:s|mg)?)(?![^\W_])")  # perc30, oxy80s
_MASKED = re.compile(r"[^\W\d_]+(?:[013457@$8]+[^\W\d_]+)+")
_TAG = re.compile(r"<[^<>]{0,200}>")
_SPACED = re.compile(r"(?<![^\W_])([^\W_](?:[ .\-_*·•]{1,2}[^\W_]){2,})(?![^\W_])")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_AND = re.compile(r"(?<=\s)[&+](?=\s)")
_WORD = re.compile(r"(?:[$@](?=[^\W\d_]))?[^\W_]+(?:[*#@$!€+]+[^\W_]+)*[$]?|[.!?;\n]+")


def plain(text: str, emoji: Mapping[str, str] | None = None) -> str:
    """`text` without tricks of encoding: look-alikes folded, invisible characters and markup removed."""
    text = unicodedata.normalize("NFKC", text).translate(_INVISIBLE)
    for sign, words in (emoji or {}).items():
        text = text.replace(sign, f" {words} ")
    text = _TAG.sub("", text).casefold()
    return re.sub(r"[^\W\d_]+", lambda m: _fold_lookalikes(m.group()), _without_accents(text)).strip()


def unmasked(text: str) -> str:
    """`plain(text)` for the learned parts: with letters for the digits and signs within words ("h0w d0es", "p@in"),
    and names for emoji."""
    return named(_MASKED.sub(lambda m: _unmask(m.group()), plain(text)))


def _without_accents(text: str) -> str:
    """Drops combining marks, of which hostile text carries floods."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def _fold_lookalikes(word: str) -> str:
    """Latin letters for look-alikes, where that makes the whole word Latin and part of it was so before."""
    if word.isascii():
        return word
    folded = word.translate(_LOOKALIKES)
    mixed = any(c.isascii() for c in word)
    return folded if mixed and folded.isascii() else word


def _unmask(word: str) -> str:
    """Letters for the digits and signs of leetspeak; amounts such as 50mg stay."""
    if word.isalpha() or _QUANTITY.match(word) or _CODE.match(word) or not any(c.isalpha() for c in word):
        return word
    return word.translate(_LEET)


def _join_spaced(text: str) -> str:
    return _SPACED.sub(lambda m: re.sub(r"[ .\-_*·•]+", "", m.group()), text)


def words_of(text: str, emoji: Mapping[str, str] | None = None) -> list[str]:
    """The words of `text` in plain letters, with BREAK where a sentence ends."""
    joined = _join_spaced(re.sub(r"['’`´]|(?<=\d)[.,](?=\d)", "", _AND.sub("and", plain(text, emoji))))
    joined = _COUNTED.sub(r"\1 \2", joined)
    found: list[str] = []
    for match in _WORD.finditer(joined):
        token = match.group()
        if token[0] in ".!?;\n":
            if found and found[-1] != BREAK:
                found.append(BREAK)
        else:
            found.append(_STRETCHED.sub(r"\1\1", _unmask(token)))
    return found


def normalise(text: str, vocabulary: Vocabulary, emoji: Mapping[str, str] | None = None) -> str:
    """`text` as plain words joined by one space, typos of known danger words mended."""
    return " ".join(word if word == BREAK else vocabulary.mend(word) for word in words_of(text, emoji))
