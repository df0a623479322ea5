"""What `make soak`, `make pace`, `make burst` and `make long-chat` measure at full length, for some seconds only."""

from __future__ import annotations

import asyncio

import pytest

from evaluation.long_chat import talk
from evaluation.own_bot import OwnBot
from evaluation.pace import figures, pace
from evaluation.soak import soak

pytestmark = pytest.mark.live


@pytest.fixture
def own(island) -> OwnBot:
    server = island.server
    return OwnBot(server.base, server.log, server.process.pid, island.folder / "conversations.db")


def test_nonsense_and_commands_leave_nothing(own):
    found = soak(own, messages=300, warm_up=100)
    assert all(one.is_fine for one in found.figures), [str(one) for one in found.figures]
    assert found.log_bytes < 20, found


def test_a_burst_loses_nothing_and_keeps_nobody_waiting(own):
    found = asyncio.run(pace(own, rate=100, seconds=4, sessions=100, name="burst"))
    assert all(one.is_fine for one in figures(found, is_burst=True)), [str(one) for one in figures(found, True)]
    assert len(found.answered) + found.refused == 400
    after = asyncio.run(pace(own, rate=4, seconds=3, sessions=6, name="after"))
    assert not (after.refused or after.odd or after.empty or after.lost or after.safe), after  # all is as before


def test_a_long_chat_is_stored_once(own):
    took = talk(own, 30, name="talk")
    stored = own.stored()
    assert len(took) == 30 and [stored[f"talk-{n:08}"] for n in range(30)] == [1] * 30
