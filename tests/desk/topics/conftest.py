"""A copy of the project's content, so that nothing here writes to the real one."""

from __future__ import annotations

import re
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


@pytest.fixture
def thin(project: Path) -> Path:
    """The copy with 45 examples a topic (220 to escalate), where nothing depends on the rest: a quarter of the time."""
    path = project / "data" / "nlu.yml"
    head, *blocks = re.split(r"(?m)^(?=- intent: )", path.read_text(encoding="utf-8"))
    most = [222 if block.startswith("- intent: escalate_") else 47 for block in blocks]
    kept = ["".join(block.splitlines(keepends=True)[:number]) for block, number in zip(blocks, most)]
    path.write_text(head + "".join(kept), encoding="utf-8")
    return project
