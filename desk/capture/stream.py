"""From the bot's events to turns: a bounded queue that takes events at once, and a thread that puts them together."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict, deque
from typing import Any, Iterable, Protocol, Sequence

from desk.capture.turn import Event, is_over, is_visitor, thumb_of

logger = logging.getLogger(__name__)
MOST_EVENTS = 20_000  # in memory, about 3,000 turns
MOST_TURNS = 2_000  # conversations whose last turn may still get a message
REST = 0.1  # seconds: the reply goes out to the visitor before its capture takes the processor


class Sink(Protocol):
    """Where turns go: recorder.py in this process, courier.py in one of its own."""

    def start(self) -> None:
        """Begins to take turns."""

    def turn(self, events: Sequence[Event]) -> None:
        """Takes a turn: a visitor's event and what followed it. Again, with more that followed, replaces it."""

    def thumb(self, event: Event) -> None:
        """Takes a slot event with a thumb."""

    def forget(self, ids: Iterable[str]) -> None:
        """Forgets conversations by Rasa's sender ids."""

    def waiting(self) -> int:
        """How much cannot be written at the moment."""

    def close(self, seconds: float) -> None:
        """Writes what waits, for that many seconds at most."""


class Stream:
    """`publish` and `forget` may be called from any thread and return at once."""

    def __init__(self, sink: Sink, most: int = MOST_EVENTS) -> None:
        """`most` events wait at a time, further ones are counted in `dropped`."""
        self._sink, self._most = sink, most
        self._events: deque[tuple[str, Any]] = deque()
        self._turns: OrderedDict[str, list[Event]] = OrderedDict()
        self._over: set[str] = set()  # conversations whose last turn was written
        self._lock = threading.Lock()
        self._wake, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="desk-capture", daemon=True)
        self.dropped = 0

    def start(self) -> None:
        """Begins to capture."""
        self._sink.start()
        self._thread.start()

    def publish(self, event: Event) -> None:
        """Takes one event (a dictionary with `sender_id`), or counts it if too many wait."""
        with self._lock:
            if len(self._events) < self._most:
                self._events.append(("event", event))
            else:
                self.dropped += 1
        if not self._wake.is_set():
            self._wake.set()
        if self.dropped and self.dropped % 1000 == 1:
            logger.error("Too many events at once: %s were not captured so far.", self.dropped)

    def forget(self, ids: Iterable[str]) -> None:
        """Forgets conversations by Rasa's sender ids: what waits here, in the spool and in the database."""
        gone = set(ids)
        with self._lock:
            kept = [one for one in self._events if one[0] != "event" or one[1].get("sender_id") not in gone]
            self._events = deque([*kept, ("forget", gone)])
        self._wake.set()

    def waiting(self) -> int:
        """How many entries the sink cannot write at the moment; what is merely under way does not count."""
        return self._sink.waiting()

    def close(self, seconds: float = 10.0) -> None:
        """Captures what waits; all of it in the sink, if that takes some `seconds` only."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(seconds / 2)
        self._sink.close(seconds)

    def drain(self) -> None:
        """Handles everything that waits now. Raises nothing: one odd event costs one turn."""
        while True:
            with self._lock:
                if not self._events:
                    return
                what, value = self._events.popleft()
            try:
                if what == "forget":
                    self._forget(value)
                else:
                    self._handle(value)
            except Exception as error:
                logger.error("An event could not be captured (%s).", type(error).__name__)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._stop.wait(REST)
            self._wake.clear()
            self.drain()
        for sender in [sender for sender in self._turns if sender not in self._over]:
            self._write(sender)

    def _handle(self, event: Event) -> None:
        sender = str(event.get("sender_id"))
        if is_visitor(event):
            if sender in self._turns and sender not in self._over:
                self._write(sender)  # a turn that broke off
            self._begin(sender, event)
            return
        if thumb_of(event, str):
            self._sink.thumb(event)
        elif sender in self._turns:
            self._turns[sender].append(event)
            late = sender in self._over and event.get("event") == "bot"
            if late or (is_over(event) and sender not in self._over):
                self._write(sender)

    def _begin(self, sender: str, event: Event) -> None:
        self._turns[sender] = [event]
        self._turns.move_to_end(sender)
        self._over.discard(sender)
        while len(self._turns) > MOST_TURNS:
            oldest = next(iter(self._turns))
            if oldest not in self._over:
                self._write(oldest)
            self._turns.pop(oldest)
            self._over.discard(oldest)

    def _write(self, sender: str) -> None:
        self._over.add(sender)
        self._sink.turn(self._turns[sender])

    def _forget(self, ids: set[str]) -> None:
        for sender in ids:
            self._turns.pop(sender, None)
            self._over.discard(sender)
        self._sink.forget(ids)
