"""The web channel when somebody in front of it sends what no widget would."""

from __future__ import annotations

import gzip
import json
import socket
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.channels.web_visitor import Visitor

pytestmark = pytest.mark.live

DANGER = ["he is not breathing and his lips are blue", "I want to die", "I keep throwing up blood"]
JSON = {"Content-Type": "application/json"}
HEAD = "POST /webhooks/web/message HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "


@pytest.fixture
def visitor(bot: Any) -> Iterator[Visitor]:
    one = Visitor(bot.url)
    one.start()
    yield one
    one.http.close()


def test_a_connection_closed_before_the_answer_does_not_undo_the_turn(visitor, bot):
    at = urlsplit(bot.url)
    body = json.dumps({"session": visitor.token, "id": "gone-before-1", "text": "my eyes are turning yellow"}).encode()
    head = f"{HEAD}{len(body)}"
    bot.action_server.hang()  # so that there is no answer yet
    try:
        with socket.create_connection((at.hostname, at.port)) as connection:
            connection.sendall(f"{head}\r\n\r\n".encode() + body)
            time.sleep(0.2)
        time.sleep(2.5)
    finally:
        bot.action_server.resume()
    lines = visitor.history()
    assert [line["text"] for line in lines if line["from"] == "visitor"] == ["my eyes are turning yellow"]
    assert "escalate" in [line.get("kind") for line in lines]


# ---------------------------------------------------------------- abuse
BODIES: dict[str, tuple[bytes, dict[str, str], int]] = {
    "no keys": (b"{}", JSON, 401),
    "a number": (b"7", JSON, 400),
    "100,000 nested": (b"[" * 100_000, JSON, 413),
    "nested in 8 kB": (b"[" * 8_000, JSON, 400),
    "objects nested": (b'{"a":' * 1_600, JSON, 400),
    "said to be compressed": (gzip.compress(b" " * 10_000_000), {**JSON, "Content-Encoding": "gzip"}, 415),
    "compressed": (gzip.compress(b"{}"), JSON, 400),
    "UTF-16": ('{"text": "hi"}'.encode("utf-16"), JSON, 400),
    "a BOM": (b"\xef\xbb\xbf{}", JSON, 400),
    "a huge number": (b'{"text": 1' + b"0" * 7_000 + b"}", JSON, 400),
    "a form": (b"text=hi", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    "no type": (b"{}", {"Content-Type": ""}, 415),
}


@pytest.mark.parametrize("body, headers, status", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("path", ["/message", "/session", "/feedback", "/forget"])
def test_odd_bodies_get_an_error_at_once(visitor, path, body, headers, status):
    took = []
    for _ in range(3):
        started = time.monotonic()
        answer = visitor.http.post(path, content=body, headers=headers)
        took.append(time.monotonic() - started)
    if path == "/session" and status == 401:  # an object, which is all that it needs
        assert answer.status_code == 200
        return
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] and answer.json()["emergency"]["emergency"] == "911"
    assert min(took) < 0.1


def resident(process: Any) -> int:
    """The memory of a process in kB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


@pytest.mark.parametrize("size", [2_001, 9_000, 100_000, 5_000_000, 100_000_000])
def test_texts_that_are_too_long_cost_nobody_anything(visitor, bot, size):
    others = [Visitor(bot.url) for _ in range(4)]
    for one in others:
        one.start()
    before = resident(bot.server.process)

    def send(_: int) -> int:
        at, sent = urlsplit(bot.url), 0
        head = f"{HEAD}{size + 90}"
        begin = f'{{"session": "{visitor.token[:10]}", "id": "much-too-long", "text": "'
        with socket.create_connection((at.hostname, at.port), timeout=10) as connection:
            connection.sendall(f"{head}\r\n\r\n{begin}".encode())
            try:
                while sent < size + 90 - len(begin):
                    sent += connection.send(b"x" * min(65_536, size + 90 - len(begin) - sent))
            except OSError:
                pass
            try:
                return int(connection.recv(4096).split()[1])
            except (OSError, IndexError):
                return 0  # the server hung up on somebody who went on sending

    def waited(one: Visitor) -> float:
        started = time.monotonic()
        assert one.says("thanks")
        return time.monotonic() - started

    with ThreadPoolExecutor(8) as pool:
        codes = pool.map(send, range(4))
        took = [second for _ in range(3) for second in pool.map(waited, others)]
        assert set(codes) <= ({400} if size == 2_001 else {413, 0})  # cut off, or too long
    assert statistics.median(took) < 1.0
    assert resident(bot.server.process) - before < 20_000
    if size == 2_001:
        assert visitor.post("x" * size).status_code == 413


def test_danger_at_the_very_end_and_behind_odd_characters(visitor, quiet_log):
    words = "he is not breathing"
    for text in (
        "so " * 600 + words,
        "h\u200be is n\u200bot bre\u200bathing",
        "\u202e" + words,
        "\ud800" + words,
        "he is not\x00 breathing",
        "he is not\r\nbreathing\x1b[31m",
        "hе is nоt brеathing",  # Cyrillic letters
        words + "\u0301" * 300,
    ):
        assert visitor.says(text)[0]["kind"] == "emergency", text
    stored = "".join(line["text"] for line in visitor.history())
    assert not set(stored) & set("\x00\x1b\ud800")


@pytest.fixture
def quiet_log(bot: Any) -> Iterator[None]:
    """Checks after a test that nothing of what was sent stands in the log."""
    before = bot.log.stat().st_size
    yield
    new = bot.log.read_bytes()[before:].decode("utf-8", "replace")
    assert "\x1b[31m" not in new and "breathing" not in new and "\u202e" not in new


def test_an_address_is_limited_and_its_danger_answered(bot):
    address = {"X-Forwarded-For": "198.51.100.77"}
    visitors = [Visitor(bot.url, address) for _ in range(8)]
    for one in visitors:
        one.start()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: visitors[n % 8].post("hello"), range(160)))
    limited = [one for one in answers if one.status_code == 429]
    assert limited and {one.status_code for one in answers} == {200, 429}
    assert all(int(one.headers["Retry-After"]) >= 1 and one.json()["emergency"]["crisis"] == "988" for one in limited)
    for text in DANGER:
        for one in visitors[:3]:
            assert one.says(text)[0]["kind"] == "emergency"
    elsewhere = Visitor(bot.url)
    elsewhere.start()
    assert elsewhere.says("What is naltrexone?")[0]["kind"] == "answer"


def test_a_thousand_sessions_from_one_address_are_refused(bot):
    with httpx.Client(base_url=bot.url, headers={"X-Forwarded-For": "198.51.100.78"}) as client:
        started = time.monotonic()
        codes = [client.post("/webhooks/web/session", json={}).status_code for _ in range(1000)]
        minutes = (time.monotonic() - started) / 60
    assert set(codes) == {200, 429} and codes.count(200) <= 60 + 60 * minutes + 1
