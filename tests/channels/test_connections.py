"""Connections on which little or nothing comes are closed by the server itself; a real one, with shorter times."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.servers import ROOT, free_port

SERVER = """
import sys
from sanic import Blueprint, Sanic
from channels import connections, guard
from channels.site import read_site
connections.HEADER_SECONDS, connections.IDLE_SECONDS, guard.BODY_SECONDS = 2, 3, 1.5
async def size(request):
    return {"size": len(request.body)}
routes = Blueprint("web", url_prefix="/webhooks/web")
routes.add_route(guard.Guard(read_site()).guarded(size), "/message", methods=["POST"], name="message", stream=True)
connections.bound_connections(routes)
app = Sanic("bounded")
app.blueprint(routes)
app.config.KEEP_ALIVE_TIMEOUT = 120  # as Rasa has it
app.run("127.0.0.1", int(sys.argv[1]), access_log=False)
"""
HEAD = b"POST /webhooks/web/message HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n"
WHOLE = HEAD.replace(b"500", b"2") + b"\r\n{}"
BEGINNINGS = {"half a header": HEAD[:60], "half a body": HEAD + b"\r\n{", "nothing": b"", "idle": WHOLE}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    at = free_port()
    with subprocess.Popen([sys.executable, "-W", "ignore", "-c", SERVER, str(at)], cwd=ROOT) as server:
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", at)) == 0:
                        break
                time.sleep(0.2)
            yield at
        finally:
            server.kill()


def lasts(port: int, begin: bytes, drip: bytes) -> tuple[float, bytes]:
    """How many seconds a connection is open on which `drip` comes twice a second, and what the server said."""
    started, heard = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
        connection.sendall(begin)
        while time.monotonic() - started < 15:
            try:
                if drip:
                    connection.sendall(drip)
                got = connection.recv(4096)
                heard += got
                if not got:
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    return time.monotonic() - started, heard


def test_none_is_held_for_ever(port):
    kinds = [(begin, drip) for begin in BEGINNINGS for drip in (b"", b"x")]
    with ThreadPoolExecutor(len(kinds)) as pool:
        found = dict(zip(kinds, pool.map(lambda one: lasts(port, BEGINNINGS[one[0]], one[1]), kinds)))
    for (begin, drip), (seconds, heard) in found.items():
        assert seconds < 10, (begin, drip)
        if begin == "half a body":
            assert b" 408 " in heard.split(b"\r\n")[0] and b'"911"' in heard
        if begin == "idle":
            assert b'{"size":2}' in heard


def test_a_refused_body_ends_its_connection_and_says_so(port):
    refused = WHOLE.replace(b"application/json", b"text/plain")
    for request, header in ((WHOLE, b"keep-alive"), (refused, b"close")):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request)
            answer = connection.recv(4096).lower()
            assert b"connection: " + header in answer, answer
            if header == b"close":
                assert b" 415 " in answer and connection.recv(4096) == b""


def test_a_request_that_comes_in_pieces_is_answered(port):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        for piece in (WHOLE[:30], WHOLE[30:-2], WHOLE[-2:-1], WHOLE[-1:]):
            connection.sendall(piece)
            time.sleep(0.3)
        assert b'{"size":2}' in connection.recv(4096)
