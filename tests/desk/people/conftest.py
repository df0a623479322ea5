"""Somebody with a real password, and a browser's way through the log-in form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from desk.people import staff

PASSWORD = "correct horse battery staple"


def token_in(page: str) -> str:
    """The token that a form of the page carries."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]


def log_in(client: TestClient, name: str, password: str, **fields: str) -> Any:
    """Loads the form, fills it in, sends it."""
    token = token_in(client.get("/login").text)
    return client.post("/login", data={"csrf": token, "name": name, "password": password, **fields})


@pytest.fixture
def add(desk_app: Starlette) -> Callable[..., int]:
    """add("Ada", "admin"): a person with PASSWORD; their id."""

    def add_person(name: str, role: str = "reviewer") -> int:
        with desk_app.state.desk.engine.begin() as connection:
            return staff.add(connection, "test", name, role, PASSWORD)

    return add_person
