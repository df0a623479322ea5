"""Memory and log stay small, whatever is typed; `make soak` does the same with 10,000 messages."""

from __future__ import annotations

import pytest

from evaluation.own_bot import OwnBot
from evaluation.soak import soak

pytestmark = pytest.mark.live


def test_nonsense_and_commands_leave_nothing(island):
    bot = OwnBot(island.server.base, island.server.log, island.server.process.pid, island.folder / "conversations.db")
    found = soak(bot, messages=300, warm_up=100)
    assert all(one.is_fine for one in found.figures), [str(one) for one in found.figures]
    assert found.log_bytes < 20, found
