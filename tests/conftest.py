"""The real bot for live tests: Rasa with the trained model and the action server, on ports of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.planted import found_in
from tests.servers import MODEL, QUIET, ROOT, ActionServer, Server, free_port, rasa_server, wait_for

__all__ = ["MODEL", "QUIET", "ROOT", "ActionServer", "Bot", "free_port", "wait_for"]


@dataclass
class Bot:
    """The running bot."""

    url: str
    action_server: ActionServer
    log: Path
    server: Server

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
    folder = tmp_path_factory.mktemp("bot")
    actions = ActionServer.at(free_port(), folder / "actions.log")
    server = rasa_server(folder, actions.port)
    try:
        actions.start()
        server.start()
        yield Bot(server.url.removesuffix("/webhooks/web/health"), actions, server.log, server)
    finally:
        server.terminate()
        actions.stop()
    # After everything that the suite's visitors told, in all tests: not a word of it in any log.
    assert found_in([server.log, actions.log]) == []


@pytest.fixture(scope="session")
def bot_url(bot: Bot) -> str:
    """The address of the running bot."""
    return bot.url


@pytest.fixture
def sender(request: pytest.FixtureRequest) -> str:
    """A sender id that no other test uses."""
    return f"test-{abs(hash(request.node.nodeid)) % 10**9}-{os.getpid()}"
