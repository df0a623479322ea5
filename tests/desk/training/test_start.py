"""One training at a time, cancelled, killed, or left behind by a desk that died: visitors' version and content stay."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from desk.database import audit, models
from desk.training import lock, start, versions
from desk.training.job import Job
from desk.training.snapshot import hash_of, sha256_of, take_snapshot
from desk.training.stopped import Stopped
from tests.desk.training.conftest import thin


def row_of(engine, number):
    with engine.connect() as connection:
        return versions.get(connection, number)


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def members(group):
    """The processes of a group, ghosts left out."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            state, _, its_group = (entry / "stat").read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            found.append(int(entry.name))
    return found


@pytest.fixture
def begun(settings, engine):
    """A real training under way, with its worker; ended with the test."""
    number = start.begin(settings, engine, "Ada", "a test")
    process = row_of(engine, number)["process"]
    until(lambda: len(members(process)) > 1)
    yield number, process
    if members(process):
        os.killpg(process, signal.SIGKILL)


@pytest.fixture
def published(settings, add_version, tmp_path):
    """A published version with files; everything that must not change, by name."""
    folder = settings.folder / "models" / "0"
    folder.mkdir(parents=True)
    (folder / "model.tar.gz").write_bytes(b"the model that visitors talk to")
    number = add_version("published", folder=str(folder), published_at=1.0)
    return lambda engine: (sha256_of(folder / "model.tar.gz"), hash_of(settings.project), row_of(engine, number))


def test_it_is_a_process_group_of_its_own_at_low_priority_and_alone(settings, engine, begun):
    number, process = begun
    assert os.getpgid(process) == process != os.getpgid(0)
    until(lambda: os.getpriority(os.PRIO_PROCESS, process) == 10)
    with pytest.raises(start.Refused, match="one at a time"):
        start.begin(settings, engine, "Eve", "me too")
    assert row_of(engine, number)["state"] == "training" and lock.is_taken(settings.folder)


def test_cancelled_it_leaves_nothing_behind(settings, engine, published, begun):
    before = published(engine)
    number, process = begun
    assert start.cancel(settings, engine, "Eve", number)
    until(lambda: not members(process) and not lock.is_taken(settings.folder))
    row = row_of(engine, number)
    assert row["state"] == "cancelled" and row["finished_at"] and row["process"] is None
    assert not (Path(row["folder"]) / "model.tar.gz").exists() and not (Path(row["folder"]) / "work").exists()
    assert published(engine) == before
    assert not start.cancel(settings, engine, "Eve", number)
    with engine.connect() as connection:
        said = [(one.who, one.what) for one in connection.execute(audit.select().order_by(audit.c.id))]
    assert said == [("Ada", "training started"), ("Eve", "training cancelled")]


@pytest.mark.parametrize("whom", ["the job", "its worker", "everybody"])
def test_killed_half_way_it_leaves_everything_as_it_was(settings, engine, published, begun, whom):
    before = published(engine)
    number, process = begun
    workers = [one for one in members(process) if one != process]
    for victim in {"the job": [process], "its worker": workers, "everybody": [process, *workers]}[whom]:
        os.kill(victim, signal.SIGKILL)
    until(lambda: start.set_right(settings, engine) or row_of(engine, number)["state"] not in versions.RUNNING)
    until(lambda: not members(process) and not lock.is_taken(settings.folder))
    row = row_of(engine, number)
    assert row["state"] in ("failed", "refused") and row["figures"]["problem"]
    assert not (Path(row["folder"]) / "model.tar.gz").exists() and not (Path(row["folder"]) / "work").exists()
    assert published(engine) == before


def test_a_desk_that_was_killed_finds_the_row_and_puts_it_right(settings, engine, add_version):
    number = add_version("training", process=2**22 - 1, folder=str(settings.folder / "models" / "1"))
    start.set_right(settings, engine)
    assert row_of(engine, number)["state"] == "failed"
    assert "Nothing has changed for visitors" in row_of(engine, number)["figures"]["problem"]


def test_a_number_that_belongs_to_somebody_else_by_now_is_not_killed(settings, engine, add_version):
    add_version("training", process=os.getpid(), folder=str(settings.folder / "models" / "1"))
    start.set_right(settings, engine)  # the lock is free, so this process cannot be the job


