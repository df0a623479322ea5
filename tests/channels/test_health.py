"""Readiness: failing where visitors get no sensible answer, degraded where they do and something cannot be stored."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from channels import health as module
from channels import store as store_module
from channels.broker import DeskBroker
from channels.health import Health
from channels.store import SafeSQLTrackerStore
from desk.capture import courier as courier_module
from desk.capture.courier import Courier
from desk.capture.stream import Stream
from tests.channels.test_store import DOMAIN, away, save_while_away


@pytest.fixture
def store(tmp_path: Path) -> SafeSQLTrackerStore:
    return SafeSQLTrackerStore(DOMAIN, db=str(tmp_path / "conversations.db"))


@pytest.fixture
def health(store: SafeSQLTrackerStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Health:
    """Of a model that holds its conversation, asked anew each time; `complaints` is what is wrong with it."""
    complaints: list[str] = []

    async def complaint(_: Any) -> str:
        return "".join(complaints)

    monkeypatch.setattr(module, "complaint", complaint)
    monkeypatch.setattr(module, "FRESH", 0.0)
    processor = SimpleNamespace(**{module.FILE_HASH: "abc"})
    agent = SimpleNamespace(
        is_ready=lambda: True, processor=processor, model_id="m", tracker_store=SimpleNamespace(_tracker_store=store)
    )
    made = Health(lambda: agent)
    made.complaints = complaints
    return made


def test_all_well_or_no_model(health):
    state = asyncio.run(health.state())
    assert state["status"] == "ok" and state["waiting"] == {"store": 0, "desk": 0} and state["sha256"] == "abc"
    assert asyncio.run(Health(lambda: None).state())["status"] == "failing"


def test_a_model_that_misses_danger_is_failing(health):
    health.complaints.append("it was answered with utter_greet")
    assert asyncio.run(health.state())["status"] == "failing"


def test_a_database_that_goes_away_degrades_until_all_is_stored(health, store, monkeypatch):
    monkeypatch.setattr(store_module, "PAUSE", 0.3)

    async def scenario() -> list[tuple[str, bool, int]]:
        states = [await health.state()]
        with away(store):
            await save_while_away(store, "a", "two")
            states.append(await health.state())
        monkeypatch.setattr(health, "_until", 0.0)
        states.append(await health.state())  # the database is back, but the turn still waits
        await asyncio.sleep(0.8)
        states.append(await health.state())
        return [(one["status"], one["checks"]["store"], one["waiting"]["store"]) for one in states]

    assert asyncio.run(scenario()) == [
        ("ok", True, 0),
        ("degraded", False, 1),
        ("degraded", True, 1),
        ("ok", True, 0),
    ]


def test_a_database_that_was_never_there_is_failing(health, store):
    async def scenario() -> str:
        with away(store):
            return (await health.state())["status"]

    assert asyncio.run(scenario()) == "failing"


def test_what_waits_for_the_desk_degrades(health, store, tmp_path):
    courier = Courier(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path / "desk")
    store.event_broker = DeskBroker.__new__(DeskBroker)
    store.event_broker._stream = Stream(courier)
    assert asyncio.run(health.state())["status"] == "ok"
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "spool-2.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    state = asyncio.run(health.state())
    assert (state["status"], state["waiting"]) == ("degraded", {"store": 0, "desk": 2})


def test_what_the_capture_does_not_confirm_degrades(health, store, tmp_path, monkeypatch):
    courier = Courier(f"sqlite:///{tmp_path / 'desk.db'}", tmp_path / "desk")  # its process is never started
    store.event_broker = DeskBroker.__new__(DeskBroker)
    store.event_broker._stream = Stream(courier)
    courier.turn([{"event": "user", "sender_id": "a"}])
    assert asyncio.run(health.state())["status"] == "ok"  # merely under way
    monkeypatch.setattr(courier_module, "LATE", 0.0)
    assert asyncio.run(health.state())["waiting"]["desk"] == 1
