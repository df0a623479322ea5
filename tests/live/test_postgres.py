"""The real bot over a real PostgreSQL that hangs: visitors are answered, and nothing is lost but time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests import servers
from tests.channels.postgres import Postgres, running
from tests.channels.web_visitor import Visitor

pytestmark = pytest.mark.live

DANGER = "he is not breathing and his lips are blue"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    yield from running()


@pytest.fixture(scope="module")
def server(bot, postgres, tmp_path_factory) -> Iterator[servers.Server]:
    """A server of these tests' own, on that database."""
    made = servers.rasa_server(tmp_path_factory.mktemp("postgres"), bot.action_server.port, postgres.keys)
    with servers.running(made):
        yield made


def health(server: servers.Server) -> dict[str, Any]:
    """What the server says of itself; it answers visitors all the time, so nobody may take it for dead."""
    answer = httpx.get(server.url, timeout=10)
    assert answer.status_code == 200
    return answer.json()


def asked(visitor: Visitor) -> list[str]:
    return [line["text"] for line in visitor.history() if line["from"] == "visitor"]


def test_a_hang_silences_nobody_and_a_stop_still_stops(server, postgres):
    visitor, *others = [Visitor(server.url.removesuffix("/webhooks/web/health")) for _ in range(4)]
    for one in [visitor, *others]:
        one.start()
    visitor.says("What is naltrexone?")
    postgres.hang()
    try:
        with ThreadPoolExecutor(4) as pool:
            replies = list(pool.map(lambda one: one.says(DANGER)[0]["kind"], [visitor, *others]))
        assert replies == ["emergency"] * 4
        assert visitor.says("thanks")
        assert health(server)["status"] == "degraded"
    finally:
        postgres.resume()
    deadline = time.monotonic() + 30
    while len(asked(others[0])) < 1 and time.monotonic() < deadline:
        time.sleep(0.5)
    deadline = time.monotonic() + 20  # until what waited in memory has been stored
    while (state := health(server))["status"] != "ok" and time.monotonic() < deadline:
        assert state["status"] == "degraded"
        time.sleep(0.5)
    assert state["waiting"]["store"] == 0 and state["checks"]["store"]
    server.terminate(15)
    server.start()
    assert asked(visitor) == ["What is naltrexone?", DANGER, "thanks"]
    assert [asked(one) for one in others] == [[DANGER]] * 3


def test_a_server_stops_in_time_while_its_database_hangs(server, postgres):
    visitor = Visitor(server.url.removesuffix("/webhooks/web/health"))
    visitor.start()
    postgres.hang()
    try:
        assert visitor.says(DANGER)[0]["kind"] == "emergency"
        server.terminate(15)
    finally:
        postgres.resume()
    server.start()
    assert visitor.says("What is naltrexone?")[0]["kind"] == "answer"
