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
from channels import store as module
from channels.event_rows import is_sound
from channels.store import SafeSQLTrackerStore, StoreError

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
        patch.setattr(store, "_read_rows", refuse)
        patch.setattr(store, "_insert_rows", refuse)
        yield


def test_a_database_that_fails_loses_no_turn(store, path):
    turn(store, "a", "one")
    with away(store):
        turn_while_away(store, "a", "two")
        turn_while_away(store, "b", "first")
    turn(store, "c", "hello")  # any save brings the others along
    again = SafeSQLTrackerStore(DOMAIN, db=str(path))
    assert texts(again, "a")[-1] == "two" and texts(again, "b") == ["first"] and texts(again, "c") == ["hello"]
    assert len(texts(again, "a")) == len(set(texts(again, "a")))


def turn_while_away(store: SafeSQLTrackerStore, sender: str, text: str) -> None:
    """What Rasa does when reading fails: it goes on with an empty tracker."""

    async def scenario() -> None:
        with pytest.raises(StoreError):
            await store.retrieve(sender)
        tracker = await store.create_tracker(sender, append_action_listen=False)
        tracker.update_with_events([ActionExecuted("action_listen"), UserUttered(text)], DOMAIN)
        await store.save(tracker)
        assert (await store.retrieve(sender)) is tracker  # not forgotten meanwhile

    asyncio.run(scenario())


def test_a_database_that_hangs_is_left_alone(store, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 0.1)
    monkeypatch.setattr(store, "_read_rows", lambda *_: time.sleep(0.5), raising=True)

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
        turn_while_away(store, "a", "my name is Jane")
    assert caplog.records and "Jane" not in caplog.text
