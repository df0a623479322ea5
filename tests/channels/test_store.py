"""The tracker store: odd ids, damaged rows, and a database that fails or hangs."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy.exc
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.utils.endpoints import EndpointConfig, read_endpoint_config

from actions.catalogue import ROOT
from channels import bounded
from channels import store as module
from channels.bounded import StoreError
from channels.event_rows import is_sound
from channels.store import SafeSQLTrackerStore

DOMAIN = Domain.from_yaml("version: '3.1'\nslots:\n  x:\n    type: any\n    mappings: [{type: custom}]")
STORE = "channels.store.SafeSQLTrackerStore"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "conversations.db"


@pytest.fixture
def store(path: Path) -> SafeSQLTrackerStore:
    return SafeSQLTrackerStore(DOMAIN, db=str(path))


def turn(store: TrackerStore, sender: str, text: str) -> None:
    """One message and its reply, as Rasa's processor does it."""

    async def scenario() -> None:
        tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
        if not tracker.events:
            tracker.update_with_events(
                [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], DOMAIN
            )
        tracker.update_with_events(
            [UserUttered(text), ActionExecuted("utter_x"), BotUttered("ok"), ActionExecuted("action_listen")], DOMAIN
        )
        await store.save(tracker)

    asyncio.run(scenario())


def texts(store: TrackerStore, sender: str, full: bool = False) -> list[str]:
    tracker = asyncio.run(store.retrieve_full_tracker(sender) if full else store.retrieve(sender))
    return [event.text for event in tracker.events if isinstance(event, UserUttered)] if tracker else []


def run(path: Path, statement: str) -> list[tuple]:
    with sqlite3.connect(path) as connection:
        return connection.execute(statement).fetchall()


def test_endpoints_file_names_it():
    config = read_endpoint_config(str(ROOT / "endpoints.yml"), "tracker_store")
    assert config.type == STORE  # a typo would silently give a store in memory


def test_rasa_makes_it_from_the_same_keys(tmp_path):
    made = TrackerStore.create(EndpointConfig(type=STORE, dialect="sqlite", db=str(tmp_path / "x.db")), DOMAIN)
    assert isinstance(made, SafeSQLTrackerStore)


def test_turns_are_appended_once(store, path):
    for n in range(3):
        turn(store, "a", f"message {n}")
    assert texts(store, "a") == ["message 0", "message 1", "message 2"]
    assert len(run(path, "select id from events")) == 15
    assert run(path, "pragma journal_mode") == [("wal",)]
    assert texts(SafeSQLTrackerStore(DOMAIN, db=str(path)), "a") == ["message 0", "message 1", "message 2"]


def test_only_the_last_session_unless_asked(store):
    turn(store, "a", "old")

    async def new_session() -> None:
        tracker = await store.retrieve("a")
        tracker.update_with_events(
            [
                ActionExecuted("action_session_start"),
                SessionStarted(),
                SlotSet("x", 1),
                ActionExecuted("action_listen"),
            ],
            DOMAIN,
        )
        await store.save(tracker)

    asyncio.run(new_session())
    turn(store, "a", "new")
    assert texts(store, "a") == ["new"] and texts(store, "a", full=True) == ["old", "new"]


def test_a_clock_that_is_set_back_hides_nothing(store, monkeypatch):
    turn(store, "a", "before")
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 3600)
    turn(store, "a", "after")
    assert texts(store, "a") == ["before", "after"]


@pytest.mark.parametrize("sender", ["\ud800", "a\x00b", "", "x" * 201, None, 5])
def test_odd_ids_do_not_end_the_process(store, sender):
    assert not is_sound(sender)
    with pytest.raises(StoreError):
        asyncio.run(store.retrieve(sender))


@pytest.mark.parametrize("data", ["{", "null", "7", '{"event": "unknown"}', '{"event": "user"}' * 2, "\x00"])
def test_a_damaged_row_is_set_aside(store, path, data):
    turn(store, "a", "one")
    with sqlite3.connect(path) as connection:
        connection.execute("update events set data = ? where type_name = 'slot' or id = 5", [data])
    store = SafeSQLTrackerStore(DOMAIN, db=str(path))  # one that does not have it in memory
    turn(store, "a", "two")
    turn(store, "a", "three")
    assert texts(store, "a") == ["one", "two", "three"]
    assert run(path, "select count(*) from events where sender_id = 'damaged:a'") == [(1,)]
    asyncio.run(store.delete(["a"]))
    assert run(path, "select count(*) from events") == [(0,)]


