"""The end of a server: what is under way is waited for, what comes later is turned away."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from channels import shutdown as module
from channels.shutdown import Shutdown, Stopping
from channels.turns import in_own_task


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READING", 0.05)
    monkeypatch.setattr(module, "HANDLERS", 0.5)


def app() -> Any:
    return SimpleNamespace(config=SimpleNamespace(GRACEFUL_SHUTDOWN_TIMEOUT=15.0))


def request() -> Any:
    return SimpleNamespace(stream=SimpleNamespace(keep_alive=True))


def test_requests_and_turns_under_way_are_waited_for():
    async def scenario() -> list[str]:
        ends, done = Shutdown(), []

        async def answer() -> None:
            one = request()
            with ends.request(one):
                await asyncio.sleep(0.1)
            done.append("answer" if not one.stream.keep_alive else "kept open")

        async def turn() -> None:
            await asyncio.sleep(0.2)
            done.append("turn")

        asked = asyncio.ensure_future(answer())
        in_own_task(turn())
        await asyncio.sleep(0)
        await ends.finish(app())
        await asked
        return done

    assert asyncio.run(scenario()) == ["answer", "turn"]


def test_what_never_ends_does_not_hold_up_the_stop():
    async def scenario() -> float:
        ends, server = Shutdown(), app()
        with ends.request(request()):
            await asyncio.wait_for(ends.finish(server), 5)
        return server.config.GRACEFUL_SHUTDOWN_TIMEOUT

    assert asyncio.run(scenario()) + module.HANDLERS < 15


def test_messages_are_taken_a_moment_longer_and_then_turned_away():
    async def scenario() -> None:
        ends = Shutdown()
        ends.check()
        stop = asyncio.ensure_future(ends.finish(app()))
        await asyncio.sleep(0)
        ends.check()
        await stop
        await asyncio.sleep(0.05)
        with pytest.raises(Stopping) as caught:
            ends.check()
        assert caught.value.status == 503 and caught.value.retry_after >= 1

    asyncio.run(scenario())


def test_connections_stay_open_while_nothing_stops():
    asked = request()
    with Shutdown().request(asked):
        pass
    assert asked.stream.keep_alive
