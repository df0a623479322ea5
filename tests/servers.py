"""The real servers as processes that a test can stop, kill, hang and bring back."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models" / "bot.tar.gz"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


def free_port() -> int:
    """A local port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, seconds: float = 120) -> None:
    """Returns when `url` answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=2).status_code < 500:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"{url} did not answer within {seconds} s")


@dataclass
class Server:
    """`python -m` with some arguments, its output in `log`; `url` answers once it is up."""

    arguments: list[str]
    url: str
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    place: Path = ROOT  # where it runs, and finds code and content

    def start(self) -> Server:
        """Starts it and waits until it answers."""
        environment = {**os.environ, **QUIET, **self.environment}
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", *self.arguments]
            self.process = subprocess.Popen(command, cwd=self.place, env=environment, stdout=log, stderr=log)
        wait_for(self.url)
        return self

    @property
    def base(self) -> str:
        """The server's address without a path."""
        return "/".join(self.url.split("/")[:3])

    def kill(self) -> None:
        """Ends it at once, as a crash would (SIGKILL)."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def terminate(self, seconds: float = 30) -> float:
        """Asks it to stop (SIGTERM); the seconds that this took. Fails if it is not gone in time."""
        assert self.process
        started = time.monotonic()
        self.process.terminate()
        self.process.wait(timeout=seconds)
        self.process = None
        return time.monotonic() - started


class ActionServer(Server):
    """The action server, which can also hang."""

    @classmethod
    def at(cls, port: int, log: Path) -> ActionServer:
        """The one on `port`, not started."""
        arguments = ["rasa_sdk", "--actions", "actions", "--port", str(port)]
        return cls(arguments, f"http://127.0.0.1:{port}/health", log)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.arguments[-1])

    def stop(self) -> None:
        """Kills it, as a crash would."""
        self.kill()

    def hang(self) -> None:
        """Makes it accept connections and never answer."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Ends the hang."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """`server`, started, and killed at the end."""
    server.start()
    try:
        yield server
    finally:
        server.kill()


def rasa_server(
    folder: Path,
    actions_port: int,
    tracker_store: dict[str, object] | None = None,
    limits: dict[str, int] | None = None,
    **environment: str,
) -> Server:
    """Rasa with the trained model, not started: its files in `folder`.

    `tracker_store` goes over that of endpoints.yml, `limits` over those in channels/settings.py.
    """
    if not MODEL.is_file():
        pytest.fail("There is no trained model; run `make train` first.")
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{actions_port}/webhook"
    endpoints["tracker_store"]["db"] = str(folder / "conversations.db")
    endpoints["tracker_store"].update(tracker_store or {})
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    port = free_port()
    arguments = ["rasa", "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port)]
    arguments += ["--model", str(MODEL), "--endpoints", str(folder / "endpoints.yml")]
    if limits:
        credentials = {"channels.rest.RestInput": None, "channels.web.WebInput": limits}
        (folder / "credentials.yml").write_text(yaml.safe_dump(credentials), encoding="utf-8")
        arguments += ["--credentials", str(folder / "credentials.yml")]
    desk = {"DESK_DATABASE_URL": f"sqlite:///{folder / 'desk.db'}", "DESK_FOLDER": str(folder / "desk")}
    url = f"http://127.0.0.1:{port}/webhooks/web/health"
    return Server(arguments, url, folder / "rasa.log", {**desk, **environment})
