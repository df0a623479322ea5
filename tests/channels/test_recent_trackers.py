"""A conversation that is kept in memory is the one that the database holds, whoever writes to it."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered

from channels.recent_trackers import RecentTrackers
from channels.store import SafeSQLTrackerStore
from tests.channels.test_store import DOMAIN, texts, turn


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "conversations.db"


@pytest.fixture
def store(path: Path) -> SafeSQLTrackerStore:
    return SafeSQLTrackerStore(DOMAIN, db=str(path))


def read(store: SafeSQLTrackerStore, sender: str = "a") -> Any:
    return asyncio.run(store.retrieve(sender))


def is_kept(store: SafeSQLTrackerStore, sender: str = "a") -> bool:
    return store._recent.stamp(sender, store.domain) is not None


def test_what_is_kept_is_what_is_stored(store, path):
    for text in ("one", "two", "three"):
        turn(store, "a", text)
    assert is_kept(store)
    kept, stored = read(store), read(SafeSQLTrackerStore(DOMAIN, db=str(path)))
    assert [event.as_dict() for event in kept.events] == [event.as_dict() for event in stored.events]
    assert kept.current_slot_values() == stored.current_slot_values()
    assert kept.latest_message == stored.latest_message and kept.latest_action == stored.latest_action


def test_a_turn_that_was_not_stored_leaves_nothing(store):
    turn(store, "a", "one")
    read(store).update_with_events([UserUttered("lost"), SlotSet("x", 5)], DOMAIN)
    again = read(store)
    assert texts(store, "a") == ["one"] and again.get_slot("x") is None


def test_another_process_is_heard(store, path):
    turn(store, "a", "one")
    turn(SafeSQLTrackerStore(DOMAIN, db=str(path)), "a", "two")
    assert texts(store, "a") == ["one", "two"]
    turn(store, "a", "three")
    assert is_kept(store) and texts(store, "a") == ["one", "two", "three"]


def test_another_process_that_writes_meanwhile_is_heard(store, path):
    turn(store, "a", "one")
    tracker = read(store)
    turn(SafeSQLTrackerStore(DOMAIN, db=str(path)), "a", "between")
    tracker.update_with_events([UserUttered("two")], DOMAIN)
    asyncio.run(store.save(tracker))
    assert not is_kept(store) and texts(store, "a") == ["one", "between", "two"]


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_conversation_that_was_deleted_is_gone(store, path, elsewhere):
    turn(store, "a", "one")
    deleting = SafeSQLTrackerStore(DOMAIN, db=str(path)) if elsewhere else store
    asyncio.run(deleting.delete(["a"]))
    assert texts(store, "a") == []
    turn(store, "a", "new")
    assert texts(store, "a") == ["new"]


def test_a_row_that_is_gone_is_missed(store, path):
    turn(store, "a", "one")
    with sqlite3.connect(path) as connection:
        connection.execute("delete from events where type_name = 'user'")
    assert texts(store, "a") == []


def test_another_model_has_its_own_slots(store):
    turn(store, "a", "one")
    store.domain = Domain.from_yaml("version: '3.1'\nslots:\n  y:\n    type: any\n    mappings: [{type: custom}]")
    assert "y" in read(store).slots and "x" not in read(store).slots


def test_little_is_kept(store):
    for sender in "abc":
        turn(store, sender, "one")
    one = read(store, "a")
    few = RecentTrackers(most_events=2 * len(one.events))
    for sender in "abc":
        few.keep(read(store, sender), (1, 1), DOMAIN)
    assert [few.stamp(sender, DOMAIN) for sender in "abc"] == [None, (1, 1), (1, 1)]
    few.keep(one, (2, 2), DOMAIN)  # again, and the next one after it
    few.forget(["a", "b", "c", "d"])
    assert few._events == 0
