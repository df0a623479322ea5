"""A desk on a database of its own, and staff who are signed in at it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from desk.app import build_app
from desk.database import people
from desk.people import sessions
from desk.settings import Settings

DESK = "http://127.0.0.1:5006"


@pytest.fixture
def desk_app(tmp_path: Path) -> Iterator[Starlette]:
    """The whole desk; its content is the project's own, so nothing here may write to it."""
    app = build_app(Settings(database_url=f"sqlite:///{tmp_path / 'desk.db'}", folder=tmp_path / "desk"))
    yield app
    app.state.desk.engine.dispose()


@pytest.fixture
def stranger(desk_app: Starlette) -> TestClient:
    """Somebody who is not signed in."""
    return TestClient(desk_app, base_url=DESK, follow_redirects=False)


@pytest.fixture
def sign_in(desk_app: Starlette) -> Callable[..., TestClient]:
    """sign_in("reviewer", name="Ada"): a client of somebody with that role, who has seen the tour."""

    def sign(role: str = "reviewer", name: str = "Ada", **client: Any) -> TestClient:
        engine, now = desk_app.state.desk.engine, time.time()
        person = {"name": name, "password": "-", "role": role, "active": True, "toured": True, "created_at": now}
        with engine.begin() as connection:
            person_id = connection.execute(people.insert().values(**person)).inserted_primary_key[0]
            token = sessions.start(connection, person_id, now)
        visit = sessions.find(engine, token, now)
        options = {"base_url": DESK, "follow_redirects": False, **client}
        return TestClient(desk_app, cookies={"desk": token}, headers={"X-CSRF-Token": visit.csrf}, **options)

    return sign
