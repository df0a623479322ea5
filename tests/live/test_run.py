"""`make run` when a server is killed or hangs: visitors are answered all the same, and it is back by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from evaluation.load import bot as started
from evaluation.load import family
from tests.channels.web_visitor import Visitor, kinds

pytestmark = pytest.mark.live

LIVER = "my eyes are turning yellow"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """The process id of scripts/run.py, and where the bot answers."""
    with started(tmp_path_factory.mktemp("run"), "--look-every", "2") as (pid, port, _):
        yield pid, f"http://127.0.0.1:{port}"


def server(pid: int, word: str) -> int:
    """The process of one server below `pid`, told by a word of its command; 0 if there is none."""
    for one in family(pid):
        if word in Path(f"/proc/{one}/cmdline").read_text(encoding="utf-8").split("\0"):
            return one
    return 0


def seconds_until(what, most: float) -> float:
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < most
        time.sleep(0.1)
    return time.monotonic() - began


def test_the_action_server_is_killed(running):
    pid, url = running
    visitor = Visitor(url)
    visitor.start()
    whole = visitor.says(LIVER)
    killed = server(pid, "actions")
    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    assert visitor.says(LIVER)[0]["kind"] == "escalate" and time.monotonic() - began < 2.0
    other = Visitor(url)
    other.start()
    seconds_until(lambda: len(other.says(LIVER)) == len(whole), 10)  # with what only the action server adds
    assert server(pid, "actions") not in (0, killed)


@pytest.mark.parametrize(("fault", "seconds"), [(signal.SIGKILL, 60), (signal.SIGSTOP, 85)])
def test_rasa_is_killed_or_hangs(running, fault, seconds):
    pid, url = running
    visitor = Visitor(url)
    visitor.start()
    visitor.says("What is naltrexone?")
    before = server(pid, "--interface")
    os.kill(before, fault)

    def is_back() -> bool:
        try:
            return httpx.get(f"{url}/webhooks/web/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    assert not is_back()
    # 15 on an idle machine, most of which is importing TensorFlow; it hangs for two looks of ten seconds before
    seconds_until(is_back, seconds)
    assert server(pid, "--interface") not in (0, before)
    assert kinds(visitor.says(LIVER))[0] == "escalate"
    asked = [line["text"] for line in visitor.history() if line["from"] == "visitor"]
    assert asked == ["What is naltrexone?", LIVER]
