"""One change at a time, several files together or none."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from desk.topics.files import Busy, changing, write_together


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


def test_all_files_or_none(folder, monkeypatch):
    paths = [folder / name for name in ("a", "b", "c")]
    for path in paths:
        path.write_bytes(b"old\r\n")
    write_together(dict.fromkeys(paths, "new ✓"))
    assert {path.read_text() for path in paths} == {"new ✓"}
    real, done = os.replace, []

    def replace(source, target):
        if len(done) == 2:
            raise OSError("full")
        done.append(target)
        real(source, target)

    monkeypatch.setattr("os.replace", replace)
    with pytest.raises(OSError, match="full"):
        write_together(dict.fromkeys(paths, "newer"))
    assert {path.read_text() for path in paths} == {"new ✓"} and len(done) == 2
    assert sorted(os.listdir(folder)) == ["a", "b", "c", "data"]
