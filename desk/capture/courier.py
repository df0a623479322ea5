"""Takes turns to the capture's own process, which redacts and writes them, and keeps each until that has it safe.

Redaction costs as much processor time as half an answer. In a process of its own, at low priority, it takes no time
from a visitor. Turns go through a pipe, one JSON line each, and are numbered; the process says up to which number all
is in the database or the spool. If it dies, another one is started and gets whatever had not been confirmed: a turn
that arrives twice is written once. Nothing unredacted touches a disk.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from subprocess import PIPE
from typing import Any, Iterable, NamedTuple, Optional, Sequence

from desk.capture.spool import entries_in
from desk.capture.turn import Event

logger = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parent.parent.parent
URL = "DESK_CAPTURE_URL"  # the environment's name for the database's address
MOST_ITEMS = 3000  # unconfirmed, in memory: about 20 MB
PAUSES = (0.2, 1.0, 5.0)  # seconds until a process that died is started again
LATE = 10.0  # seconds after which an item that is not confirmed counts as waiting
MOST_DEATHS = 3  # of processes that were given the same item first; then it is left out


class Item(NamedTuple):
    """One line for the process, and whose it is."""

    number: int
    sender: str  # empty for what is no visitor's
    line: bytes
    since: float  # monotonic time


class Courier:
    """A Sink (see stream.py). One thread calls turn, thumb and forget, and waits while the pipe is full."""

    def __init__(self, url: str, folder: Path, most: int = MOST_ITEMS) -> None:
        """`url` is the desk's database, `folder` the spool's; `most` items are kept, and `lost` counts what was not."""
        self._url, self._folder, self._most = url, folder, most
        self._items: deque[Item] = deque()
        self._number = 0
        self._lock = threading.RLock()  # of the items
        self._pipe = threading.Lock()  # held while something is written, so that the order is kept
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._closing, self._finished = threading.Event(), threading.Event()
        self._deaths = 0  # since the last confirmation
        self.lost = 0

    def start(self) -> None:
        """Starts the process."""
        self._launch()

    def turn(self, events: Sequence[Event]) -> None:
        """Takes a turn."""
        self._send("turn", list(events), str(events[0].get("sender_id")))

    def thumb(self, event: Event) -> None:
        """Takes a slot event with a thumb."""
        self._send("thumb", event, str(event.get("sender_id")))

    def forget(self, ids: Iterable[str]) -> None:
        """Forgets conversations here, and has the process forget them."""
        gone = set(ids)
        with self._lock:
            self._items = deque(item for item in self._items if item.sender not in gone)
        self._send("forget", sorted(gone), "")

    def waiting(self) -> int:
        """How many entries the process has put on disk, and how many it should long have confirmed."""
        on_disk = sum(entries_in(path) for path in self._folder.glob("spool-*.jsonl"))
        with self._lock:
            return on_disk + sum(1 for item in self._items if time.monotonic() - item.since > LATE)

    def close(self, seconds: float) -> None:
        """Closes the pipe and waits, for that many seconds at most, until the process has written everything. Later it
        goes on alone, unless the machine stops as well."""
        self._closing.set()
        process = self._process
        if process is None:
            return
        if self._pipe.acquire(timeout=1):
            self._close_pipe(process)
            self._pipe.release()
        if not self._finished.wait(seconds) and self._items:
            logger.error("The capture's process is still writing %s turns.", len(self._items))

    def _send(self, what: str, value: Any, sender: str) -> None:
        line = json.dumps([what, value]).encode() + b"\n"
        with self._pipe:
            with self._lock:
                self._number += 1
                item = Item(self._number, sender, b"%d %s" % (self._number, line), time.monotonic())
                self._items.append(item)
                if len(self._items) > self._most:
                    self._items.popleft()  # the process has had it for long, only its word is missing
            self._write([item])

    def _write(self, items: Iterable[Item]) -> None:
        """Into the pipe. If the process is dead, the next one gets it all."""
        try:
            if self._process and self._process.stdin:
                self._process.stdin.writelines(item.line for item in items)
                self._process.stdin.flush()
        except (OSError, ValueError):
            pass

    def _close_pipe(self, process: subprocess.Popen[bytes]) -> None:
        try:
            if process.stdin:
                process.stdin.close()
        except OSError:
            pass

    def _launch(self) -> None:
        """Starts a process with all that waits, and a thread that hears from it."""
        command = [sys.executable, "-m", "desk.capture.child", str(self._folder)]
        environment = {**os.environ, URL: self._url}  # not an argument: it may hold a password
        with self._pipe:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, start_new_session=True
            )
            threading.Thread(target=self._listen, args=(self._process,), name="desk-courier", daemon=True).start()
            with self._lock:
                waiting = list(self._items)
            self._write(waiting)

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        """Takes the process's word until it ends; then starts the next."""
        heard = False
        for line in process.stdout or ():
            heard = True
            self._confirm(int(line))
        process.wait()
        if self._closing.is_set():
            self._finished.set()
            return
        logger.error("The capture's process ended and is started again; %s turns wait.", len(self._items))
        self._deaths += heard  # one that never began was not killed by what it read
        if self._deaths >= MOST_DEATHS:
            self._leave_out_first()
        self._closing.wait(PAUSES[min(self._deaths, len(PAUSES) - 1)])
        self._launch_again()

    def _launch_again(self) -> None:
        while not self._closing.is_set():
            try:
                self._launch()
                return
            except OSError as error:
                logger.error("The capture's process cannot be started (%s).", type(error).__name__)
                self._closing.wait(PAUSES[-1])
        self._finished.set()

    def _confirm(self, number: int) -> None:
        with self._lock:
            if self._items and self._items[0].number <= number:
                self._deaths = 0
            while self._items and self._items[0].number <= number:
                self._items.popleft()

    def _leave_out_first(self) -> None:
        with self._lock:
            if self._items:
                self._items.popleft()
                self._deaths = 0
                self._count(1)

    def _count(self, lost: int) -> None:
        if lost:
            self.lost += lost
            logger.error("%s turns may not have been captured so far.", self.lost)
