"""The real bot for live tests: Rasa with the trained model and the action server, on ports of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

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
class ActionServer:
    """The action server as a process that can be stopped, hung and brought back."""

    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = [sys.executable, "-m", "rasa", "run", "actions", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **QUIET}, stdout=log, stderr=log)
        wait_for(f"http://127.0.0.1:{self.port}/health")

    def stop(self) -> None:
        """Kills it, as a crash would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def hang(self) -> None:
        """Makes it accept connections and never answer."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Ends the hang."""
        assert self.process
        self.process.send_signal(signal.SIGCONT)


@dataclass
class Bot:
    """The running bot."""

    url: str
    action_server: ActionServer
    log: Path
    process: subprocess.Popen[bytes]

    def say(self, text: str, sender: str) -> list[dict[str, Any]]:
        """Sends one message over REST; the reply's messages."""
        answer = httpx.post(f"{self.url}/webhooks/rest/webhook", json={"sender": sender, "message": text}, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def events(self, sender: str) -> list[dict[str, Any]]:
        """All events of a conversation, from Rasa's own API."""
        return httpx.get(f"{self.url}/conversations/{sender}/tracker?include_events=ALL", timeout=30).json()["events"]

    def kinds(self, sender: str) -> list[str]:
        """The kinds of the bot's messages since the visitor's last one."""
        found: list[str] = []
        for event in self.events(sender):
            if event["event"] == "user":
                found = []
            elif event["event"] == "bot":
                found.append(event["metadata"]["metadata"]["kind"])
        return found


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The real servers, started once for all live tests; `make test` has trained the model."""
    if not MODEL.is_file():
        pytest.fail("There is no trained model; run `make train` first.")
    folder, port, actions_port = tmp_path_factory.mktemp("bot"), free_port(), free_port()
    endpoints = (ROOT / "endpoints.yml").read_text(encoding="utf-8").replace(":5055/", f":{actions_port}/")
    (folder / "endpoints.yml").write_text(endpoints.replace("var/conversations.db", str(folder / "conversations.db")))
    actions = ActionServer(actions_port, folder / "actions.log")
    actions.start()
    command = [
        sys.executable,
        "-m",
        "rasa",
        "run",
        "--enable-api",
        "--interface",
        "127.0.0.1",
        "--port",
        str(port),
        "--model",
        str(MODEL),
        "--endpoints",
        str(folder / "endpoints.yml"),
    ]
    log = (folder / "rasa.log").open("ab")
    desk = {"DESK_DATABASE_URL": f"sqlite:///{folder / 'desk.db'}", "DESK_FOLDER": str(folder / "desk")}
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **QUIET, **desk}, stdout=log, stderr=log)
    running = Bot(f"http://127.0.0.1:{port}", actions, folder / "rasa.log", process)
    try:
        wait_for(f"{running.url}/status")
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)
        actions.stop()


@pytest.fixture(scope="session")
def bot_url(bot: Bot) -> str:
    """The address of the running bot."""
    return bot.url


@pytest.fixture
def sender(request: pytest.FixtureRequest) -> str:
    """A sender id that no other test uses."""
    return f"test-{abs(hash(request.node.nodeid)) % 10**9}-{os.getpid()}"
