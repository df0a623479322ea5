"""All files of a version's content come back, or none; also after a crash in the middle."""

from __future__ import annotations

import os

import pytest

from desk.publishing import content
from desk.training.snapshot import hash_of, take_snapshot


@pytest.fixture
def version(project, tmp_path):
    """The content as it was before two files changed, and one came."""
    take_snapshot(project, tmp_path / "version")
    for name in ("domain.yml", "data/nlu.yml"):
        (project / name).write_bytes((project / name).read_bytes() + b"# later\n")
    (project / "data" / "later.yml").write_text("later: true\n")
    return tmp_path / "version"


def state(project):
    return hash_of(project, content.GOES_BACK)


def test_everything_comes_back(project, version, tmp_path):
    content.restore(project, version, tmp_path)
    assert state(project) == state(version)
    assert not (tmp_path / content.JOURNAL).exists() and not [*project.rglob(".*")]


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_a_crash_in_the_middle_is_finished_at_the_next_start(project, version, tmp_path, monkeypatch, steps):
    replace, done = os.replace, []

    def crash(source, target):
        if not str(target).endswith(content.JOURNAL):
            if len(done) == steps:
                raise KeyboardInterrupt
            done.append(target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        content.restore(project, version, tmp_path)
    monkeypatch.undo()
    assert content.finish(tmp_path)
    assert state(project) == state(version) and not content.finish(tmp_path)


def test_a_full_disk_changes_nothing(project, version, tmp_path, monkeypatch):
    before, calls = state(project), []

    def full(handle):
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        content.restore(project, version, tmp_path)
    assert state(project) == before and not [*project.rglob(".*")] and not (tmp_path / content.JOURNAL).exists()


def test_the_differences_are_lines_that_go_and_come(project, version):
    found = content.differences(project, version)
    assert set(found) == {"domain.yml", "data/nlu.yml", "data/later.yml"}
    assert found["domain.yml"].splitlines()[1:] == ["-# later"]
