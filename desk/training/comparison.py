"""Candidate against published version, on the same messages: what the page shows, as plain data."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any, Callable, Mapping, Optional, Sequence

from desk.training.calibration import calibration, error
from desk.training.statistics import mcnemar, wilson
from desk.training.words import OUTCOMES, TIERS, said

Record = Mapping[str, Any]
Cited = Mapping[str, set[int]]
MOST_PAIRS = 12


def compare(before: Optional[Sequence[Record]], after: Sequence[Record], cited: Cited) -> dict[str, Any]:
    """All of it, as JSON can hold it. `before` is None if nothing is published; `cited` gives a topic's paragraphs."""
    new = [one for one in after if one["set"] == "frozen"]
    known = {one["id"]: one for one in before or () if one["set"] == "frozen"}
    old = [known[one["id"]] for one in new] if known.keys() >= {one["id"] for one in new} else []
    wanted = {one["id"]: wanted_topic(one, cited) for one in new}
    both = list(zip(old, new, strict=True)) if old else []
    fixed = [(b, a) for b, a in both if a["good"] and not b["good"]]
    broken = [(b, a) for b, a in both if b["good"] and not a["good"]]
    return {
        "cases": len(new),
        "compared": bool(old),
        "tiers": table(old, new, lambda one: str(one["tier"]), list(TIERS)),
        "topics": table(old, new, lambda one: wanted[one["id"]]),
        "fixed": [pair(b, a, wanted[a["id"]]) for b, a in fixed],
        "broken": [pair(b, a, wanted[a["id"]]) for b, a in broken],
        "test": {"fixed": len(fixed), "broken": len(broken), "p": mcnemar(len(fixed), len(broken))},
        "calibration": {
            side: {"bins": bins, "error": error(bins)}
            for side, bins in (("before", calibration(old, cited)), ("after", calibration(new, cited)))
        },
        "picture": {"before": picture(old), "after": picture(new)},
        "confused": confused(old, new, wanted),
        "batch": [batch_row(one) for one in after if one["set"] == "batch"],
        "timing": {"before": timing(old), "after": timing(new)},
    }


def wanted_topic(one: Record, cited: Cited) -> str:
    """The topic that a case belongs to: its danger, or the answer that fits its paragraphs best, or its tier."""
    if one["kind"]:
        return f"{one['tier']}_{one['kind']}"
    paragraphs = set(one["paragraphs"])
    fits = {topic: len(paragraphs & own) / len(paragraphs | own) for topic, own in cited.items() if paragraphs & own}
    return max(sorted(fits), key=fits.__getitem__) if fits else str(one["tier"])


def table(
    old: Sequence[Record], new: Sequence[Record], group: Callable[[Record], str], order: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """A row for each group: {name, total, before, after}, either side {good, low, high} with a 95 % interval."""
    names = list(order) or sorted({group(one) for one in new})
    goods = [Counter(group(one) for one in side if one["good"]) for side in (old, new)]
    totals = Counter(group(one) for one in new)
    return [
        {
            "name": name,
            "total": totals[name],
            "before": _share(goods[0][name], totals[name]) if old else None,
            "after": _share(goods[1][name], totals[name]),
        }
        for name in names
        if totals[name]
    ]


def _share(good: int, total: int) -> dict[str, float]:
    low, high = wilson(good, total)
    return {"good": good, "low": low, "high": high}


def pair(before: Record, after: Record, wanted: str) -> dict[str, Any]:
    """A message and what each version said to it."""
    sides = {
        side: {"said": said(one), "topic": one["replied"], "words": one["words"]}
        for side, one in (("before", before), ("after", after))
    }
    return {"text": after["text"], "wanted": wanted, "tier": after["tier"], **sides}


def picture(records: Sequence[Record]) -> list[list[int]]:
    """How many messages of each tier (rows, in the order of TIERS) met each outcome (columns, as in OUTCOMES)."""
    counts = Counter((one["tier"], one["outcome"]) for one in records)
    return [[counts[tier, outcome] for outcome in OUTCOMES] for tier in TIERS]


def confused(old: Sequence[Record], new: Sequence[Record], wanted: Mapping[str, str]) -> list[dict[str, Any]]:
    """The pairs of wanted and replied topic that were mixed up most often."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for side, records in enumerate((old, new)):
        for one in records:
            if not one["good"]:
                counts[wanted[one["id"]], str(one["replied"])][side] += 1
    worst = sorted(counts.items(), key=lambda entry: (-entry[1][1], -entry[1][0], entry[0]))[:MOST_PAIRS]
    return [{"wanted": w, "replied": r, "before": b if old else None, "after": a} for (w, r), (b, a) in worst]


def batch_row(one: Record) -> dict[str, Any]:
    """A message just labelled: its topic, what the visitor was told, what the new version says."""
    return {
        "text": one["text"],
        "topic": one["topic"],
        "before": one["said"],
        "after": one["replied"],
        "good": one["good"],
        "was_good": one["said"] == one["topic"],
    }


def timing(records: Sequence[Record]) -> Optional[dict[str, float]]:
    """Seconds from message to reply: half of them, and 99 of 100, took no longer."""
    seconds = sorted(float(one["seconds"]) for one in records)
    return {"p50": seconds[len(seconds) // 2], "p99": seconds[int(len(seconds) * 0.99)]} if seconds else None
