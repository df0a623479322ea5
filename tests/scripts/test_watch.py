"""The watch over a bot: failures are counted, a start is waited for, and nothing ends the watch itself."""

from __future__ import annotations

import socket

import pytest

from scripts import watch as module
from scripts.readiness import LOADING, Seen
from scripts.watch import Watch, ask, ask_desk
from tests.servers import free_port

WELL, WRONG = Seen(), Seen("it greets nobody", sha256="a" * 64)
HANGS = Seen("it does not answer", is_silent=True)
SHUT = Seen("it does not answer", is_silent=True, is_listening=False)


class Scene:
    """A watch whose looks find what the test says, at the time that it says."""

    def __init__(self) -> None:
        self.now, self.versions, self.told, self.kills = 0.0, [7], [], 0
        self.found = WELL
        self.watch = Watch(self._restart, lambda: self.found, self._go_back, lambda: self.now)

    def _restart(self) -> None:
        self.kills += 1

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
        return self.kills, len(self.told)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_one_failure_between_successes_is_nothing(scene):
    assert scene.finds(HANGS, WELL, WRONG, WELL, HANGS) == (0, 0)


def test_one_that_hangs_is_started_again_and_has_its_time_to_load(scene):
    assert scene.finds(HANGS, HANGS) == (1, 0)
    assert scene.finds(SHUT, SHUT, SHUT) == (1, 0)  # within LOADING
    assert scene.finds(WELL, HANGS, WELL) == (1, 0)


def test_one_that_hangs_again_and_again_goes_back_once(scene):
    assert scene.finds(HANGS, HANGS, SHUT, HANGS) == (1, 0)
    assert scene.finds(HANGS) == (2, 1)
    assert scene.finds(*[HANGS] * 4) == (4, 1)
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
    assert scene.finds(WELL, SHUT, SHUT, SHUT) == (0, 0)
    assert scene.finds(SHUT, SHUT) == (1, 0)
    assert scene.finds(SHUT, SHUT, every=LOADING) == (2, 1)


def test_nobody_there_and_nobody_who_answers(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    assert ask(f"http://127.0.0.1:{free_port()}") == Seen("it does not answer (ConnectionRefusedError)", True, False)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        assert ask(f"http://127.0.0.1:{deaf.getsockname()[1]}") == Seen("it does not answer (TimeoutError)", True, True)


def test_without_a_desk_there_is_no_way_back(monkeypatch):
    monkeypatch.delenv("DESK_URL", raising=False)
    assert ask_desk(WRONG) == 0


def test_an_error_of_its_own_does_not_end_the_watch(scene, capsys):
    scene.found = None
    scene.watch.look_safely()
    assert "AttributeError" in capsys.readouterr().out
    assert scene.finds(WRONG, WRONG) == (1, 0)
