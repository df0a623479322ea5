"""Turns older than the days that clinic.yml promises are deleted; the console shows when, and how many."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import sqlalchemy as sa

from actions.clinic import CLINIC_FILE
from channels.site import read_site
from desk.capture.removal import remove_turns
from desk.database import state, turns

DAY = 86400.0
EVERY = 3600.0  # seconds between two runs
KEY = "retention"


def delete_old(engine: Any, now: float, keep_days: int) -> dict[str, Any]:
    """Deletes turns that are older than `keep_days` at the time `now`, and what hangs on them.

    Returns, and keeps in the table `state`, {at, keep_days, turns, groups, labels}.
    """
    with engine.begin() as connection:
        removed = remove_turns(connection, turns.c.at < now - keep_days * DAY)
        run = {"at": now, "keep_days": keep_days, **removed._asdict()}
        connection.execute(state.delete().where(state.c.key == KEY))
        connection.execute(state.insert().values(key=KEY, value=run))
    return run


def last_run(engine: Any) -> Optional[dict[str, Any]]:
    """What `delete_old` returned last, None if it never ran."""
    with engine.connect() as connection:
        found = connection.execute(sa.select(state.c.value).where(state.c.key == KEY)).scalar()
    return dict(found) if found else None


def delete_if_due(engine: Any, now: float, clinic: Path = CLINIC_FILE) -> Optional[dict[str, Any]]:
    """Runs if the last run is an hour ago. Raises ClinicError for a bad keep_days."""
    last = last_run(engine)
    if last and 0 <= now - last["at"] < EVERY:
        return None
    return delete_old(engine, now, read_site(clinic).keep_days)
