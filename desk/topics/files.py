"""Files are changed whole or not at all, several of them together, also in a crash, and by one person at a time.

A change ends with the block of `changing`. What it stands in, such as the transaction with its record, ends inside that
block: when that fails, the files are what they were, too. Only a crash in the instant between these two ends takes the
files back although the transaction holds.
"""

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
NEW_FILE = 0o644  # rights of a file that was not there
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
    change that a crash or an error cut off is taken back.
    """
    handle = os.open(project / "data", os.O_RDONLY)  # the folder itself is the lock, so nothing is left behind
    try:
        _wait_for(handle, time.monotonic() + (PATIENCE if patience is None else patience))
        take_back(project)
        try:
            yield
        except BaseException:
            take_back(project)
            raise
        (project / JOURNAL).unlink(missing_ok=True)
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


def write_together(project: Path, texts: Mapping[Path, Optional[str]]) -> None:
    """Replaces the text of files, or deletes those whose text is None; call it once, inside `changing`.

    Raises OSError; all are then as they were.
    """
    drafts: dict[Path, str] = {}
    try:
        for path, text in texts.items():
            if text is not None:
                path.parent.mkdir(parents=True, exist_ok=True)
                drafts[path] = _draft(path, _bytes(text))
        _begin_journal(project, texts, drafts)
        for path in texts:
            if path in drafts:
                os.replace(drafts[path], path)
            else:
                path.unlink(missing_ok=True)
    finally:
        for name in drafts.values():
            Path(name).unlink(missing_ok=True)


def text_at(path: Path) -> Optional[str]:
    """What stands in the file, None if there is none. What is not UTF-8 survives being written again."""
    return path.read_bytes().decode("utf-8", "surrogateescape") if path.is_file() else None


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
        _undo(project / entry["file"], entry["before"], entry["new"])
        if entry["draft"]:
            ((project / entry["file"]).parent / entry["draft"]).unlink(missing_ok=True)
    journal.unlink()


def _undo(path: Path, before: Optional[str], new: Optional[str]) -> None:
    """Gives the file the text `before` again if it is what the change, whose hash is `new`, made of it."""
    if (_hash(path.read_bytes()) if path.is_file() else None) != new:
        return
    if before is None:
        path.unlink(missing_ok=True)
    else:
        _replace(path, before)


def _replace(path: Path, text: str) -> None:
    name = _draft(path, _bytes(text))
    try:
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _begin_journal(project: Path, texts: Mapping[Path, Optional[str]], drafts: Mapping[Path, str]) -> None:
    entries = [
        {
            "file": path.relative_to(project).as_posix(),
            "before": text_at(path),
            "new": None if text is None else _hash(_bytes(text)),
            "draft": Path(drafts[path]).name if path in drafts else None,
        }
        for path, text in texts.items()
    ]
    with (project / JOURNAL).open("w", encoding="utf-8") as file:
        json.dump(entries, file)
        file.flush()
        os.fsync(file.fileno())


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _draft(path: Path, content: bytes) -> str:
    """A file beside `path`, safely on the disk, with its rights, or anybody's to read if it is new; its name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode if path.exists() else NEW_FILE)
    except BaseException:
        os.unlink(name)
        raise
    return name
