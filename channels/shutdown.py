"""The end of the process: whatever was asked is answered and stored before it.

Stock Sanic closes each connection that looks idle, although a request may already lie in its buffer, and then waits
for those that the browser keeps open for a next message. Here the server reads and answers for a moment longer, turns
later messages away with a 503, tells browsers to close, and is gone within HANDLERS + CONNECTIONS seconds.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from typing import Any, Iterator

from sanic import Blueprint
from sanic.request import Request

from channels.incoming import BadMessage
from channels.turns import are_running

READING = 0.5  # seconds in which what had been sent before the stop is still read and handled
HANDLERS = 8.0  # seconds that requests and turns under way are given
CONNECTIONS = 3.0  # seconds until open connections are cut
STEP = 0.02  # seconds between two looks


class Stopping(BadMessage):
    """A message that came while the server was going down; the widget sends it again by itself."""

    retry_after = 2  # seconds

    def __init__(self) -> None:
        super().__init__("stopping", "The assistant is restarting. Please send it again in a moment.", 503)


class Shutdown:
    """How one server ends; one for all channels of a process."""

    def __init__(self) -> None:
        self._under_way = 0
        self._since: float | None = None  # when the stop began

    @contextmanager
    def request(self, request: Request) -> Iterator[None]:
        """Counts a request as under way; once the server stops, its connection ends with the answer."""
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if self._since is not None and request.stream:
                request.stream.keep_alive = False

    def check(self) -> None:
        """Raises Stopping if a new message comes too late."""
        if self._since is not None and time.monotonic() - self._since > READING:
            raise Stopping

    async def finish(self, app: Any, *_: Any) -> None:
        """Returns when nothing is under way any more, or the time is up."""
        self._since = time.monotonic()
        app.config.GRACEFUL_SHUTDOWN_TIMEOUT = CONNECTIONS
        await asyncio.sleep(READING)
        while (self._under_way or are_running()) and time.monotonic() - self._since < HANDLERS:
            await asyncio.sleep(STEP)

    def listen(self, routes: Blueprint) -> None:
        """Makes the server of `routes` end like this."""

        async def finish(app: Any, loop: Any) -> None:
            await self.finish(app)

        routes.listener("before_server_stop")(finish)


SHUTDOWN = Shutdown()
