"""All files of a version's content come back, or none; also after a crash in the middle."""

from __future__ import annotations

import os

import pytest

from desk.publishing import content
from desk.topics.files import changing, settle
from desk.training.snapshot import hash_of, take_snapshot
from tests.desk.killed import killed_after


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


def test_everything_comes_back(project, version):
    (project / "config.yml").write_bytes(b"broken by hand: \xff\n")
    with changing(project):
        content.restore(project, version)
    assert state(project) == state(version) and not [*project.rglob(".*")]


def test_what_cannot_be_read_as_text_comes_back_too(project, version):
    (version / "config.yml").write_bytes(b"language: en  # caf\xe9\r\n")
    with changing(project):
        content.restore(project, version)
    assert (project / "config.yml").read_bytes() == b"language: en  # caf\xe9\r\n"


RESTORE = """
from desk.publishing import content
from desk.topics.files import changing
with changing(arguments[0]):
    content.restore(*arguments)
"""


@pytest.mark.parametrize("steps", [0, 1, 5])
def test_a_crash_in_the_middle_is_taken_back(project, version, steps):
    before = state(project)
    killed_after(steps, RESTORE, project, version)
    settle(project)
    assert state(project) == before and not [*project.rglob(".*")]


def test_a_full_disk_changes_nothing(project, version, monkeypatch):
    before, calls = state(project), []

    def full(handle):
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError), changing(project):
        content.restore(project, version)
    assert state(project) == before and not [*project.rglob(".*")]


def test_the_differences_are_lines_that_go_and_come(project, version):
    found = content.differences(project, version)
    assert set(found) == {"domain.yml", "data/nlu.yml", "data/later.yml"}
    assert found["domain.yml"].splitlines()[1:] == ["-# later"]
