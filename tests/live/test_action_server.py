"""The provider line when the action server is down, hung, rejecting or talking nonsense."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytestmark = pytest.mark.live

SECONDS = 2.0
DANGER = {
    "escalate": "I think I am in withdrawal, cramps and sweats since the codeine ran out",
    "emergency": "he is unconscious and his lips are going blue",
}


@contextmanager
def answering(port: int, status: int, body: bytes, content_type: str = "application/json") -> Iterator[None]:
    """A false action server that answers everything alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    ThreadingHTTPServer.allow_reuse_address = True
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def line_is_out(bot, sender: str) -> None:
    """Both kinds of danger are answered in time, with nothing but danger replies."""
    for kind, text in DANGER.items():
        started = time.monotonic()
        replies = bot.say(text, f"{sender}-{kind}")
        assert time.monotonic() - started < SECONDS
        assert "call 911" in replies[0]["text"].lower()
        assert set(bot.kinds(f"{sender}-{kind}")) <= {"escalate", "emergency"}, "no fallback text after it"
        assert kind in bot.kinds(f"{sender}-{kind}")


@pytest.fixture
def without_action_server(bot):
    bot.action_server.stop()
    yield bot
    bot.action_server.start()


def test_down(without_action_server, sender):
    line_is_out(without_action_server, sender)


FALSE_ANSWERS = {
    "rejecting": (400, b'{"action_name": "action_escalate", "error": "no"}', "application/json"),
    "rejecting with garbage": (400, b"garbage", "text/plain"),
    "failing": (500, b"oops", "text/plain"),
    "missing": (404, b"", "text/plain"),
    "html": (200, b"<html></html>", "text/html"),
    "broken json": (200, b'{"events": [', "application/json"),
    "empty": (200, b"{}", "application/json"),
    "nothing to say": (200, b'{"events": null, "responses": null}', "application/json"),
    "null": (200, b"null", "application/json"),
    "a list": (200, b"[]", "application/json"),
    "unknown response": (200, b'{"events": [], "responses": [{"response": "utter_typo"}]}', "application/json"),
    "unknown event": (200, b'{"events": [{"event": "boom"}], "responses": []}', "application/json"),
}


@pytest.mark.parametrize("answer", FALSE_ANSWERS.values(), ids=FALSE_ANSWERS)
def test_lying(without_action_server, sender, answer):
    with answering(without_action_server.action_server.port, *answer):
        line_is_out(without_action_server, sender)


def test_hung(bot, sender):
    bot.action_server.hang()
    try:
        line_is_out(bot, sender)
        line_is_out(bot, f"{sender}-again")
    finally:
        bot.action_server.resume()


def test_a_clarify_without_action_server_still_says_something(without_action_server, sender):
    assert without_action_server.say("the thing with the whatsit of it", sender)
