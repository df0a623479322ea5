"""Runs the checks in the background and keeps what they found, by the hash of the content they looked at."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from typing import Any, Optional

import sqlalchemy as sa

from desk.database import checks
from desk.publishing import versions
from desk.settings import ROOT
from desk.training import lock
from evaluation.fingerprint import data_hash

logger = logging.getLogger(__name__)
KEPT = 10  # results
RUNNING, DONE, FAILED = "running", "done", "failed"
LOCK = "check.lock"


def latest(desk: Any) -> Optional[dict[str, Any]]:
    """The newest check, whatever became of it. One that nobody works on any more has failed."""
    with desk.engine.begin() as connection:
        row = connection.execute(sa.select(checks).order_by(checks.c.started_at.desc()).limit(1)).mappings().first()
        if row and row["state"] == RUNNING and not lock.is_taken(desk.settings.folder, LOCK):
            mine = sa.and_(checks.c.data_hash == row["data_hash"], checks.c.state == RUNNING)
            connection.execute(checks.update().where(mine).values(state=FAILED, finished_at=time.time()))
            row = connection.execute(sa.select(checks).where(checks.c.data_hash == row["data_hash"])).mappings().one()
    return dict(row) if row else None


def result_for(engine: Any, hash: str) -> Optional[list[dict[str, Any]]]:
    """The findings of exactly this content; None if it was not checked."""
    query = sa.select(checks.c.findings).where(checks.c.data_hash == hash, checks.c.state == DONE)
    with engine.connect() as connection:
        found = connection.execute(query).first()
    return found[0] if found else None


def last_done(engine: Any) -> Optional[dict[str, Any]]:
    """The newest check that came to its end, perhaps of content that has changed since."""
    query = sa.select(checks).where(checks.c.state == DONE).order_by(checks.c.started_at.desc()).limit(1)
    with engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    return dict(row) if row else None


def start(desk: Any) -> Optional[threading.Thread]:
    """Begins a check of the content as it is now; None if one is running already, here or in another desk."""
    held = lock.take(desk.settings.folder, LOCK)
    if held is None:
        return None
    try:
        hash = data_hash(desk.project)
        process = _start_job(desk, held)
        values = {"state": RUNNING, "stage": "Beginning", "progress": 0.0, "process": process.pid}
        with desk.engine.begin() as connection:
            connection.execute(checks.delete().where(checks.c.data_hash == hash))
            connection.execute(checks.insert().values(data_hash=hash, started_at=time.time(), **values))
    except BaseException:
        os.close(held)
        raise
    thread = threading.Thread(target=_watch, args=(desk, hash, process, held), name="check", daemon=True)
    thread.start()
    return thread


def _start_job(desk: Any, held: int) -> subprocess.Popen[str]:
    """The job. It inherits the lock, and ends when its standard input does: with this desk, however that ends."""
    kept = desk.settings.folder / "checks" / "vectors.npz"
    with desk.engine.connect() as connection:
        row = versions.published(connection)
    published = [str(versions.content_of(row))] if row and versions.content_of(row).is_dir() else []
    return subprocess.Popen(  # noqa: S603 (our own interpreter, and paths of ours)
        [sys.executable, "-m", "desk.check.job", str(desk.project), str(kept), *published],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        pass_fds=[held],
    )


def _watch(desk: Any, hash: str, process: subprocess.Popen[str], held: int) -> None:
    """Writes down what the process says until it ends. If the content changed meanwhile, its findings are void."""
    try:
        with process:
            findings = None
            assert process.stdout is not None
            for line in process.stdout:
                said = json.loads(line)
                findings = said.get("findings", findings)
                if "stage" in said:
                    _note(desk, hash, stage=said["stage"], progress=said["progress"])
        whole = process.returncode == 0 and findings is not None and data_hash(desk.project) == hash
        _note(
            desk, hash, state=DONE if whole else FAILED, findings=findings if whole else None, finished_at=time.time()
        )
    except Exception as error:  # a thread: the page says that it failed, and offers to try again
        logger.error("The check failed (%s).", type(error).__name__)
    finally:
        os.close(held)  # not before its result is written down


def _note(desk: Any, hash: str, **values: Any) -> None:
    with desk.engine.begin() as connection:
        connection.execute(checks.update().where(checks.c.data_hash == hash).values(**values))
        if "finished_at" in values:
            old = sa.select(checks.c.started_at).order_by(checks.c.started_at.desc()).offset(KEPT).limit(1)
            oldest = connection.execute(old).scalar()
            if oldest is not None:
                connection.execute(checks.delete().where(checks.c.started_at <= oldest))
