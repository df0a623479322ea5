"""The bots: which model each answers with, and what became of the last one that it was given."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa

from desk.database import bots

SILENT = 20.0  # seconds without asking: it may be down; bots ask every few seconds
FORGOTTEN = 600.0  # seconds after which a silent one is no longer shown
SELDOM = 2.0  # seconds between two notes of the same bot that says the same
LOADED, BROKEN, TROUBLE = "loaded", "broken", "trouble"


def note(engine: Any, name: str, **values: Any) -> None:
    """Writes down what a bot says, and that it was heard of. Forgets those that are long silent."""
    now = time.time()
    with engine.begin() as connection:
        mine = bots.c.name == name
        known = connection.execute(sa.select(bots).where(mine)).mappings().first()
        if known and now - known["seen_at"] < SELDOM and all(known[key] == value for key, value in values.items()):
            return
        connection.execute(bots.delete().where(bots.c.seen_at < now - FORGOTTEN))
        if not connection.execute(bots.update().where(mine).values(seen_at=now, **values)).rowcount:
            connection.execute(bots.insert().values(name=name, seen_at=now, **values))


def everybody(connection: Any, sha256: str) -> list[dict[str, Any]]:
    """All bots, each with `state` towards the published model `sha256`: has it, is taking it, silent, cannot."""
    now = time.time()
    rows = connection.execute(sa.select(bots).where(bots.c.seen_at > now - FORGOTTEN).order_by(bots.c.name)).mappings()
    return [{**row, "state": state_of(row, sha256, now)} for row in rows]


def state_of(bot: Any, sha256: str, now: float) -> str:
    """One word for where a bot stands: silent, has, refused, takes."""
    if now - bot["seen_at"] > SILENT:
        return "silent"
    if sha256 and bot["in_use"] == sha256:
        return "has"
    if bot["tried"] == sha256 and bot["outcome"] in (BROKEN, TROUBLE):
        return "refused"
    return "takes"
