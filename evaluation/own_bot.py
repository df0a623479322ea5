"""A bot of one's own for a measurement: the real servers, on ports of their own, ended afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evaluation.load import bot

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class OwnBot:
    """Where it answers, and what can be looked at: the log and the process of Rasa."""

    base: str
    log: Path
    pid: int

    def memory(self) -> float:
        """The memory that Rasa holds, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def own_bot() -> Iterator[OwnBot]:
    """The bot of evaluation/load.py, ready for visitors. Needs Linux (/proc)."""
    with tempfile.TemporaryDirectory() as folder, bot(Path(folder)) as (starter, port, _):
        yield OwnBot(f"http://127.0.0.1:{port}", ROOT / "var" / "rasa.log", _child(starter, str(port)))


def _child(parent: int, port: str) -> int:
    """The process that `parent` has started on `port`."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    commands = {int(one): Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0") for one in children}
    return next(one for one, words in commands.items() if b"--interface" in words and port.encode() in words)
