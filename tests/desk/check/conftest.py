"""A desk on a copy of the project's content that can be spoiled."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any

import pytest

from evaluation.content import ROOT


@pytest.fixture
def project(tmp_path: Path, desk_app: Any) -> Path:
    """All content; the desk edits this copy."""
    copy = tmp_path / "content"
    for folder in ("data", "evaluation/cases"):
        shutil.copytree(ROOT / folder, copy / folder)
    for file in ("domain.yml", "config.yml", "clinic.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / file, copy)
    desk_app.state.desk = dataclasses.replace(desk_app.state.desk, project=copy)
    return copy
