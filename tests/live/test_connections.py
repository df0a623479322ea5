"""Hundreds of connections that send a byte now and then, or nothing, or are dropped: nobody else waits for them.

That the server closes them by itself is tested in tests/channels/test_connections.py, with shorter times.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.channels.web_visitor import Visitor

pytestmark = pytest.mark.live

MANY = 1000  # half of them slow, half idle
DROPPED = 3000
HEADERS = b"POST /webhooks/web/message HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n"


def opened(island, begin: bytes) -> socket.socket:
    """A connection on which that much has been sent."""
    at = urlsplit(island.server.base)
    connection = socket.create_connection((at.hostname, at.port), timeout=5)
    connection.sendall(begin)
    return connection


def descriptors(island) -> int:
    """How many files and sockets the server has open."""
    return len(os.listdir(f"/proc/{island.server.process.pid}/fd"))


def wait_until(what: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (held := what()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return held


def is_alive(island) -> bool:
    """Whether a new visitor gets an answer, and one in danger the numbers, each at once."""
    visitor = Visitor(island.server.base)
    started = time.monotonic()
    visitor.start()
    fine = visitor.says("What is naltrexone?")[0]["kind"] == "answer"
    middle = time.monotonic()
    return (
        fine
        and visitor.says("he is not breathing and his lips are blue")[0]["kind"] == "emergency"
        and middle - started < 1.5
        and time.monotonic() - middle < 2.0
    )


@pytest.fixture
def base(island) -> int:
    """The server's open files when nothing is going on."""
    assert is_alive(island)
    wait_until(lambda: descriptors(island) < 80, 25)
    return descriptors(island)


SLOW = {
    "half a header": HEADERS[:60],
    "half a body": HEADERS + b"\r\n{",
    "nothing": b"",
    "idle after an answer": b"GET /webhooks/web/widget/neutral.js HTTP/1.1\r\nHost: x\r\n\r\n",
}


def test_slow_and_idle_connections_hold_up_nobody(island, base):
    held = []
    try:
        for begin in SLOW.values():
            held += [opened(island, begin) for _ in range(MANY // len(SLOW))]
        assert wait_until(lambda: descriptors(island) >= base + MANY * 0.9, 5)
        for _ in range(3):
            for one in held:
                one.send(b"x")
            assert is_alive(island)
    finally:
        for one in held:
            one.close()
    assert wait_until(lambda: descriptors(island) <= base + 5, 15)


def test_connections_that_are_opened_and_dropped_leave_nothing(island, base):
    for n in range(DROPPED):
        opened(island, [b"", HEADERS[:30], HEADERS + b"\r\n{", b"\x16\x03\x01\x00"][n % 4]).close()
    assert is_alive(island)
    assert wait_until(lambda: descriptors(island) <= base + 5, 15)
