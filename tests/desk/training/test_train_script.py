"""`make train` and the desk train one after the other: scripts/train.sh takes the desk's lock."""

from __future__ import annotations

import os
import shutil
import subprocess
import time

import pytest

from desk.training import lock
from evaluation.content import ROOT

RASA = "#!/bin/sh\nread nothing\n"  # trains until somebody presses Enter


@pytest.fixture
def script(tmp_path):
    """The script in a project that has changed since its last training; starts it."""
    for folder in ("scripts", "data", "components/safety", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("config.yml", "domain.yml", "data/rules.yml", "components/config.py", "components/safety/tiers.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "scripts" / "train.sh", tmp_path / "scripts")
    (tmp_path / ".venv" / "bin" / "rasa").write_text(RASA)
    (tmp_path / ".venv" / "bin" / "rasa").chmod(0o755)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = {**os.environ, "DESK_FOLDER": str(tmp_path / "desk")}
    return lambda: subprocess.Popen(["sh", str(tmp_path / "scripts" / "train.sh")], env=environment, **pipes)


def test_while_the_desk_trains_it_says_so_and_does_nothing(script, tmp_path):
    held = lock.take(tmp_path / "desk")
    with script() as process:
        out, error = process.communicate(timeout=20)
    os.close(held)
    assert process.returncode == 1 and "being trained just now" in error and "Training" not in out
    assert not (tmp_path / "models" / ".made_of").exists()


def test_while_it_trains_the_desk_waits_and_may_begin_afterwards(script, tmp_path):
    with script() as process:
        until = time.monotonic() + 20
        while not lock.is_taken(tmp_path / "desk"):
            assert time.monotonic() < until
            time.sleep(0.05)
        assert lock.take(tmp_path / "desk") is None
        process.communicate("\n", timeout=20)
    assert process.returncode == 0 and not lock.is_taken(tmp_path / "desk")
