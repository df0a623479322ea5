"""Files are changed whole or not at all, several of them together, and by one person at a time."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Iterator, Mapping

PATIENCE = 10.0  # seconds that one change waits for another


class BrokenFile(ValueError):
    """The file that should be changed is not what it should be; the message names it, and the line where it can."""


class Busy(OSError):
    """Somebody else has been changing the content for too long."""

    def __str__(self) -> str:
        return "Somebody else is changing the topics just now. Please try again in a moment."


@contextmanager
def changing(project: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Keeps every other process and thread from changing the content of `project` meanwhile. Raises Busy.

    Whoever changes it, or needs its files to fit together (a snapshot), reads and writes inside. Not to be nested.
    """
    handle = os.open(project / "data", os.O_RDONLY)  # the folder itself is the lock, so nothing is left behind
    try:
        _wait_for(handle, time.monotonic() + patience)
        yield
    finally:
        os.close(handle)


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
    write_together({path: text})


def write_together(texts: Mapping[Path, str]) -> None:
    """Replaces the text of several files. Raises OSError; all of them are then as they were."""
    before = {path: path.read_bytes() for path in texts}
    drafts: dict[Path, str] = {}
    replaced: list[Path] = []
    try:
        for path, text in texts.items():
            drafts[path] = _draft(path, text.encode("utf-8"))
        for path, name in drafts.items():
            os.replace(name, path)
            replaced.append(path)
    except BaseException:
        for path in replaced:
            path.write_bytes(before[path])
        raise
    finally:
        for name in drafts.values():
            with suppress(FileNotFoundError):
                os.unlink(name)


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
