"""The watch over a bot: failures are counted, a start is waited for, and nothing ends the watch itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from scripts.readiness import LOADING, Seen
from scripts.watch import Watch, ask, ask_desk
from tests.servers import free_port

WELL, WRONG = Seen(), Seen("it greets nobody", sha256="a" * 64)
SILENT = Seen("it does not answer", is_silent=True)


class Sleeper:
    """A process as scripts/kept.py keeps one: killed, it is there again under another number."""

    def __init__(self) -> None:
        self.kills, self.is_running = 0, True
        self._begin()

    def _begin(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        self.end()
        self.kills += 1
        self._begin()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


class Scene:
    """A watch whose looks find what the test says, at the time that it says."""

    def __init__(self, server: Sleeper) -> None:
        self.server, self.now, self.versions, self.told = server, 0.0, [7], []
        self.found = WELL
        self.watch = Watch(server, lambda: self.found, self._go_back, lambda: self.now)

    def _go_back(self, seen: Seen) -> int:
        self.told.append(seen)
        if not self.versions:
            raise ConnectionRefusedError
        return self.versions.pop(0)

    def finds(self, *found: Seen, every: float = 30.0) -> tuple[int, int]:
        """How often it was started again, and the desk was asked, after these looks."""
        for self.found in found:
            self.now += every
            self.watch.look()
        return self.server.kills, len(self.told)


@pytest.fixture
def scene() -> Iterator[Scene]:
    server = Sleeper()
    yield Scene(server)
    server.end()


def test_one_failure_between_successes_is_nothing(scene):
    assert scene.finds(SILENT, WELL, WRONG, WELL, SILENT) == (0, 0)


def test_one_that_hangs_is_started_again_and_has_its_time_to_load(scene):
    assert scene.finds(SILENT, SILENT) == (1, 0)
    assert scene.finds(SILENT, SILENT, SILENT) == (1, 0)  # within LOADING
    assert scene.finds(WELL, SILENT, WELL) == (1, 0)


def test_one_that_hangs_again_and_again_goes_back_once(scene):
    assert scene.finds(SILENT, SILENT) == (1, 0)
    assert scene.finds(SILENT, SILENT, every=LOADING) == (2, 1)
    assert scene.finds(*[SILENT] * 4, every=LOADING) == (4, 1)
    scene.versions = [6]
    assert scene.finds(WELL, *[WRONG] * 4) == (5, 2)


def test_one_that_talks_nonsense_is_told_to_the_desk_with_its_model(scene):
    assert scene.finds(WRONG, WRONG, WRONG) == (1, 0)
    assert scene.finds(WRONG) == (1, 1) and scene.told == [WRONG]
    assert scene.finds(WRONG, WRONG, WRONG, WRONG) == (1, 1)


def test_without_an_earlier_version_or_a_desk_it_is_asked_again_later(scene, capsys):
    scene.versions = [0]
    assert scene.finds(*[WRONG] * 4) == (1, 1)
    assert "no earlier version" in capsys.readouterr().out
    assert scene.finds(WRONG, WRONG) == (1, 2)
    assert "could not be asked" in capsys.readouterr().out


def test_one_that_ends_whenever_it_starts_is_not_excused_for_ever(scene):
    assert scene.finds(WELL) == (0, 0)
    scene.server.is_running = False
    assert scene.finds(SILENT, SILENT, SILENT) == (0, 0)
    assert scene.finds(SILENT, SILENT) == (1, 0)


def test_nobody_there_is_silence():
    seen = ask(f"http://127.0.0.1:{free_port()}")
    assert (seen.is_silent and "ConnectionRefused" in seen.wrong) or "URLError" in seen.wrong


def test_without_a_desk_there_is_no_way_back(monkeypatch):
    monkeypatch.delenv("DESK_URL", raising=False)
    assert ask_desk(WRONG) == 0


def test_an_error_of_its_own_does_not_end_the_watch(scene, capsys):
    scene.found = None
    scene.watch.look_safely()
    assert "AttributeError" in capsys.readouterr().out
    assert scene.finds(WRONG, WRONG) == (1, 0)
