"""How far a training is: what is done, and how long the rest took the last times."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from desk.training.words import STAGES

# Seconds on two cores, until there are trainings to learn from.
USUAL = {"reading": 1.0, "checking": 20.0, "training": 100.0, "loading": 12.0, "testing": 25.0, "comparing": 8.0}
ALMOST = 0.95  # of a stage that takes longer than ever


@dataclass(frozen=True)
class Progress:
    """`share` of all work, 0 to 1; seconds since the start; seconds that are probably left."""

    stage: str
    share: float
    elapsed: float
    left: float


def expected(finished: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Seconds of each stage: the mean of the last three times, or what is usual."""
    times = [(row["figures"] or {}).get("seconds") or {} for row in finished]
    found = {}
    for stage in STAGES:
        known = [float(seconds[stage]) for seconds in times if stage in seconds][:3]
        found[stage] = sum(known) / len(known) if known else USUAL[stage]
    return found


def progress(row: Mapping[str, Any], seconds: Mapping[str, float], now: float | None = None) -> Progress:
    """Where the version in `row` stands, if its stages take the given `seconds`."""
    now = time.time() if now is None else now
    stage = row["stage"] if row["stage"] in STAGES else "reading"
    since = float((row["figures"] or {}).get("since") or row["started_at"])
    names = list(STAGES)
    past, rest = names[: names.index(stage)], names[names.index(stage) + 1 :]
    usual = max(seconds[stage], 0.1)
    share = max(float(row["progress"] or 0.0), min(ALMOST, (now - since) / usual))
    total = sum(seconds.values()) or 1.0
    done = sum(seconds[name] for name in past) + share * usual
    left = max(0.0, usual - (now - since)) + sum(seconds[name] for name in rest)
    return Progress(stage, min(0.99, done / total), now - float(row["started_at"]), left)
