"""The watch of scripts/run.py and a real desk: a model that fails in use gives way to the one before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.training.snapshot import sha256_of
from scripts.readiness import Seen
from scripts.watch import FAILURES, ask_desk
from tests.live.published import SECRET, LiveDesk

pytestmark = pytest.mark.live


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LiveDesk]:
    """The desk as a process; version 1 is the trained model, version 2 is published."""
    made = LiveDesk(tmp_path)
    made.start()
    monkeypatch.setenv("DESK_URL", made.url)
    monkeypatch.setenv("DESK_SECRET", SECRET)

    def small(target: Path) -> str:
        target.parent.mkdir(parents=True)
        target.write_bytes(b"a model that hangs")
        return sha256_of(target)

    made.step(made.add(small), "publish")
    yield made
    made.server.kill()


def test_the_desk_goes_back_and_says_so(desk):
    assert ask_desk(Seen("it does not answer", is_silent=True)) == 1
    assert desk.published()["id"] == 1 and desk.record()[-2:] == ["version broken", "went back by itself"]
    assert ask_desk(Seen("it does not answer", is_silent=True)) == 0  # nothing is left to go back to
    assert desk.published()["id"] == 1


def test_without_the_secret_nothing_happens(desk, monkeypatch):
    monkeypatch.setenv("DESK_SECRET", "another one")
    with pytest.raises(FAILURES):
        ask_desk(Seen("it does not answer", is_silent=True))
    assert desk.published()["id"] == 2
