"""Conversations that have rested for longer than clinic.yml says are deleted, and no others."""

from __future__ import annotations

import sqlite3

import pytest

from actions.clinic import ClinicError
from channels import store as module
from channels.site import read_site
from channels.store import SafeSQLTrackerStore
from tests.channels.test_store import DOMAIN, texts, turn

DAY = 86400


@pytest.fixture
def path(tmp_path):
    return tmp_path / "conversations.db"


@pytest.fixture
def store(path):
    return SafeSQLTrackerStore(DOMAIN, db=str(path))


def age(path, sender, days):
    """Makes all events of a conversation so many days older."""
    with sqlite3.connect(path) as connection:
        connection.execute("update events set timestamp = timestamp - ? where sender_id = ?", (days * DAY, sender))


def test_old_conversations_go_and_others_stay(store, path, monkeypatch):
    for sender in ("old", "resting", "new"):
        turn(store, sender, f"hello from {sender}")
    age(path, "old", read_site().keep_days + 1)
    age(path, "resting", read_site().keep_days - 1)
    monkeypatch.setattr(store, "_next_expiry", 0.0)
    turn(store, "new", "still here")
    assert texts(store, "old") == []
    assert texts(store, "resting") == ["hello from resting"]
    assert texts(store, "new") == ["hello from new", "still here"]


def test_a_conversation_that_goes_on_is_kept_whole(store, path, monkeypatch):
    turn(store, "long", "the first of many")
    age(path, "long", read_site().keep_days + 1)
    turn(store, "long", "back again")
    monkeypatch.setattr(store, "_next_expiry", 0.0)
    turn(store, "other", "hello")
    assert texts(store, "long", full=True)[-1] == "back again"


def test_it_looks_once_an_hour(store):
    turn(store, "a", "hello")
    assert store._next_expiry > module.time.monotonic() + module.EXPIRY - 60


@pytest.mark.parametrize("days", ["0", "-3", "two", "true", "1.5"])
def test_an_odd_number_of_days_stops_the_start(tmp_path, days):
    path = tmp_path / "clinic.yml"
    path.write_text(f'keep_days: {days}\nemergency: {{emergency: "911", crisis: "988", poison: "1"}}', encoding="utf-8")
    with pytest.raises(ClinicError, match="keep_days"):
        read_site(path)
