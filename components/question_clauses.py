"""Splits a message into the clauses that can each be a question, with spaCy's part-of-speech tagger.

"What does it cost and can I drink on it" holds two; "nausea and a headache" holds one, because the second part
has no verb. Source of the tags: en_core_web_sm 3.6 (Universal Dependencies part-of-speech tags).
"""

from __future__ import annotations

import functools
import re
from typing import Any

from components.english import load_english
from components.safety.clauses import clauses

_VERBS = {"VERB", "AUX"}
# Verbs whatever stands around them. Most questions hold one, and need no tagger.
_ALWAYS_VERBS = frozenset(
    [
        *("am", "is", "are", "was", "were", "be", "been", "do", "does", "did", "has", "have", "had"),
        *("can", "could", "will", "would", "should", "must"),
        *("isnt", "arent", "wasnt", "dont", "doesnt", "didnt", "cant", "couldnt", "wont", "wouldnt", "shouldnt"),
    ]
)


@functools.lru_cache(maxsize=1)
def tagger() -> Any:
    """spaCy's English tagger."""
    return load_english(exclude=["parser", "ner", "lemmatizer"])


def question_clauses(text: str) -> list[str]:
    """The clauses of `text` that have a verb, as they stand there; a part without one belongs to the one before it."""
    found: list[tuple[int, int]] = []
    parts = clauses(text)
    end = 0
    for part in parts if len(parts) > 1 else []:
        start = text.index(part, end)
        end = start + len(part)
        begin = found.pop()[0] if found and not _has_verb(part) else start
        found.append((begin, end))
    return [text[start:end] for start, end in found] or [text.strip()]


def _has_verb(part: str) -> bool:
    words = re.findall(r"[a-z]+", re.sub(r"['’]", "", part.lower()))
    return not _ALWAYS_VERBS.isdisjoint(words) or any(token.pos_ in _VERBS for token in tagger()(part))
