"""Turns leave the database, and what was made of them goes along: groups shrink, and end with their last turn."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import sqlalchemy as sa

from desk.database import groups, labels, turns
from desk.review.reasons import weight_of

USED = ("waiting", "ready")  # labels whose texts somebody still has to act upon
CHUNK = 500  # ids in one statement


class Removed(NamedTuple):
    """How many turns and groups were deleted, and how many labels lost their texts."""

    turns: int
    groups: int
    labels: int


def remove_turns(connection: Any, condition: Any) -> Removed:
    """Deletes the turns that fit, in the transaction of `connection`.

    A group takes its figures, and its text, from the turns that are left; without any it goes, unless a label on it
    waits for somebody. Labels that were undone, or whose topic is gone, lose their texts; what became an example of a
    topic is content.
    """
    found = connection.execute(sa.select(turns.c.group_id).where(condition, turns.c.group_id > 0).distinct())
    affected = [row[0] for row in found]
    number = connection.execute(turns.delete().where(condition)).rowcount
    gone = [group for group in affected if not refresh(connection, group)]
    emptied = 0
    for start in range(0, len(gone), CHUNK):
        undone = labels.c.group_id.in_(gone[start : start + CHUNK]) & labels.c.state.in_(("undone", "left"))
        emptied += connection.execute(labels.update().where(undone).values(texts=[], predicted=None)).rowcount
    return Removed(number, len(gone), emptied)


def refresh(connection: Any, group: int) -> bool:
    """Whether the group is still there, with the figures of the turns that are left."""
    columns = (turns.c.text, turns.c.reasons, turns.c.at)
    left = connection.execute(sa.select(*columns).where(turns.c.group_id == group).order_by(turns.c.at)).all()
    if left:
        counts = dict(Counter(reason for row in left for reason in row.reasons or []))
        text = connection.execute(sa.select(groups.c.text).where(groups.c.id == group)).scalar()
        kept = text if any(row.text == text for row in left) else left[-1].text
        figures = {"size": len(left), "reasons": counts, "weight": weight_of(counts), "text": kept}
        times = {"first_at": left[0].at, "last_at": left[-1].at}
        connection.execute(groups.update().where(groups.c.id == group).values(**figures, **times))
        return True
    acting = sa.select(labels.c.id).where(labels.c.group_id == group, labels.c.state.in_(USED)).limit(1)
    if connection.execute(acting).first():
        return True
    connection.execute(groups.delete().where(groups.c.id == group))
    return False
