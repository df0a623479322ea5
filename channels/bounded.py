"""Work on a database that may hang: in threads of its own, for a short time only, and not again at once."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from concurrent.futures import Future
from typing import Any, Callable, Dict, Set, Tuple, TypeVar

T = TypeVar("T")
SECONDS = 1.5  # for one visit to the database; the visitor waits 2 s at most
PAUSE = 5.0  # seconds in which a database that has just hung is not asked again
THREADS = 4


class StoreError(RuntimeError):
    """The database did not do what was asked; the message holds no data of a visitor."""


class Bounded:
    """Runs work for SECONDS at most. Its threads are daemons, so that a hung database does not hold up the exit."""

    def __init__(self) -> None:
        """Starts the threads."""
        self._waiting: queue.SimpleQueue[Tuple[Future[Any], Callable[[], Any]]] = queue.SimpleQueue()
        self._late: Set[Future[Any]] = set()  # given up, but still running: it may yet take effect
        self._closed_until = 0.0
        self._began: Dict[int, float] = {}  # when each thread began what it does now
        for n in range(THREADS):
            threading.Thread(target=self._work, args=(n,), name=f"tracker-store-{n}", daemon=True).start()

    async def run(self, work: Callable[..., T], *arguments: Any) -> T:
        """What `work` returns. Raises StoreError without the statement's values."""
        if time.monotonic() < self._closed_until:
            raise StoreError("the database hung a moment ago")
        name, future = work.__name__.strip("_"), Future[T]()
        self._waiting.put((future, lambda: work(*arguments)))
        heard = asyncio.wrap_future(future)
        heard.add_done_callback(_look_at)
        while not future.done():
            await asyncio.wait({heard}, timeout=SECONDS)
            # Where this process itself is slow, its clock is no witness against the database.
            if not future.done() and self._hangs:
                self._closed_until = time.monotonic() + PAUSE
                self._give_up(future)
                raise StoreError(f"{name}: no answer in {SECONDS} s")
        try:
            return future.result()
        except (Exception, SystemExit) as error:
            raise StoreError(f"{name}: {type(error).__name__}") from None

    @property
    def _hangs(self) -> bool:
        """Whether a visit to the database takes too long, as its own thread has it."""
        return any(time.monotonic() - began > SECONDS * 0.9 for began in list(self._began.values()))

    async def settle(self) -> None:
        """Waits for what was given up and may yet take effect. Raises StoreError if it does not end."""
        late = [asyncio.wrap_future(one) for one in list(self._late)]
        if late and (await asyncio.wait(late, timeout=SECONDS))[1]:
            raise StoreError("an earlier write still hangs")

    def _give_up(self, future: Future[Any]) -> None:
        if not future.cancel():
            self._late.add(future)
            future.add_done_callback(self._late.discard)

    def _work(self, thread: int) -> None:
        while True:
            future, work = self._waiting.get()
            if not future.set_running_or_notify_cancel():
                continue
            self._began[thread] = time.monotonic()
            try:
                future.set_result(work())
            except BaseException as error:  # stock Rasa calls sys.exit in places
                future.set_exception(error)
            finally:
                self._began.pop(thread, None)


def _look_at(heard: asyncio.Future[Any]) -> None:
    """Nobody may be waiting any more, and asyncio would log an error that nobody looked at."""
    if not heard.cancelled():
        heard.exception()
