"""Content to train on, and versions that are there already."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desk import database
from desk.database import models
from desk.settings import Settings
from desk.training.snapshot import CONTENT
from evaluation.content import ROOT


def copy_content(copy: Path) -> Path:
    """The project's content and frozen cases, in a new folder."""
    for name in (*CONTENT, "evaluation/cases", "evaluation/gate.yml"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
    return copy


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's content and frozen cases, so that nothing here writes to the real one."""
    return copy_content(tmp_path / "content")


@pytest.fixture
def settings(tmp_path: Path, project: Path) -> Settings:
    """A desk of its own for that content."""
    return Settings(database_url=f"sqlite:///{tmp_path / 'desk.db'}", folder=tmp_path / "desk", project=project)


@pytest.fixture
def engine(settings: Settings) -> Any:
    """Its database."""
    found = database.connect(settings.database_url)
    yield found
    found.dispose()


@pytest.fixture
def add_version(engine: Any, tmp_path: Path) -> Callable[..., int]:
    """add_version("published"): a row of that state; its number."""

    def add(state: str, **values: Any) -> int:
        row = {"state": state, "by": "Ada", "why": "a test", "started_at": time.time(), "folder": str(tmp_path / "v")}
        with engine.begin() as connection:
            return int(connection.execute(models.insert().values(**{**row, **values})).inserted_primary_key[0])

    return add
