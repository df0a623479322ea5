"""The desk's end of scripts/rasa_worker.py: starts it, tells it what to do, reads what it answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Mapping, Optional, Sequence

from desk.settings import ROOT

SCRIPT = ROOT / "scripts" / "rasa_worker.py"
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_MAX_CACHE_SIZE": "0",  # every version is made from nothing
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONHASHSEED": "0",  # the same content gives the same model
}
_SECRET = ("SECRET", "PASSWORD", "TOKEN", "_KEY", "DATABASE_URL")


class WorkerFailed(RuntimeError):
    """The worker could not do it; the message says why, in Rasa's words."""


def without_secrets(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a process that reads content from files: Rasa unfolds ${NAME} in them."""
    return {name: value for name, value in environment.items() if not any(word in name.upper() for word in _SECRET)}


def command(*arguments: str) -> list[str]:
    """How a worker is started."""
    return [sys.executable, "-W", "ignore", str(SCRIPT), *arguments]


def environment_for(workplace: Path) -> dict[str, str]:
    """A worker's environment; what Rasa unpacks stays in the workplace, and goes with it."""
    temporary = workplace / "tmp"
    temporary.mkdir(exist_ok=True)
    encoder = os.environ.get("ENCODER_DIR", str(ROOT / "assets" / "encoder"))
    return {**without_secrets(), **QUIET, "TMPDIR": str(temporary), "ENCODER_DIR": encoder}


class WorkerGone(WorkerFailed):
    """The worker has ended."""


class Worker:
    """A worker that runs, as a context: it is killed at the end. `keep` are open files that it inherits."""

    def __init__(self, workplace: Path, log: IO[bytes], keep: Sequence[int] = ()) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            command(),
            cwd=workplace,
            env=environment_for(workplace),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            pass_fds=keep,
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: Any) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            _close(pipe)

    def send(self, do: str, **order: Any) -> None:
        """Tells it what to do next, without waiting. Raises WorkerGone."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps({"do": do, **order}).encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise WorkerGone("The worker has ended.") from None

    def answer(self) -> dict[str, Any]:
        """What it answers to the oldest order. Raises WorkerFailed, or WorkerGone."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise WorkerGone(f"The worker has ended (code {self._process.wait()}).")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WorkerFailed(str(answer["error"]))
        return answer

    def do(self, what: str, **order: Any) -> dict[str, Any]:
        """`send`, then `answer`."""
        self.send(what, **order)
        return self.answer()


def _close(pipe: Optional[IO[bytes]]) -> None:
    try:
        if pipe:
            pipe.close()
    except OSError:  # it is gone, with something unsaid
        pass
