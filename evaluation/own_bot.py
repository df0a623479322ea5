"""A bot of one's own for a measurement: the real servers, on ports of their own, ended afterwards."""

from __future__ import annotations

import signal
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from evaluation.load import bot

ROOT = Path(__file__).resolve().parent.parent
STORED = "select json_extract(data, '$.message_id') from events where type_name = 'user'"


@dataclass(frozen=True)
class OwnBot:
    """Where it answers, and what can be looked at: Rasa's log, its process, and what it has stored."""

    base: str
    log: Path
    pid: int
    database: Path

    def memory(self) -> float:
        """The memory that Rasa holds, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def stored(self) -> Counter[str]:
        """How often each visitor's message is stored, by its id."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return Counter(str(id) for (id,) in connection.execute(STORED))


@contextmanager
def own_bot(limits: Mapping[str, int] | None = None) -> Iterator[OwnBot]:
    """The bot of evaluation/load.py, ready for visitors. Needs Linux (/proc).

    `limits` go over those of channels/settings.py, for this bot alone: they stand in a file of its own, so that no
    variable of the environment can take the limits off a bot that faces visitors.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end as well
    with tempfile.TemporaryDirectory() as name:
        folder, options = Path(name), []
        if limits:
            credentials = {"channels.rest.RestInput": None, "channels.web.WebInput": dict(limits)}
            (folder / "credentials.yml").write_text(yaml.safe_dump(credentials), encoding="utf-8")
            options = ["--credentials", str(folder / "credentials.yml")]
        with bot(folder, *options) as (starter, port, _):
            log = ROOT / "var" / "rasa.log"
            yield OwnBot(f"http://127.0.0.1:{port}", log, _child(starter, str(port)), folder / "conversations.db")


def _child(parent: int, port: str) -> int:
    """The process that `parent` has started on `port`."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()
    commands = {int(one): Path(f"/proc/{one}/cmdline").read_bytes().split(b"\0") for one in children}
    return next(one for one, words in commands.items() if b"--interface" in words and port.encode() in words)
