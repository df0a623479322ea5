"""Is somebody in danger? Lexicon and detector read the message whole and clause by clause; the higher tier wins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from components.safety.clauses import clauses
from components.safety.detector import Detector
from components.safety.lexicon import Lexicon
from components.safety.normalise import BREAK
from components.safety.tiers import RANK, Finding


@dataclass(frozen=True)
class Thresholds:
    """From which detector score on a text counts: for the message as a whole and, stricter, for one clause."""

    whole: dict[str, float]
    clause: dict[str, float]


def findings(text: str, lexicon: Lexicon, detector: Detector, thresholds: Thresholds) -> list[Finding]:
    """Every sign of danger in `text`. The lexicon reads all of it; the detector, which knows words and not
    grammar, reads it without its denials."""
    affirmed = lexicon.without_denials(text)
    whole = text if affirmed is None else affirmed.replace(f" {BREAK}", ".")
    parts = clauses(whole)
    parts = parts if len(parts) > 1 else []
    mended = [lexicon.normalised(text).replace(f" {BREAK}", ".")] if affirmed is None and lexicon.changes(text) else []
    return (
        lexicon.findings(text)
        + detector.findings([whole], thresholds.whole)
        + detector.findings(parts, thresholds.clause, within=whole)
        + detector.findings(mended, thresholds.clause)
    )


def verdict(found: Iterable[Finding]) -> Finding | None:
    """The finding that decides: the highest tier, then a rule before a score, then the surest. None if empty."""
    return max(found, key=lambda f: (RANK[f.tier], f.source.startswith("rule:"), f.score), default=None)
