"""Splits a message into the clauses that may each hold a question or a danger of its own."""

from __future__ import annotations

import re

SHORTEST = 2  # words; less is no clause
# Where a new thought begins without punctuation ("what does it cost and can i drink on it").
_JOINT = re.compile(
    r"[.!?;:\n()]+|,|\s[-–—]+\s|\s(?=(?:and|but|also|plus|oh|btw|though|because|cos|cuz|since|so|then|asking|just|ps)\s)",
    re.IGNORECASE,
)


def clauses(text: str, shortest: int = SHORTEST) -> list[str]:
    """The clauses of `text` in order; a text of one clause gives a list with that text alone."""
    parts = [part.strip() for part in _JOINT.split(text)]
    found = [part for part in parts if len(part.split()) >= shortest]
    return found if len(found) > 1 else [text.strip()]


def sentences(text: str) -> list[str]:
    """The sentences of `text`, split at strong punctuation only."""
    parts = [part.strip() for part in re.split(r"(?<=[.!?;\n])\s+|\n+", text)]
    return [part for part in parts if len(part.split()) >= SHORTEST] or [text.strip()]
