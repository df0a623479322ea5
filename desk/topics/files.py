"""Files are changed whole or not at all, several of them together, also in a crash, and by one person at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Mapping, Optional

PATIENCE = 10.0  # seconds that one change waits for another
JOURNAL = Path("data", ".unfinished")  # is there while the files of one change take their places


class BrokenFile(ValueError):
    """The file that should be changed is not what it should be; the message names it, and the line where it can."""


class Busy(OSError):
    """Somebody else has been changing the content for too long."""

    def __str__(self) -> str:
        return "Somebody else is changing the topics just now. Please try again in a moment."


@contextmanager
def changing(project: Path, patience: Optional[float] = None) -> Iterator[None]:
    """Keeps every other process and thread from changing the content of `project` meanwhile. Raises Busy.

    Whoever changes it, or needs its files to fit together (a snapshot), reads and writes inside. Not to be nested. A
    change of several files that a crash cut off is taken back first.
    """
    handle = os.open(project / "data", os.O_RDONLY)  # the folder itself is the lock, so nothing is left behind
    try:
        _wait_for(handle, time.monotonic() + (PATIENCE if patience is None else patience))
        take_back(project)
        yield
    finally:
        os.close(handle)


def settle(project: Path) -> None:
    """Takes back what a crash cut off, as every change does first. Raises Busy, OSError."""
    with changing(project):
        pass


def _wait_for(handle: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise Busy from None
            time.sleep(0.02)


def write_atomically(path: Path, text: str) -> None:
    """Replaces the file's text (UTF-8) in one step. Raises OSError; the file is then as it was."""
    name = _draft(path, text.encode("utf-8"))
    try:
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def write_together(project: Path, texts: Mapping[Path, str]) -> None:
    """Replaces the text of several files; call it inside `changing`. Raises OSError; all are then as they were.

    After a crash, too: the journal knows what they were, and the transaction around the change did not happen either.
    """
    drafts: dict[Path, str] = {}
    try:
        for path, text in texts.items():
            drafts[path] = _draft(path, text.encode("utf-8"))
        _begin_journal(project, texts, drafts)
        for path, name in drafts.items():
            os.replace(name, path)
        (project / JOURNAL).unlink()
    except BaseException:
        take_back(project)
        raise
    finally:
        for name in drafts.values():
            Path(name).unlink(missing_ok=True)


def take_back(project: Path) -> None:
    """Undoes what the journal has begun, if there is one; call it inside `changing`. Again is harmless. Raises OSError.

    A file that somebody has changed or deleted by hand since then is left alone.
    """
    journal = project / JOURNAL
    if not journal.exists():
        return
    try:
        entries = json.loads(journal.read_text(encoding="utf-8"))
    except ValueError:  # it was cut off itself, and so before any file was touched
        entries = []
    for entry in entries:
        path = project / entry["file"]
        if path.is_file() and _hash(path.read_bytes()) == entry["new"]:
            write_atomically(path, entry["before"])
        (path.parent / entry["draft"]).unlink(missing_ok=True)
    journal.unlink()


def _begin_journal(project: Path, texts: Mapping[Path, str], drafts: Mapping[Path, str]) -> None:
    entries = [
        {
            "file": path.relative_to(project).as_posix(),
            "before": path.read_bytes().decode("utf-8"),
            "new": _hash(text.encode("utf-8")),
            "draft": Path(drafts[path]).name,
        }
        for path, text in texts.items()
    ]
    with (project / JOURNAL).open("w", encoding="utf-8") as file:
        json.dump(entries, file)
        file.flush()
        os.fsync(file.fileno())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _draft(path: Path, content: bytes) -> str:
    """A new file beside `path`, safely on the disk, with the same rights; its name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode)
    except BaseException:
        os.unlink(name)
        raise
    return name
