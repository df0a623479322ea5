"""A server that is stopped or killed in the middle of its work, and started again on the same port and store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.channels.web_visitor import Visitor, texts
from tests.servers import Server, rasa_server, running

pytestmark = pytest.mark.live

TEXTS = ["my eyes are turning yellow", "What is naltrexone?", "he is not breathing and his lips are blue", "thanks"]
MANY = 20


@pytest.fixture(scope="module")
def server(bot, tmp_path_factory) -> Iterator[Server]:
    """A server of these tests' own, beside the others' action server."""
    with running(rasa_server(tmp_path_factory.mktemp("restart"), bot.action_server.port)) as made:
        yield made


@pytest.fixture
def url(server: Server) -> str:
    return server.url.removesuffix("/webhooks/web/health")


@pytest.mark.parametrize("hung", [True, False], ids=["action server hung", "all well"])
def test_sigterm_answers_and_stores_what_is_in_flight(server, url, bot, hung):
    *visitors, one_more = [Visitor(url) for _ in range(MANY + 1)]
    for visitor in [*visitors, one_more]:
        visitor.start()
    if hung:
        bot.action_server.hang()
    try:
        with ThreadPoolExecutor(MANY) as pool:
            said = [pool.submit(one.says, TEXTS[n % len(TEXTS)]) for n, one in enumerate(visitors)]
            time.sleep(0.2 if hung else 0.02)
            process = server.process
            process.terminate()
            time.sleep(1.0)
            late = turned_away(one_more)
            replies = [one.result() for one in said]
            process.wait(timeout=15)
    finally:
        bot.action_server.resume()
    assert all(replies) and late
    server.start()
    for n, (visitor, reply) in enumerate(zip(visitors, replies)):
        lines = visitor.history()
        assert [line["text"] for line in lines if line["from"] == "visitor"] == [TEXTS[n % len(TEXTS)]]
        assert set(texts(reply)) <= set(texts(lines))


def turned_away(visitor: Visitor) -> bool:
    """Writes until it is too late; whether that is then said with a way to go on (a browser tries again by itself)."""
    try:
        while (answer := visitor.post("What is naltrexone?")).status_code == 200:
            time.sleep(0.3)
    except httpx.TransportError:
        return True
    return answer.status_code == 503 and bool(answer.headers["Retry-After"]) and "911" in answer.text


def test_a_message_that_a_crash_cut_off_is_handled_once(server, url, bot):
    visitor = Visitor(url)
    visitor.start()
    before = visitor.says("What is naltrexone?", id="before-the-crash")
    bot.action_server.hang()
    try:
        with ThreadPoolExecutor(1) as pool:
            cut = pool.submit(visitor.post, "my eyes are turning yellow", id="during-the-crash")
            time.sleep(0.3)
            server.kill()
            with pytest.raises(httpx.TransportError):
                cut.result()
    finally:
        bot.action_server.resume()
    server.start()
    assert visitor.says("What is naltrexone?", id="before-the-crash") == before
    again = visitor.says("my eyes are turning yellow", id="during-the-crash")
    assert again[0]["kind"] == "escalate"
    asked = [line["text"] for line in visitor.history() if line["from"] == "visitor"]
    assert asked == ["What is naltrexone?", "my eyes are turning yellow"]
