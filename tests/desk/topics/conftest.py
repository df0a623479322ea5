"""A copy of the project's content, so that nothing here writes to the real one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evaluation.content import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Examples, answers, facts and frozen cases."""
    copy = tmp_path / "content"
    for folder in ("data", "evaluation/cases"):
        shutil.copytree(ROOT / folder, copy / folder)
    shutil.copy(ROOT / "domain.yml", copy)
    return copy
