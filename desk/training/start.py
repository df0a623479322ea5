"""Starts a training, cancels it, and puts the rows right of one that died."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from desk.audit import record
from desk.settings import ROOT, Settings
from desk.training import lock, versions
from desk.training.snapshot import ROOM
from desk.training.worker import without_secrets
from evaluation.broken_files import broken_files

ENDED = (
    "It was ended from outside: by a restart of the machine, or for want of memory. Nothing has changed for visitors."
)
REFUSED_KEPT = 3
ONE_AT_A_TIME = "A new version is being trained already. There is one at a time; wait for it, or cancel it."

TRAINED_BY_HAND = "Somebody is training the bot on this machine without the desk. Try again when that has ended."


class Refused(ValueError):
    """A training that does not begin; the message says why, in words for staff."""

    def __init__(self, why: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.problems = problems


def begin(settings: Settings, engine: Any, who: str, why: str) -> int:
    """Starts to train a new version; its number. Raises Refused."""
    set_right(settings, engine)
    found = tuple(map(str, broken_files(settings.project)))
    if found:
        raise Refused("A file was changed by hand and cannot be read. Nothing was trained.", found)
    (settings.folder / "models").mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.folder).free
    if free < ROOM:
        raise Refused(
            f"There is too little room on the disk: {free // 2**20} MB are free, a training needs {ROOM // 2**20} MB. "
            "Nothing has changed for visitors."
        )
    file = _lock(settings, engine)
    drop_refused(engine)
    try:
        with engine.begin() as connection:
            number = versions.create(connection, who, why, settings.folder / "models")
            record(connection, who, "training started", f"version {number}", why=why)
        _start_job(settings, engine, number, file)
    finally:
        os.close(file)  # the job has its own
    return number


def _lock(settings: Settings, engine: Any) -> int:
    """The lock. A job that has said its last word still needs a moment to go."""
    for _ in range(30):
        file = lock.take(settings.folder)
        if file is not None:
            return file
        with engine.connect() as connection:
            if versions.running(connection):
                break
        time.sleep(0.1)
    with engine.connect() as connection:
        raise Refused(ONE_AT_A_TIME if versions.running(connection) else TRAINED_BY_HAND)


def _start_job(settings: Settings, engine: Any, number: int, file: int) -> None:
    """The job as the leader of a new process group. It gets no secret but the database's address."""
    environment = {
        **{name: value for name, value in without_secrets().items() if not name.startswith("DESK_")},
        "DESK_DATABASE_URL": settings.database_url,
        "DESK_PROJECT": str(settings.project),
        "DESK_FOLDER": str(settings.folder),
        "PYTHONWARNINGS": "ignore",
    }
    job = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "desk.training.job", str(number), str(file)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=[file],
    )
    with engine.begin() as connection:
        versions.advance(connection, number, process=job.pid)
    threading.Thread(target=job.wait, daemon=True).start()  # a child that nobody waits for stays as a ghost


def drop_refused(engine: Any) -> None:
    """The files of refused versions, but for the last few, make room; their comparison stays."""
    with engine.connect() as connection:
        refused = [row for row in versions.everything(connection, 1000) if row["state"] == "refused"]
    for row in refused[REFUSED_KEPT:]:
        (Path(row["folder"]) / "model.tar.gz").unlink(missing_ok=True)


def cancel(settings: Settings, engine: Any, who: str, number: int) -> bool:
    """Ends a training; False if it had ended."""
    with engine.begin() as connection:
        row = versions.get(connection, number)
        if not row or not versions.finish(connection, number, "cancelled"):
            return False
        record(connection, who, "training cancelled", f"version {number}")
    _kill(settings, row)
    return True


def set_right(settings: Settings, engine: Any) -> None:
    """A version whose job has died is no longer in training; what is left of the job is ended."""
    with engine.connect() as connection:
        row = versions.running(connection)
    if row is None or (lock.is_taken(settings.folder) and (row["process"] is None or _lives(row["process"]))):
        return
    with engine.begin() as connection:
        figures = {**(row["figures"] or {}), "problem": ENDED}
        if versions.finish(connection, row["id"], "failed", figures=figures):
            record(connection, "the desk", "training failed", f"version {row['id']}", why=ENDED)
    _kill(settings, row)


def _kill(settings: Settings, row: versions.Row) -> None:
    """Ends all processes of a job. Only while one of them holds the lock does its group's number belong to it."""
    if row["process"] in lock.groups_with(settings.folder):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(row["process"], signal.SIGKILL)
    shutil.rmtree(Path(row["folder"]) / "work", ignore_errors=True)


def _lives(process: int) -> bool:
    """Whether the process is there and is more than a ghost."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
