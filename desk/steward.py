"""What the desk does by itself while it runs: groups new messages, and deletes what is past its time."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Callable

from components.encoder import shared_encoder
from desk.capture.retention import delete_if_due
from desk.review.grouping import BATCH, group_new_turns

logger = logging.getLogger(__name__)
PAUSE = 20.0  # seconds between two rounds


class Steward:
    """A thread that does its rounds until it is stopped; a round that fails is logged and tried again."""

    def __init__(self, engine: Any) -> None:
        """Works on the desk's database."""
        self._engine = engine
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="steward", daemon=True)

    def start(self) -> None:
        """Begins the rounds."""
        self._thread.start()

    def stop(self) -> None:
        """Ends them, after the one that is running."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def _work(self) -> None:
        while not self._stopped.is_set():
            self._try(lambda: delete_if_due(self._engine, time.time()))
            seen = self._try(lambda: group_new_turns(self._engine, shared_encoder().encode, time.time()))
            if seen != BATCH:  # otherwise there are more, and they should not wait
                self._stopped.wait(PAUSE)

    def _try(self, work: Callable[[], Any]) -> Any:
        try:
            return work()
        except Exception as error:  # the database may be away; nothing of a visitor goes into the log
            logger.error("A round of the desk failed (%s).", type(error).__name__)
            return None
