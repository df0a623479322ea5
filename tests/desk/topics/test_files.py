"""One change at a time, several files together or none."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from desk.topics.files import JOURNAL, Busy, changing, write_together
from tests.desk.killed import killed_after


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    return tmp_path


def test_another_thread_waits(folder):
    order = []

    def second():
        with changing(folder):
            order.append("second")

    with changing(folder):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.1)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_another_process_waits_and_one_that_dies_lets_go(folder):
    code = f"from pathlib import Path; from desk.topics.files import changing\nwith changing(Path({str(folder)!r})):\n"
    other = subprocess.Popen(
        [sys.executable, "-c", code + " print('in', flush=True); import time; time.sleep(60)"], stdout=subprocess.PIPE
    )
    assert other.stdout.readline().strip() == b"in"
    with pytest.raises(Busy, match="Somebody else"), changing(folder, patience=0.2):
        pass
    other.kill()
    other.wait()
    with changing(folder, patience=2):
        pass
    assert os.listdir(folder / "data") == []


@pytest.fixture
def paths(folder):
    """Three files that are to be changed together."""
    found = [folder / name for name in ("data/a", "data/b", "c")]
    for path in found:
        path.write_bytes(b"old\r\n")
    return found


def texts_of(folder):
    """Every file below the folder, hidden ones as well."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("failing", [0, 1, 2])
def test_all_files_or_none(folder, paths, monkeypatch, failing):
    with changing(folder):
        write_together(folder, dict.fromkeys(paths, "new ✓"))
    new = texts_of(folder)
    assert new == dict.fromkeys(("data/a", "data/b", "c"), "new ✓".encode())
    real, moves = os.replace, []

    def replace(source, target):
        moves.append(target)
        if len(moves) == failing + 1:
            raise OSError("full")
        real(source, target)

    monkeypatch.setattr("os.replace", replace)
    with pytest.raises(OSError, match="full"), changing(folder):
        write_together(folder, dict.fromkeys(paths, "newer"))
    assert texts_of(folder) == new


def test_what_comes_and_goes_with_a_change_that_fails_at_its_end_is_as_before(folder, paths):
    before = texts_of(folder)
    with pytest.raises(RuntimeError, match="no database"), changing(folder):
        write_together(folder, {paths[0]: None, paths[1]: "new", folder / "data" / "more" / "d": "came"})
        assert set(texts_of(folder)) >= {"data/b", "data/more/d"} and not paths[0].exists()
        raise RuntimeError("no database")  # as when the transaction around the change cannot be committed
    assert texts_of(folder) == before


WRITE = """
from desk.topics.files import changing, write_together
folder = arguments[0]
with changing(folder):
    write_together(folder, {folder / name: "new" for name in ("data/a", "data/b", "c")})
"""


@pytest.mark.parametrize("moves", [0, 1, 2])
def test_a_crash_between_two_files_is_taken_back(folder, paths, moves):
    before = texts_of(folder)
    killed_after(moves, WRITE, folder)
    assert texts_of(folder) != before
    with changing(folder):
        assert texts_of(folder) == before
    with changing(folder):
        assert texts_of(folder) == before


def test_what_somebody_mended_by_hand_after_a_crash_stays(folder, paths):
    killed_after(2, WRITE, folder)
    paths[0].write_text("mended")
    paths[1].unlink()
    with changing(folder):
        assert texts_of(folder) == {"data/a": b"mended", "c": b"old\r\n"}


def test_a_journal_that_was_cut_off_itself_says_that_nothing_was_touched(folder, paths):
    before = texts_of(folder)
    (folder / JOURNAL).write_text('[{"file": "data/a", "bef')
    with changing(folder):
        assert texts_of(folder) == before
