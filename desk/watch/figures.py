"""The numbers behind the charts, from the table `turns`. A day is a UTC day; buttons count as messages, too."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Any, Iterable, Optional, Sequence

import sqlalchemy as sa

from desk.database import groups, turns

DAY = 86400.0
TIERS = ("answer", "clarify", "out_of_scope", "escalate", "emergency", "chitchat")
THUMBS = ("up", "down")


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


Days = list[tuple[float, dict[str, int]]]


def daily(connection: Any, since: float, until: float) -> Days:
    """For each day from `since` to `until`, the silent ones too: its start, and how many messages of each tier."""
    return _daily(connection, turns.c.tier, TIERS, since, until)


def daily_thumbs(connection: Any, since: float, until: float) -> Days:
    """The same for thumbs, up and down."""
    return _daily(connection, turns.c.thumb, THUMBS, since, until)


def _daily(connection: Any, column: Any, names: Sequence[str], since: float, until: float) -> Days:
    # SQLite's cast cuts off, PostgreSQL's rounds.
    day = sa.cast(
        turns.c.at / DAY if connection.dialect.name == "sqlite" else sa.func.floor(turns.c.at / DAY), sa.Integer
    )
    query = (
        sa.select(day.label("day"), column, sa.func.count())
        .where(turns.c.at >= since, turns.c.at < until)
        .group_by(day, column)
    )
    found: dict[int, dict[str, int]] = {
        number: dict.fromkeys(names, 0) for number in range(int(since // DAY), int((until - 1) // DAY) + 1)
    }
    for number, name, count in connection.execute(query):
        if name in names and number in found:
            found[number][name] += count
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


@dataclass(frozen=True)
class Move:
    """A topic's share of all messages before and since, 0 to 1."""

    topic: str
    before: float
    since: float


def moved(before: Counter[str], after: Counter[str], most: int = 8) -> list[Move]:
    """The topics whose share has changed most, the largest change first; none if a side is empty."""
    one, other = sum(before.values()), sum(after.values())
    if not one or not other:
        return []
    found = [Move(topic, before[topic] / one, after[topic] / other) for topic in set(before) | set(after)]
    found = [move for move in found if abs(move.since - move.before) >= 0.005]
    return sorted(found, key=lambda move: (-abs(move.since - move.before), move.topic))[:most]


def unanswered(connection: Any, published: float, most: int = 10) -> list[dict[str, Any]]:
    """The largest open groups of questions that no paragraph answers: {id, text, before, since} the publication."""
    is_since = sa.case((turns.c.at >= published, 1), else_=0)
    query = (
        sa.select(groups.c.id, groups.c.text, sa.func.count().label("all"), sa.func.sum(is_since).label("since"))
        .join(turns, turns.c.group_id == groups.c.id)
        .where(groups.c.state == "open", turns.c.tier == "out_of_scope")
        .group_by(groups.c.id, groups.c.text)
        .order_by(sa.func.count().desc(), groups.c.id)
        .limit(most)
    )
    rows = connection.execute(query).mappings()
    return [{**row, "since": int(row["since"]), "before": row["all"] - int(row["since"])} for row in rows]