def test_while_make_train_has_the_lock_nobody_else_is_killed(settings, engine, add_version):
    """A job has died, another program has its number, and the lock is taken by a training without the desk."""
    lock.take(settings.folder)
    sleep = ["sleep", "60"]
    with subprocess.Popen(sleep, start_new_session=True) as innocent:
        number = add_version("training", process=innocent.pid, folder=str(settings.folder / "models" / "1"))
        assert os.getpgid(innocent.pid) not in lock.groups_with(settings.folder) == {os.getpgid(0)}
        assert start.cancel(settings, engine, "Ada", number)
        assert innocent.poll() is None
        innocent.kill()
    with pytest.raises(start.Refused, match="without the desk"):
        start.begin(settings, engine, "Ada", "a test")


def test_the_lock_goes_with_the_last_process_that_has_it(tmp_path):
    file = lock.take(tmp_path)
    assert file is not None and lock.take(tmp_path) is None and lock.is_taken(tmp_path)
    os.close(file)
    assert not lock.is_taken(tmp_path) and not lock.is_taken(tmp_path / "nowhere")


def test_too_little_room_is_said_before_anything_happens(settings, engine, monkeypatch):
    monkeypatch.setattr("desk.training.start.ROOM", 2**60)
    with pytest.raises(start.Refused, match="too little room on the disk"):
        start.begin(settings, engine, "Ada", "a test")
    assert not lock.is_taken(settings.folder)


def job_of(settings, engine, add_version, **options):
    number = add_version("training", folder=str(settings.folder / "models" / "5"))
    return number, Job(settings, engine, number, **options)


def test_a_disk_that_is_full_half_way(settings, engine, add_version, monkeypatch):
    number, job = job_of(settings, engine, add_version)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("desk.training.job.make_workplace", full)
    job.run()
    assert row_of(engine, number)["figures"]["problem"].startswith("The disk is full.")


def test_it_does_not_take_longer_than_it_may(settings, engine, add_version):
    number, job = job_of(settings, engine, add_version, limit=1.5)
    started = time.monotonic()
    job.run()
    row = row_of(engine, number)
    assert time.monotonic() - started < 6 and row["state"] == "failed"
    assert "longer than ten minutes" in row["figures"]["problem"]


def test_a_stop_that_was_swallowed_comes_again(settings, engine, add_version, monkeypatch):
    number, job = job_of(settings, engine, add_version, limit=0.5)
    swallowed = []

    def deaf(*_):
        try:
            time.sleep(5)
        except Stopped as stop:  # as where Python ignores an exception, in a __del__ for one
            swallowed.append(stop)
        time.sleep(5)

    monkeypatch.setattr("desk.training.job.make_workplace", deaf)
    job.run()
    assert len(swallowed) == 1 and "longer than ten minutes" in row_of(engine, number)["figures"]["problem"]


@pytest.mark.parametrize("name", ["data/rules.yml", "data/nlu.yml"])
def test_content_that_is_broken_after_the_press_is_not_trained(settings, engine, add_version, name):
    number, job = job_of(settings, engine, add_version)
    path = settings.project / name
    path.write_text(path.read_text(encoding="utf-8") + "\tx: y\n", encoding="utf-8")
    started = time.monotonic()
    job.run()
    row = row_of(engine, number)
    assert time.monotonic() - started < 2 and row["state"] == "failed"
    assert row["gate"][0]["sentences"][0].startswith(f"{name}:") and not (Path(row["folder"]) / "work").exists()


def test_a_danger_without_any_example_is_refused_before_anything_is_trained(settings, engine, add_version, tmp_path):
    thin(settings.project)
    take_snapshot(settings.project, tmp_path / "v" / "content")
    add_version("published", published_at=1.0)
    path = settings.project / "data" / "nlu.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"- intent: escalate_liver\n.*?(?=- intent)", "", text, flags=re.S), encoding="utf-8")
    number, job = job_of(settings, engine, add_version)
    job.run()
    row = row_of(engine, number)
    assert row["state"] == "refused" and not (Path(row["folder"]) / "model.tar.gz").exists()
    named = [sentence for one in row["gate"] for sentence in one["sentences"]]
    assert "data/nlu.yml: there is no example of escalate_liver" in named
    assert [one for one in named if one.startswith("escalate_liver: gone: “")]


def test_a_cancelled_job_that_lives_on_for_a_moment_does_not_change_the_row(settings, engine, add_version):
    number, job = job_of(settings, engine, add_version)
    with engine.begin() as connection:
        connection.execute(models.update().values(state="cancelled"))
    job.run()
    assert (
        row_of(engine, number)["state"] == "cancelled"
        and not (Path(row_of(engine, number)["folder"]) / "work").exists()
    )
