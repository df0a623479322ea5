"""The front page's ten rows, and one group with everything a person needs to decide on it."""

from __future__ import annotations

from typing import Any, Optional

import sqlalchemy as sa

from desk.database import groups, turns

TEN = 10
MOST_SHOWN = 50  # messages of one group on a page


def front(engine: Any, number: int = TEN, reason: str = "") -> list[dict[str, Any]]:
    """The heaviest open groups: the columns of `groups` without the vector, and `reasons` with their counts.

    With a `reason`, only groups that have it.
    """
    wanted = [column for column in groups.c if column.name != "vector"]
    query = sa.select(wanted).where(groups.c.state == "open").order_by(groups.c.weight.desc(), groups.c.id)
    if reason:  # JSON is compared as text, which both databases can do
        query = query.where(sa.cast(groups.c.reasons, sa.Text).like(f'%"{reason}"%'))
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query.limit(number)).mappings()]


def counts(engine: Any) -> dict[str, int]:
    """How many groups there are in each state, and `waiting` for a second person."""
    query = sa.select(groups.c.state, sa.func.count()).group_by(groups.c.state)
    with engine.connect() as connection:
        found = {row[0]: int(row[1]) for row in connection.execute(query)}
    return {"open": 0, "waiting": 0, "done": 0, **found}


def group(engine: Any, id: int) -> Optional[dict[str, Any]]:
    """One group with `messages` (the newest first, each a row of `turns`); None if there is none."""
    wanted = [column for column in groups.c if column.name != "vector"]
    messages = sa.select(turns).where(turns.c.group_id == id).order_by(turns.c.at.desc()).limit(MOST_SHOWN)
    with engine.connect() as connection:
        found = connection.execute(sa.select(wanted).where(groups.c.id == id)).mappings().first()
        if found is None:
            return None
        return {**found, "messages": [dict(row) for row in connection.execute(messages).mappings()]}


def suggestions(messages: list[dict[str, Any]], most: int = 5) -> list[tuple[str, float]]:
    """The topics that the bot itself thought likely, with their mean confidence over the group's messages."""
    total: dict[str, float] = {}
    for message in messages:
        for topic, confidence in message.get("ranking") or []:
            total[topic] = total.get(topic, 0.0) + float(confidence)
    ranked = sorted(total.items(), key=lambda entry: -entry[1])
    return [(topic, score / max(1, len(messages))) for topic, score in ranked[:most]]
