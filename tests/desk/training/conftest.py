"""Content to train on, and versions that are there already."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from desk import database
from desk.app import build_app
from desk.database import models
from desk.settings import Settings
from desk.training.snapshot import CONTENT
from evaluation.content import ROOT

MOST = {"emergency": 70, "escalate": 120, "out_of_scope": 150}  # examples of a topic; of the others 12
CASES = 2  # every second frozen case


def copy_content(copy: Path) -> Path:
    """The project's content and frozen cases, in a new folder."""
    for name in (*CONTENT, "evaluation/cases", "evaluation/gate.yml"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, copy / name)
    return copy


def thin(project: Path) -> None:
    """Fewer examples and test messages, and bounds that such a bot can hold."""
    lines, have, topic = [], Counter(), ""
    for line in (project / "data" / "nlu.yml").read_text(encoding="utf-8").split("\n"):
        topic = line.removeprefix("- intent: ") if line.startswith("- intent: ") else topic
        have[topic] += line.startswith("    - ")
        if not line.startswith("    - ") or have[topic] <= MOST.get(topic, MOST.get(topic.split("_")[0], 12)):
            lines.append(line)
    (project / "data" / "nlu.yml").write_text("\n".join(lines), encoding="utf-8")
    path = project / "evaluation" / "cases" / "single.jsonl"
    cases = path.read_text(encoding="utf-8").splitlines()
    kept = [case for i, case in enumerate(cases) if i % CASES == 0 or json.loads(case)["kind"] == "liver"]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    gate = yaml.safe_load((project / "evaluation" / "gate.yml").read_text(encoding="utf-8"))
    gate |= {"least_danger_caught": 0.8, "least_emergency": 0.7, "most_over_escalation": 0.5, "most_wrong": 0.5}
    gate |= {"least_examples": {"escalate_liver": 60}, "smoke": gate["smoke"][-6:-3]}
    (project / "evaluation" / "gate.yml").write_text(yaml.safe_dump(gate), encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's content and frozen cases, so that nothing here writes to the real one."""
    return copy_content(tmp_path / "content")


@pytest.fixture
def thin_project(project: Path) -> Path:
    """The same with few examples, which is read in a moment."""
    thin(project)
    return project


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
def desk_app(settings: Settings) -> Any:
    """The whole desk for that content, which it may train."""
    app = build_app(settings)
    yield app
    app.state.desk.engine.dispose()


@pytest.fixture
def add_version(engine: Any, tmp_path: Path) -> Callable[..., int]:
    """add_version("published"): a row of that state; its number."""

    def add(state: str, **values: Any) -> int:
        row = {"state": state, "by": "Ada", "why": "a test", "started_at": time.time(), "folder": str(tmp_path / "v")}
        with engine.begin() as connection:
            return int(connection.execute(models.insert().values(**{**row, **values})).inserted_primary_key[0])

    return add
