"""A small HTTP server that answers as a test wants, in place of a desk that lies or is broken."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from rasa.utils.endpoints import EndpointConfig
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route


@contextmanager
def serving(answer: Callable[..., Response], hear: Callable[..., Response] | None = None) -> Iterator[EndpointConfig]:
    """A server that answers like this, as Rasa's settings name it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    routes = [Route("/models/current", answer)]
    if hear:
        routes.append(Route("/models/report", hear, methods=["POST"]))
    app = Starlette(routes=routes)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield EndpointConfig(f"http://127.0.0.1:{port}/models/current", token="t")
    server.should_exit = True
    thread.join(timeout=10)
