"""A bot of one's own for a measurement: the real servers, on ports of their own, ended afterwards."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
    """Starts scripts/run.py and waits until it says that all is up. Needs Linux (/proc)."""
    ports = [str(_free_port()) for _ in range(2)]
    command = [sys.executable, str(ROOT / "scripts" / "run.py"), "--desk-port", "0", "--port", ports[0]]
    with subprocess.Popen(  # noqa: S603 - our own script
        [*command, "--actions-port", ports[1]], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as bot:
        try:
            if not any("Ctrl-C" in line for line in bot.stdout or []):
                sys.exit("The bot did not start; see var/rasa.log.")
            yield OwnBot(f"http://127.0.0.1:{ports[0]}", ROOT / "var" / "rasa.log", _child(bot.pid, ports[0]))
        finally:
            bot.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _child(parent: int, port: str) -> int:
    """The process that `parent` has started on `port`."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    commands = {int(one): Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0") for one in children}
    return next(one for one, words in commands.items() if b"--interface" in words and port.encode() in words)
