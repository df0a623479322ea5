"""The real desk on a port of its own, and staff with a browser who are logged in at it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from desk.app import build_app
from desk.database import people
from desk.people import sessions
from desk.settings import Settings

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks all tests of this folder."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Starlette, str]]:
    """The desk and its address; a database of its own, the project's content."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = build_app(Settings(port=port, database_url=f"sqlite:///{tmp_path / 'desk.db'}", folder=tmp_path / "desk"))
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the desk did not start"
        time.sleep(0.05)
    yield app, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
    app.state.desk.engine.dispose()


@pytest.fixture
def open_as(browser: Any, desk: tuple[Starlette, str]) -> Iterator[Callable[..., Any]]:
    """open_as("admin", color_scheme="dark"): a page of somebody with that role (None: nobody), and `page.complaints`,
    which gathers what the browser objects to: a blocked script or style, an error in a script."""
    app, address = desk
    contexts = []

    def open_page(role: str | None = "reviewer", name: str = "Ada", **options: Any) -> Any:
        context = browser.new_context(base_url=address, reduced_motion="reduce", **options)
        contexts.append(context)
        if role:
            token = _sign_in(app.state.desk.engine, role, name)
            context.add_cookies([{"name": "desk", "value": token, "url": address, "sameSite": "Strict"}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.complaints = []
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


def _sign_in(engine: Any, role: str, name: str) -> str:
    with engine.begin() as connection:
        person = {
            "name": name,
            "password": "-",
            "role": role,
            "active": True,
            "toured": True,
            "created_at": time.time(),
        }
        person_id = connection.execute(people.insert().values(**person)).inserted_primary_key[0]
        return sessions.start(connection, person_id, time.time())
