"""`rasa test` on the conversations of tests/test_stories.yml; Rasa itself exits with 0 whatever it finds."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import MODEL, QUIET, ROOT

pytestmark = pytest.mark.live


def test_every_story_goes_as_written(tmp_path):
    command = [sys.executable, "-m", "rasa", "test", "core", "--model", str(MODEL), "--out", str(tmp_path)]
    command += ["--stories", str(ROOT / "tests" / "test_stories.yml")]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    failed = (tmp_path / "failed_test_stories.yml").read_text(encoding="utf-8")
    assert "None of the test stories failed" in failed, failed
