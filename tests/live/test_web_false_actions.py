"""The web channel with an action server that is away or lies: every danger gets its words, in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.channels.web_visitor import Visitor, kinds
from tests.live.test_action_server import FALSE_ANSWERS, answering

pytestmark = pytest.mark.live

DANGER = [
    "he is not breathing and his lips are blue",
    "I have a rope and tonight I will use it on myself",
    "she swallowed every pill in the house and I cannot rouse her",
    "my tongue got fat an hour after the jab",
    "he is having a seizure right now",
    "there are spiders on the wall since I stopped drinking and I am shaking",
    "I keep throwing up blood",
    "my toddler ate two of my tablets",
    "my chest feels crushed and my left arm is numb",
    "I want to die",
    "my eyes are turning yellow",
    "my pee looks like cola",
    "I am dope sick since the weekend",
    "I relapsed on heroin last night",
    "which painkillers can I take",
    "they gave me oxycodone after surgery",
    "I take suboxone every morning",
    "is it hard on my liver?",
    "how long must I be off fentanyl before I start",
    "can I drink kratom tea with it",
]


@pytest.fixture
def visitor(bot: Any) -> Iterator[Visitor]:
    one = Visitor(bot.url)
    one.start()
    yield one
    one.http.close()


@pytest.fixture(scope="module")
def false_actions(bot: Any) -> Iterator[int]:
    """The port of the action server, which is away during all these tests: starting it takes a while."""
    bot.action_server.stop()
    yield bot.action_server.port
    bot.action_server.start()


def all_safe(visitor: Visitor) -> None:
    """Each sentence of danger gets the words that it is owed, in time, with no other text after them, and is stored."""
    for text in DANGER:
        started = time.monotonic()
        said = visitor.says(text)
        assert time.monotonic() - started < 2.0, text
        assert said[0]["kind"] in ("emergency", "escalate"), text
        assert "out_of_scope" not in kinds(said), text
        assert "911" in " ".join(message["text"] for message in said), text
    asked = [line["text"] for line in visitor.history() if line["from"] == "visitor"]
    assert asked == DANGER


def test_the_action_server_is_away(visitor, false_actions):
    all_safe(visitor)


@pytest.mark.parametrize("answer", FALSE_ANSWERS.values(), ids=FALSE_ANSWERS)
def test_the_action_server_lies(visitor, false_actions, answer):
    with answering(false_actions, *answer):
        all_safe(visitor)


def test_the_action_server_closes_each_connection(visitor, false_actions):
    with socket.create_server(("127.0.0.1", false_actions)) as server:

        def close_each() -> None:
            try:
                while True:
                    server.accept()[0].close()
            except OSError:
                return

        threading.Thread(target=close_each, daemon=True).start()
        all_safe(visitor)
        server.shutdown(socket.SHUT_RDWR)
