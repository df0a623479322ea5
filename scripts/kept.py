"""The servers of scripts/run.py: processes that are started again whenever they end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "OPENBLAS_NUM_THREADS": "1",  # one message's matrices are small; more threads only get in each other's way
    "OMP_NUM_THREADS": "1",
    "SANIC_HOST": "127.0.0.1",  # the action server has no log-in, and would listen on every address
    "MALLOC_ARENA_MAX": "2",  # as channels/settle.py does for `rasa run`, from the first thread on
}
PAUSES = (0.0, 1.0, 5.0, 15.0)  # seconds until a server that ended is started again; longer each time
LASTED = 60.0  # seconds after which a server counts as well, and an end as the first


def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
    """One server as a child process: `python -m` with the arguments, its output in var/<name>.log."""
    command = [sys.executable, "-m", *arguments]
    with (ROOT / "var" / f"{name}.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env={**os.environ, **QUIET}, stdout=log, stderr=log)


class Kept:
    """A server that is started again whenever it ends."""

    def __init__(self, name: str, *arguments: str) -> None:
        """Starts it; see start()."""
        self._what, self._ends = (name, *arguments), 0
        self._begin()

    def _begin(self) -> None:
        self.process, self._began = start(*self._what), time.monotonic()
        self._due = 0.0  # when to start it again, once it has ended

    @property
    def is_running(self) -> bool:
        """Whether it runs now."""
        return self.process.poll() is None

    def kill(self) -> None:
        """Ends it at once; look() starts it again."""
        self.process.kill()

    def stop(self) -> None:
        """Waits for the end that it was asked for, and for no more than 20 seconds: it may hang."""
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def look(self) -> None:
        """Starts it again if it has ended, after a pause if it does so often."""
        now = time.monotonic()
        if self.is_running or now < self._due:
            return
        if not self._due:
            self._ends = 1 if now - self._began > LASTED else self._ends + 1
            self._due = now + PAUSES[min(self._ends, len(PAUSES)) - 1]
            print(f"  {self._what[0]} ended (see var/{self._what[0]}.log) and is started again.", flush=True)
        if now >= self._due:
            self._begin()
