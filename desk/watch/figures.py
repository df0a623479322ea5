"""The numbers behind the charts, from the table `turns`. A day is a UTC day; buttons count as messages, too."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Sequence

import sqlalchemy as sa

from desk.database import turns

DAY = 86400.0
TIERS = ("answer", "clarify", "out_of_scope", "escalate", "emergency", "chitchat")


@dataclass(frozen=True)
class Period:
    """What was said in a stretch of time. Shares are 0 to 1, and None where nothing was said."""

    messages: int
    tiers: dict[str, float]
    thumbs_up: int
    thumbs_down: int
    topics: Counter[str]

    @property
    def thumbs(self) -> Optional[float]:
        """The share of thumbs that point up."""
        all_thumbs = self.thumbs_up + self.thumbs_down
        return self.thumbs_up / all_thumbs if all_thumbs else None


def daily(connection: Any, since: float, until: float) -> list[tuple[float, dict[str, int]]]:
    """For each day from `since` to `until`, the silent ones too: its start, and how many messages of each tier."""
    # SQLite's cast cuts off, PostgreSQL's rounds.
    day = sa.cast(
        turns.c.at / DAY if connection.dialect.name == "sqlite" else sa.func.floor(turns.c.at / DAY), sa.Integer
    )
    query = (
        sa.select(day.label("day"), turns.c.tier, sa.func.count())
        .where(turns.c.at >= since, turns.c.at < until)
        .group_by(day, turns.c.tier)
    )
    found: dict[int, dict[str, int]] = {
        number: dict.fromkeys(TIERS, 0) for number in range(int(since // DAY), int((until - 1) // DAY) + 1)
    }
    for number, tier, count in connection.execute(query):
        if tier in TIERS and number in found:
            found[number][tier] += count
    return [(number * DAY, counts) for number, counts in sorted(found.items())]


def period(connection: Any, since: float, until: float) -> Period:
    """Everything said from `since` to `until`."""
    within = (turns.c.at >= since, turns.c.at < until)
    tiers = _counted(connection, turns.c.tier, within)
    thumbs = _counted(connection, turns.c.thumb, within)
    total = sum(tiers.values())
    return Period(
        messages=total,
        tiers={tier: tiers[tier] / total for tier in TIERS} if total else {},
        thumbs_up=thumbs["up"],
        thumbs_down=thumbs["down"],
        topics=_counted(connection, turns.c.topic, within),
    )


def _counted(connection: Any, column: Any, within: Sequence[Any]) -> Counter[str]:
    rows = connection.execute(sa.select(column, sa.func.count()).where(*within).group_by(column))
    return Counter({str(value): int(count) for value, count in rows if value is not None})


def never_asked(topics: Iterable[str], asked: Counter[str]) -> list[str]:
    """The topics that nobody asked about."""
    return sorted(topic for topic in topics if not asked[topic])


def drift(before: Counter[str], after: Counter[str]) -> Optional[float]:
    """How differently the topics are spread: the Jensen-Shannon distance, 0 (alike) to 1; None if a side is empty."""
    one, other = sum(before.values()), sum(after.values())
    if not one or not other:
        return None
    total = 0.0
    for topic in set(before) | set(after):
        p, q = before[topic] / one, after[topic] / other
        middle = (p + q) / 2
        total += sum(share * math.log2(share / middle) / 2 for share in (p, q) if share)
    return math.sqrt(max(0.0, total))
