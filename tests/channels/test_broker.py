"""The event broker of the staff desk as Rasa makes it, and the tracker store that tells it to forget."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.utils.endpoints import read_endpoint_config

from channels.broker import DeskBroker, where
from channels.store import SafeSQLTrackerStore
from desk.database import connect, turns
from desk.settings import ROOT, Settings

DOMAIN = Domain.from_yaml("version: '3.1'")


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The desk's database, by the environment."""
    monkeypatch.setenv("DESK_FOLDER", str(tmp_path))
    monkeypatch.setenv("DESK_DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    return f"sqlite:///{tmp_path / 'desk.db'}"


def stored(url: str) -> list[str]:
    with connect(url).connect() as connection:
        return [row.text for row in connection.execute(sa.select(turns.c.text))]


async def store_with_broker(tmp_path: Path) -> SafeSQLTrackerStore:
    broker = await EventBroker.create(read_endpoint_config(str(ROOT / "endpoints.yml"), "event_broker"))
    assert isinstance(broker, DeskBroker)  # a typo in endpoints.yml would silently give none
    return SafeSQLTrackerStore(DOMAIN, db=str(tmp_path / "conversations.db"), event_broker=broker)


async def say(store: SafeSQLTrackerStore, sender: str) -> None:
    tracker = await store.get_or_create_tracker(sender)
    asked = UserUttered("I am John Smith", parse_data={"intent": {"name": "greet", "confidence": 1.0}})
    tracker.update_with_events([asked, BotUttered("Hello."), ActionExecuted("action_listen")], DOMAIN)
    await store.save(tracker)


def test_what_rasa_saves_reaches_the_desk_redacted(tmp_path, url):
    async def scenario() -> None:
        store = await store_with_broker(tmp_path)
        await say(store, "a")
        await store.event_broker.close()

    asyncio.run(scenario())
    assert stored(url) == ["I am [name]"]


def test_a_deleted_conversation_is_forgotten_by_the_desk(tmp_path, url):
    async def scenario() -> None:
        store = await store_with_broker(tmp_path)
        await say(store, "a")
        await asyncio.sleep(1)
        await say(store, "b")
        await store.delete(["a"])
        await store.event_broker.close()

    asyncio.run(scenario())
    assert len(stored(url)) == 1


def test_a_broker_that_fails_fails_no_turn(tmp_path, url):
    class Broken(DeskBroker):
        def __init__(self) -> None:
            self._stream = None

    async def scenario() -> None:
        store = SafeSQLTrackerStore(DOMAIN, db=str(tmp_path / "c.db"), event_broker=Broken())
        await say(store, "a")
        await store.delete(["a"])
        assert list(await store.keys()) == []

    asyncio.run(scenario())


def test_where_the_desk_is(tmp_path):
    assert where(None, {}) == (Settings.database_url, Settings.folder)
    environment = {"DESK_DATABASE_URL": "postgresql://desk", "DESK_FOLDER": str(tmp_path)}
    assert where(None, environment) == ("postgresql://desk", tmp_path)
    assert where("sqlite:///x", environment)[0] == "sqlite:///x"


def test_the_capture_imports_no_rasa():
    modules = [str(path.relative_to(ROOT).with_suffix("")).replace("/", ".") for path in (ROOT / "desk").rglob("*.py")]
    wanted = ", ".join(sorted(one for one in modules if one.startswith("desk.capture.")))
    code = f"import sys, {wanted}; print([name for name in sys.modules if name.split('.')[0] == 'rasa'])"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
