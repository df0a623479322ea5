"""A desk with content of its own and versions whose files are small: nothing here loads a model."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette

from desk.app import build_app
from desk.database import models
from desk.settings import ROOT, Settings
from desk.training.snapshot import sha256_of, take_snapshot

SECRET = "a secret for tests, long enough"
PASSED = [{"bound": "No message of danger is newly missed", "passed": True, "sentences": []}]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the content, and a file that stands for the trained model."""
    copy = tmp_path / "content"
    shutil.copytree(ROOT / "data", copy / "data")
    for name in ("domain.yml", "config.yml", "clinic.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / name, copy)
    (copy / "models").mkdir()
    (copy / "models" / "bot.tar.gz").write_bytes(b"the trained model")
    return copy


@pytest.fixture
def desk_app(tmp_path: Path, project: Path) -> Iterator[Starlette]:
    """The whole desk over that content."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    app = build_app(Settings(database_url=url, folder=tmp_path / "desk", project=project, secret=SECRET))
    yield app
    app.state.desk.engine.dispose()


@pytest.fixture
def desk(desk_app: Starlette) -> Any:
    """What the pages work with."""
    return desk_app.state.desk


@pytest.fixture
def add_version(desk: Any) -> Callable[..., int]:
    """add_version("ready"): a version of the present content, as a training leaves it; its number."""

    def add(state: str = "ready", model: bytes = b"", gate: Any = PASSED, **values: Any) -> int:
        with desk.engine.begin() as connection:
            row = {
                "state": state,
                "by": "Ada",
                "why": "fewer misses",
                "started_at": time.time(),
                "gate": gate,
                **values,
            }
            number = connection.execute(models.insert().values(**row)).inserted_primary_key[0]
            folder = desk.settings.folder / "versions" / str(number)
            folder.mkdir(parents=True)
            (folder / "model.tar.gz").write_bytes(model or f"model {number}".encode())
            files = {"folder": str(folder), "sha256": sha256_of(folder / "model.tar.gz")}
            files["data_hash"] = take_snapshot(desk.project, folder / "content")
            connection.execute(models.update().where(models.c.id == number).values(**files))
        return number

    return add


@pytest.fixture
def version(desk: Any) -> Callable[[int], dict[str, Any]]:
    """version(3): the row of a version."""

    def find(number: int) -> dict[str, Any]:
        with desk.engine.connect() as connection:
            return dict(connection.execute(models.select().where(models.c.id == number)).mappings().one())

    return find
