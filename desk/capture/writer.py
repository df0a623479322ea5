"""Writes entries in batches from a thread of its own; while the database is away they wait in the spool, in order."""

from __future__ import annotations

import logging
import threading
from typing import Any, Callable, Iterable, Optional

from desk.capture.rows import Entry, apply, forget_entry, is_hopeless, without_forgotten
from desk.capture.spool import Spool
from desk.database import connect

logger = logging.getLogger(__name__)
BATCH = 200  # entries in a transaction
MOST_PENDING = 1000  # entries in memory while one batch is on its way; then the spool takes over
PAUSES = (0.2, 1.0, 5.0)  # seconds until the database is tried again


class Writer:
    """Order is kept: `_pending` is older than the spool, and while the spool holds anything, what is new goes there."""

    def __init__(self, url: str, spool: Spool, connect: Callable[[str], Any] = connect) -> None:
        """`url` is that of the desk's database, which need not be there yet."""
        self._url, self._spool, self._connect = url, spool, connect
        self._pending: list[Entry] = []
        self._batch: list[Entry] = []  # on its way to the database
        self._lock = threading.RLock()
        self._wake, self._stop = threading.Event(), threading.Event()
        self._engine: Any = None
        self._failures = 0
        self._thread: Optional[threading.Thread] = None

    def start(self) -> None:
        """Begins to write."""
        self._thread = threading.Thread(target=self._run, name="desk-writer", daemon=True)
        self._thread.start()

    def put(self, entry: Entry) -> None:
        """Takes an entry; waits for the disk at most, never for the database."""
        with self._lock:
            if len(self._pending) < MOST_PENDING and self._spool.is_empty():
                self._pending.append(entry)
            else:
                self._spool.append([entry])
        self._wake.set()

    def forget(self, conversations: Iterable[str]) -> None:
        """Deletes conversations, by their keys, from memory and spool now, and from the database when it is there."""
        gone = set(conversations)
        with self._lock:
            self._spool.drop(lambda entry: entry.get("conversation") in gone)
            self._pending = without_forgotten([*self._pending, forget_entry(gone)])
        self._wake.set()

    def waiting(self) -> int:
        """How many entries wait on disk for the database to come back."""
        return self._spool.count()

    def is_settled(self) -> bool:
        """Whether all that was put is in the database or in the spool, so that the end of the process costs nothing."""
        with self._lock:
            return not self._pending and not self._batch

    def flush(self) -> bool:
        """Writes all that waits; whether everything is in the database. What fails is in the spool afterwards."""
        try:
            while batch := self._take():
                self._write(batch)
            while spooled := self._spool.read(BATCH):
                self._write(spooled, in_spool=True)
        except Exception as error:  # the database is away, in whatever way
            self._away(error)
            return False
        self._failures = 0
        return True

    def close(self, seconds: float = 5.0) -> None:
        """Writes what can be written in that time; the rest is in the spool."""
        self._stop.set()
        self._wake.set()
        if self._thread:
            self._thread.join(seconds)
        with self._lock:
            self._to_spool(self._batch)  # a batch that still hangs is written twice rather than not at all

    def _run(self) -> None:
        while not self._stop.is_set():
            pause = PAUSES[min(self._failures, len(PAUSES)) - 1] if self._failures else None
            if pause is None:
                self._wake.wait()
            else:
                self._stop.wait(pause)
            self._wake.clear()
            self.flush()
        self.flush()
        if self._engine is not None:
            self._engine.dispose()

    def _take(self) -> list[Entry]:
        with self._lock:
            self._batch, self._pending = self._pending[:BATCH], self._pending[BATCH:]
            return self._batch

    def _write(self, batch: list[Entry], in_spool: bool = False) -> None:
        """One transaction; entries that can never be written are left out."""
        if self._engine is None:
            self._engine = self._connect(self._url)
        try:
            self._transact(batch)
        except Exception as error:
            if not is_hopeless(error):
                raise
            for entry in batch:
                self._write_alone(entry)
        self._batch = []
        if in_spool:
            with self._lock:
                self._spool.remove(batch)

    def _write_alone(self, entry: Entry) -> None:
        try:
            self._transact([entry])
        except Exception as error:
            if not is_hopeless(error):
                raise
            logger.error("A turn cannot be stored and is left out: %s.", type(error).__name__)

    def _transact(self, entries: list[Entry]) -> None:
        with self._engine.begin() as connection:
            apply(connection, entries)

    def _away(self, error: Exception) -> None:
        if not self._failures:
            logger.error("The desk's database is away (%s); turns wait in the spool.", type(error).__name__)
        self._failures += 1
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None  # the next visit makes missing tables again
        with self._lock:
            self._to_spool(self._batch)
            self._batch = []

    def _to_spool(self, batch: list[Entry]) -> None:
        """Puts the failed batch and what waits in memory before what the spool holds."""
        entries = without_forgotten([*batch, *self._pending])
        self._pending = []
        if entries and not self._spool.put_first(entries):
            self._pending = entries[-MOST_PENDING:]
