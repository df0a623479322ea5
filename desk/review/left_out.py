"""Messages that somebody left out of a decision are not lost: they are grouped anew, as if they had just come in."""

from __future__ import annotations

from typing import Any, Sequence

import sqlalchemy as sa

from desk.capture.removal import refresh
from desk.database import turns


def put_back(connection: Any, group: int, texts: Sequence[str]) -> int:
    """Takes the messages with these texts out of their group, for the next round of the steward; how many they are."""
    if not texts:
        return 0
    mine = sa.and_(turns.c.group_id == group, turns.c.text.in_(list(texts)))
    number = int(connection.execute(turns.update().where(mine).values(group_id=None, reasons=None)).rowcount)
    refresh(connection, group)
    return number
