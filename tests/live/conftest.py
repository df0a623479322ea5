"""A second server, for tests that the one which all share would suffer from."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Server, rasa_server, running

ROOMY = dict.fromkeys(("session_rate", "address_rate", "new_session_rate", "call_rate"), 1_000_000)
DISK = "64m"  # room for what all tests store; test_full_disk.py fills the rest


@dataclass
class Island:
    """A server without limits whose files, log included, are alone on a small disk; `mounted` says whether they are."""

    server: Server
    folder: Path
    mounted: bool


@pytest.fixture(scope="session")
def island(bot: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Island]:
    """The server, on a tmpfs where mounting is allowed."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]  # test_connections.py holds a thousand at once
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    folder = tmp_path_factory.mktemp("island")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)]
    mounted = subprocess.run(mount, capture_output=True).returncode == 0
    try:
        with running(rasa_server(folder, bot.action_server.port, limits=ROOMY)) as server:
            yield Island(server, folder, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
