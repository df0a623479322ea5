"""The tracker store on a real PostgreSQL that is stopped, hung, brought back, or not there at the start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.utils.endpoints import EndpointConfig

from channels import bounded
from channels import store as module
from channels.bounded import StoreError
from channels.store import SafeSQLTrackerStore
from tests.channels.postgres import Postgres, running
from tests.channels.test_store import DOMAIN, STORE, texts, turn


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A server for all tests here."""
    yield from running()


@pytest.fixture
def postgres(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Postgres:
    """The server, with an empty database; times are shorter than a visitor's."""
    monkeypatch.setattr(bounded, "SECONDS", 0.5)
    monkeypatch.setattr(bounded, "PAUSE", 0.2)
    monkeypatch.setattr(module, "PAUSE", 0.1)
    server.ask("drop table if exists events")
    return server


def store_on(postgres: Postgres) -> SafeSQLTrackerStore:
    """The store that Rasa makes from endpoints.yml."""
    made = TrackerStore.create(EndpointConfig(type=STORE, **postgres.keys), DOMAIN)
    assert isinstance(made, SafeSQLTrackerStore)
    return made


async def say(store: SafeSQLTrackerStore, sender: str, text: str) -> float:
    """One message as Rasa handles it behind its fail-safe wrapper; the seconds that the store took."""
    started = time.monotonic()
    try:
        tracker = await store.retrieve(sender)
    except StoreError:
        tracker = None
    tracker = tracker or await store.create_tracker(sender, append_action_listen=False)
    tracker.update_with_events([ActionExecuted("action_listen"), UserUttered(text)], DOMAIN)
    await store.save(tracker)
    return time.monotonic() - started


def test_turns_are_stored_and_deleted(postgres):
    store = store_on(postgres)
    for n in range(3):
        turn(store, "a", f"message {n}")
    turn(store, "b", "é 🙂 \\u0000 'quoted'")
    assert texts(store_on(postgres), "a") == ["message 0", "message 1", "message 2"]
    assert asyncio.run(store.keys()) and texts(store, "b") == ["é 🙂 \\u0000 'quoted'"]
    asyncio.run(store.delete(["a"]))
    assert texts(store, "a") == [] and texts(store, "b")


def test_a_damaged_row_is_set_aside(postgres):
    store = store_on(postgres)
    turn(store, "a", "one")
    postgres.ask("update events set data = '{' where id = (select min(id) + 3 from events)")
    store = store_on(postgres)  # one that does not have it in memory
    turn(store, "a", "two")
    assert texts(store, "a") == ["two"]
    assert postgres.ask("select count(*) from events where sender_id = 'damaged:a'") == [(1,)]


@pytest.mark.parametrize("sender", ["\ud800", "a\x00b", "x" * 256])
def test_odd_ids_do_not_end_the_process(postgres, sender):
    with pytest.raises(StoreError):
        asyncio.run(store_on(postgres).retrieve(sender))


def test_stopped_and_back(postgres):
    store = store_on(postgres)
    turn(store, "a", "before")

    async def outage() -> None:
        postgres.stop()
        for n in range(3):
            assert await say(store, "a", f"away {n}") < 2
            assert await say(store, f"new {n}", "hello") < 2
        postgres.start()
        await asyncio.sleep(1.0)  # nobody writes meanwhile

    asyncio.run(outage())
    turn(store, "a", "after")
    again = store_on(postgres)
    assert texts(again, "a", full=True) == ["before", "away 0", "away 1", "away 2", "after"]
    assert [texts(again, f"new {n}") for n in range(3)] == [["hello"]] * 3


def test_hung_and_back(postgres):
    store = store_on(postgres)
    turn(store, "a", "before")

    async def outage() -> list[float]:
        postgres.hang()
        try:
            times = [await say(store, "a", f"hung {n}") for n in range(3)]
            times += await asyncio.gather(*(say(store, f"new {n}", "hello") for n in range(5)))
        finally:
            postgres.resume()
        await asyncio.sleep(2.0)
        return times

    times = asyncio.run(outage())
    assert max(times) < 2
    again = store_on(postgres)
    assert texts(again, "a", full=True) == ["before", "hung 0", "hung 1", "hung 2"]
    assert [texts(again, f"new {n}") for n in range(5)] == [["hello"]] * 5


def test_a_write_that_hung_and_arrived_is_not_doubled(postgres):
    store = store_on(postgres)
    turn(store, "a", "one")

    async def scenario() -> None:
        tracker = await store.retrieve("a")
        tracker.update(UserUttered("two"))
        postgres.hang()
        await store.save(tracker)  # the statement is under way
        tracker.update(UserUttered("three"))
        postgres.resume()
        await store.save(tracker)
        await asyncio.sleep(1.5)

    asyncio.run(scenario())
    assert texts(store_on(postgres), "a") == ["one", "two", "three"]


def test_down_at_the_start(postgres):
    postgres.stop()
    try:
        store = store_on(postgres)

        async def outage() -> None:
            await say(store, "a", "nobody there")
            postgres.start()
            await asyncio.sleep(1.0)

        asyncio.run(outage())
    finally:
        if not postgres.is_up:
            postgres.start()
    assert texts(store_on(postgres), "a") == ["nobody there"]
