"""Entries that wait on disk while the database is away: JSON lines, redacted, bounded, and there after a crash."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import threading
from pathlib import Path
from typing import Any, Callable, Iterable

logger = logging.getLogger(__name__)
Entry = dict[str, Any]
MOST_BYTES = 64 * 1024 * 1024  # about 30,000 turns


_held: list[Any] = []  # open files whose locks last as long as the process


def own_file(folder: Path) -> Path:
    """The first spool file in `folder` that no other process has; what an ended process left in it is taken over."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, 100):
        path = folder / f"spool-{number}.jsonl"
        file = path.with_suffix(".lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            continue
        _held.append(file)
        return path
    raise RuntimeError("too many processes capture at once")


def entries_in(path: Path) -> int:
    """How many entries a spool file holds; another process may be writing it."""
    try:
        return path.read_bytes().count(b"\n")
    except OSError:  # gone meanwhile, which is what becomes of an empty one
        return 0


class Spool:
    """A queue in one file. One process writes it; all methods may be called from any thread."""

    def __init__(self, path: Path, most: int = MOST_BYTES) -> None:
        """`path` is the file, `most` its size limit in bytes; what does not fit is counted in `lost`."""
        self._path, self._most = path, most
        self._lock = threading.RLock()
        self.lost = 0

    def append(self, entries: Iterable[Entry]) -> int:
        """Writes the entries, through to the disk; how many fitted. Raises nothing: a full disk is a loss, too."""
        with self._lock:
            lines = [_line(entry) for entry in entries]
            room, fitting = self._most - self._size(), []
            for line in lines:
                room -= len(line)
                if room < 0:
                    break
                fitting.append(line)
            written = len(fitting) if self._write(fitting) else 0
            self._count(len(lines) - written)
            return written

    def count(self) -> int:
        """How many entries wait."""
        with self._lock:
            return entries_in(self._path)

    def is_empty(self) -> bool:
        """Whether nothing waits."""
        with self._lock:
            return self._size() == 0

    def read(self, most: int) -> list[Entry]:
        """The oldest entries; a line that a crash cut off is left out."""
        with self._lock:
            found = [entry for entry in map(_entry, self._lines()) if entry]
            if not found:
                self._replace([])
            return found[:most]

    def remove(self, written: list[Entry]) -> None:
        """Takes away entries that `read` gave and that are still there; they are the oldest."""
        with self._lock:
            lines, rest = self._lines(), iter(written)
            while lines and ((entry := _entry(lines[0])) is None or any(entry == one for one in rest)):
                lines.pop(0)
            self._replace(lines)

    def put_first(self, entries: Iterable[Entry]) -> bool:
        """Writes entries that are older than what the spool holds; False if the disk takes nothing."""
        with self._lock:
            lines = [*map(_line, entries), *self._lines()]
            kept, size = [], 0
            for line in lines:
                size += len(line)
                if size <= self._most:
                    kept.append(line)
            self._count(len(lines) - len(kept))
            try:
                self._replace(kept)
            except OSError as error:
                logger.error("The spool cannot be written: %s.", type(error).__name__)
                return False
            return True

    def drop(self, wanted: Callable[[Entry], bool]) -> None:
        """Deletes the entries for which `wanted` is true."""
        with self._lock:
            if not self.is_empty():
                self._replace([line for line in self._lines() if not ((entry := _entry(line)) and wanted(entry))])

    def _count(self, lost: int) -> None:
        if lost:
            self.lost += lost
            logger.error("The spool is full: %s entries were lost so far.", self.lost)

    def _size(self) -> int:
        return self._path.stat().st_size if self._path.is_file() else 0

    def _lines(self) -> list[str]:
        return self._path.read_text(encoding="ascii", errors="replace").splitlines(True) if self._path.is_file() else []

    def _write(self, lines: list[str]) -> bool:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "r+b") as file:
                size = file.seek(0, os.SEEK_END)
                try:
                    if size and not _ends_line(file, size):
                        file.write(b"\n")
                    file.write("".join(lines).encode("ascii"))
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(size)
                    raise
            return True
        except OSError as error:
            logger.error("The spool cannot be written: %s.", type(error).__name__)
            return False

    def _replace(self, lines: list[str]) -> None:
        """The file with these lines, at once: after a crash it is the old one or the new one. Raises OSError."""
        if not lines:
            self._path.unlink(missing_ok=True)
            return
        content, new = "".join(lines).encode("ascii"), self._path.with_suffix(".new")
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_through(new, content)
            new.replace(self._path)
        except OSError:
            new.unlink(missing_ok=True)
            if len(content) > self._size():
                raise
            _write_through(self._path, content)  # what only shrinks fits on a full disk, too


def _write_through(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(content)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _line(entry: Entry) -> str:
    return json.dumps(entry, ensure_ascii=True) + "\n"


def _ends_line(file: Any, size: int) -> bool:
    file.seek(size - 1)
    return bool(file.read(1) == b"\n")


def _entry(line: str) -> Entry | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None
