"""A real conversation, and a database that can go away and come back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from desk.capture.recorder import Recorder
from desk.capture.redaction import redact
from desk.capture.spool import Spool
from desk.capture.stream import Stream
from desk.capture.turn import as_turn, is_over, is_visitor
from desk.capture.writer import Writer
from desk.database import connect, turns

CONVERSATION = Path(__file__).parent / "conversation.jsonl"


@pytest.fixture
def events() -> list[dict[str, Any]]:
    """What the bot published: thirteen turns, two thumbs."""
    return [json.loads(line) for line in CONVERSATION.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def rows(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The thirteen turns, not redacted."""
    found: list[list[dict[str, Any]]] = []
    for event in events:
        if is_visitor(event):
            found.append([event])
        elif found and not is_over(event):
            found[-1].append(event)
    return [as_turn(one, str) for one in found]


class Away:
    """A database at a URL, and whether it answers."""

    def __init__(self, url: str) -> None:
        self.url, self.is_there = url, True

    def connect(self, url: str) -> Any:
        if not self.is_there:
            raise sa.exc.OperationalError("connect", {}, Exception("away"))
        return connect(url)

    def rows(self) -> list[dict[str, Any]]:
        """All captured turns in their order."""
        engine = connect(self.url)
        with engine.connect() as connection:
            found = [dict(row) for row in connection.execute(sa.select(turns).order_by(turns.c.at)).mappings()]
        engine.dispose()
        return found


@pytest.fixture
def database(tmp_path: Path) -> Away:
    """A database of its own."""
    return Away(f"sqlite:///{tmp_path / 'desk.db'}")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """An empty spool."""
    return Spool(tmp_path / "spool.jsonl")


@pytest.fixture
def writer(database: Away, spool: Spool) -> Writer:
    """A writer without its thread: `flush` is a visit to the database."""
    return Writer(database.url, spool, database.connect)


@pytest.fixture
def stream(writer: Writer) -> Iterator[Stream]:
    """The whole capture, with the real redaction and its threads running."""
    running = Stream(Recorder(writer, redact))
    running.start()
    yield running
    running.close()


@pytest.fixture
def until() -> Callable[..., bool]:
    """until(done): waits for it, ten seconds at most."""

    def wait(done: Callable[[], bool], seconds: float = 10.0) -> bool:
        deadline = time.monotonic() + seconds
        while not done() and time.monotonic() < deadline:
            time.sleep(0.05)
        return done()

    return wait