@contextlib.contextmanager
def away(store: SafeSQLTrackerStore) -> Iterator[None]:
    """The database refuses connections meanwhile."""

    def refuse(*_: Any) -> None:
        raise sqlalchemy.exc.OperationalError("insert my name is Jane", {}, Exception("refused"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store._table, "read", refuse)
        patch.setattr(store._table, "insert", refuse)
        yield


def test_a_database_that_fails_loses_no_turn(store, path, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.05)
    turn(store, "a", "one")

    async def outage() -> None:
        with away(store):
            await save_while_away(store, "a", "two")
            await save_while_away(store, "b", "first")
        await asyncio.sleep(0.5)  # nobody writes: it is stored by itself

    asyncio.run(outage())
    again = SafeSQLTrackerStore(DOMAIN, db=str(path))
    assert texts(again, "a") == ["one", "two"] and texts(again, "b") == ["first"]
    turn(store, "b", "second")
    assert texts(again, "b") == ["first", "second"]


def test_a_database_that_fails_for_reading_only_loses_no_turn(store, path):
    for n in range(3):
        turn(store, "a", f"message {n}")

    async def blink() -> None:
        with away(store), pytest.raises(StoreError):
            await store.retrieve("a")
        tracker = await store.create_tracker("a", append_action_listen=False)
        tracker.update_with_events([ActionExecuted("action_listen"), UserUttered("after the blink")], DOMAIN)
        await store.save(tracker)

    asyncio.run(blink())
    assert texts(SafeSQLTrackerStore(DOMAIN, db=str(path)), "a")[-1] == "after the blink"


def test_a_write_that_arrives_late_is_not_doubled(store, path, monkeypatch):
    monkeypatch.setattr(bounded, "SECONDS", 0.2)
    monkeypatch.setattr(bounded, "PAUSE", 0.0)
    monkeypatch.setattr(module, "PAUSE", 0.05)
    insert, slow = store._table.insert, iter([0.3])

    def late(*arguments: Any) -> Any:
        time.sleep(next(slow, 0.0))
        return insert(*arguments)

    monkeypatch.setattr(store._table, "insert", late)

    async def scenario() -> None:
        for text in ("one", "two"):
            tracker = await store.get_or_create_tracker("a", append_action_listen=False)
            tracker.update_with_events([ActionExecuted("action_listen"), UserUttered(text)], DOMAIN)
            await store.save(tracker)
        await asyncio.sleep(0.6)

    asyncio.run(scenario())
    assert texts(SafeSQLTrackerStore(DOMAIN, db=str(path)), "a") == ["one", "two"]


async def save_while_away(store: SafeSQLTrackerStore, sender: str, text: str) -> None:
    """What Rasa does when reading fails: it goes on with an empty tracker."""
    with pytest.raises(StoreError):
        await store.retrieve(sender)
    tracker = await store.create_tracker(sender, append_action_listen=False)
    tracker.update_with_events([ActionExecuted("action_listen"), UserUttered(text)], DOMAIN)
    await store.save(tracker)
    assert (await store.retrieve(sender)) is tracker  # not forgotten meanwhile


def test_a_database_that_hangs_is_left_alone(store, monkeypatch):
    monkeypatch.setattr(bounded, "SECONDS", 0.1)
    monkeypatch.setattr(store._table, "read", lambda *_: time.sleep(0.5))

    async def scenario() -> list[float]:
        times = []
        for _ in range(3):
            start = time.monotonic()
            with pytest.raises(StoreError):
                await store.retrieve("a")
            times.append(time.monotonic() - start)
        return times

    first, *later = asyncio.run(scenario())
    assert first < 0.3 and max(later) < 0.01


def test_errors_hold_no_words(store, caplog):
    with away(store):
        asyncio.run(save_while_away(store, "a", "my name is Jane"))
    assert caplog.records and "Jane" not in caplog.text
