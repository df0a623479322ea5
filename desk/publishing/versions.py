"""Which version is published, which can come back, and whether its files are what the table says."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Optional

import sqlalchemy as sa

from desk.database import models
from desk.publishing.content import is_whole
from desk.training.snapshot import sha256_of

READY, PUBLISHED, RETIRED, BROKEN = "ready", "published", "retired", "broken"
KEPT = 10  # published versions whose files stay
MODEL, CONTENT = "model.tar.gz", "content"
TRAINED_HERE = "make train"  # who published what no person did
Row = dict[str, Any]


def get(connection: Any, number: int) -> Optional[Row]:
    """One version."""
    return _first(connection, models.select().where(models.c.id == number))


def published(connection: Any) -> Optional[Row]:
    """The version that visitors talk to."""
    return _first(connection, models.select().where(models.c.state == PUBLISHED))


def ready(connection: Any) -> list[Row]:
    """Versions that have passed everything and wait for a publisher, the newest first."""
    query = models.select().where(models.c.state == READY).order_by(models.c.id.desc())
    return [dict(row) for row in connection.execute(query).mappings()]


def once_published(connection: Any) -> list[Row]:
    """Every version that visitors have ever talked to, the last published first."""
    query = models.select().where(models.c.published_at.isnot(None))
    query = query.where(models.c.state.in_((PUBLISHED, RETIRED, BROKEN))).order_by(models.c.published_at.desc())
    return [dict(row) for row in connection.execute(query).mappings()]


def before(connection: Any, number: int) -> Optional[Row]:
    """The version to go back to from `number`: the last one whose files are whole."""
    rows = [row for row in once_published(connection) if row["state"] == RETIRED and row["id"] != number]
    return next((row for row in rows if not whats_wrong(row)), None)


def model_file(row: Row) -> Path:
    """Where a version's model is."""
    return Path(row["folder"] or "nowhere") / MODEL


def content_of(row: Row) -> Path:
    """Where the content is that a version was trained on."""
    return Path(row["folder"] or "nowhere") / CONTENT


def whats_wrong(row: Row) -> str:
    """Why a version's files cannot be used, in words for staff; empty if they are what the table says."""
    if not row["folder"] or not model_file(row).is_file():
        return "Its files are no longer kept."
    if not row["sha256"] or sha256_of(model_file(row)) != row["sha256"]:
        return "Its model file is not the one that was made."
    if not is_whole(content_of(row), row["data_hash"]):
        return "Its content is not what it was trained on."
    return ""


def prune(connection: Any, folder: Path, kept: int = KEPT) -> None:
    """Deletes the files of versions beyond the last `kept`, never those of the published one."""
    for row in once_published(connection)[kept:]:
        if row["state"] == PUBLISHED or not row["folder"]:
            continue
        if folder.resolve() in Path(row["folder"]).resolve().parents:  # the table is no reason to delete anything else
            shutil.rmtree(row["folder"], ignore_errors=True)
            connection.execute(models.update().where(models.c.id == row["id"]).values(folder=None))


def move(connection: Any, number: int, states: tuple[str, ...], **values: Any) -> bool:
    """Changes a version that is in one of `states`; False if somebody else was faster."""
    mine = sa.and_(models.c.id == number, models.c.state.in_(states))
    return bool(connection.execute(models.update().where(mine).values(**values)).rowcount)


def _first(connection: Any, query: Any) -> Optional[Row]:
    found = connection.execute(query).mappings().first()
    return dict(found) if found else None
