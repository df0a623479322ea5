"""Rows of the table `models`: versions of the bot, from the moment somebody presses the button."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Optional

import sqlalchemy as sa

from desk.database import labels, models

RUNNING = ("training", "comparing")
Row = dict[str, Any]


def create(connection: Any, who: str, why: str, folder: Path) -> int:
    """A new version, in training; its number. Its folder is `folder`/<number>."""
    values = {"state": "training", "by": who, "why": why, "started_at": time.time(), "stage": "reading"}
    number = int(connection.execute(models.insert().values(**values, progress=0.0)).inserted_primary_key[0])
    connection.execute(models.update().where(models.c.id == number).values(folder=str(folder / str(number))))
    return number


def advance(connection: Any, number: int, **values: Any) -> bool:
    """Changes a version that still runs; False if it does not (it was cancelled)."""
    running = sa.and_(models.c.id == number, models.c.state.in_(RUNNING))
    return bool(connection.execute(models.update().where(running).values(**values)).rowcount)


def finish(connection: Any, number: int, state: str, **values: Any) -> bool:
    """Ends a version that still runs; False if somebody else has ended it."""
    return advance(connection, number, state=state, finished_at=time.time(), process=None, stage=None, **values)


def get(connection: Any, number: int) -> Optional[Row]:
    """One version."""
    found = connection.execute(models.select().where(models.c.id == number)).mappings().first()
    return dict(found) if found else None


def everything(connection: Any, most: int = 50) -> list[Row]:
    """All versions, the newest first."""
    query = models.select().order_by(models.c.id.desc()).limit(most)
    return [dict(row) for row in connection.execute(query).mappings()]


def running(connection: Any) -> Optional[Row]:
    """The version that is being made."""
    found = connection.execute(models.select().where(models.c.state.in_(RUNNING))).mappings().first()
    return dict(found) if found else None


def published(connection: Any) -> Optional[Row]:
    """The version that visitors talk to, as far as the desk knows."""
    query = models.select().where(models.c.state == "published").order_by(models.c.published_at.desc())
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None


def just_labelled(connection: Any, since: float) -> list[Row]:
    """The labels that became examples after the moment `since`."""
    query = sa.select(labels).where(labels.c.state == "written", labels.c.at > since).order_by(labels.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]
