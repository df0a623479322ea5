"""How long a connection may take. A gateway in front does the same; without one nobody holds connections for ever."""

from __future__ import annotations

import functools
from typing import Any

from sanic import Blueprint
from sanic.http import Stage
from sanic.server import HttpProtocol

BODY_SECONDS = 10.0  # for 8 KB, on the slowest of phones
HEADER_SECONDS = 10  # from a request's first byte until its headers are there
IDLE_SECONDS = 20  # without a request


def bound_connections(routes: Blueprint) -> None:
    """Makes the server of `routes` close connections that send nothing, or only a byte now and then."""

    async def tune(app: Any, loop: Any) -> None:
        app.config.KEEP_ALIVE_TIMEOUT, app.config.REQUEST_TIMEOUT = IDLE_SECONDS, HEADER_SECONDS
        count_from_the_first_byte()

    routes.listener("before_server_start")(tune)


def count_from_the_first_byte() -> None:
    """Stock Sanic begins to count anew with each byte that comes. Twice is once."""
    stock: Any = HttpProtocol.data_received
    if hasattr(stock, "__wrapped__"):
        return

    @functools.wraps(stock)
    def data_received(self: Any, data: bytes) -> None:
        http = getattr(self, "_http", None)  # there once the connection's task has begun
        begun = self._time if http is not None and _is_unfinished(http) else None
        stock(self, data)
        if begun is not None:
            self._time = begun

    HttpProtocol.data_received = data_received


def _is_unfinished(http: Any) -> bool:
    """Whether what comes are headers, or the rest of a body that has had its answer."""
    return http.stage is Stage.REQUEST or (http.stage is Stage.IDLE and bool(http.request_body))
