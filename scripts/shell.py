"""Starts the action server and `rasa shell` beside it. Used by `make shell`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.run import QUIET, is_free, start  # noqa: E402


def main() -> int:
    """Runs the shell until the visitor leaves; returns its exit code."""
    (ROOT / "var").mkdir(exist_ok=True)
    actions = start("actions", "rasa_sdk", "--actions", "actions", "--port", "5055") if is_free(5055) else None
    try:
        return subprocess.run([sys.executable, "-m", "rasa", "shell"], cwd=ROOT, env={**os.environ, **QUIET}).returncode
    finally:
        if actions:
            actions.terminate()


if __name__ == "__main__":
    sys.exit(main())
