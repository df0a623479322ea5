"""The copy that a version is made of."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from desk.topics.files import changing
from desk.training import versions
from desk.training.job import Job
from desk.training.snapshot import CONTENT, Unsettled, hash_of, make_workplace, sha256_of, take_snapshot
from desk.training.worker import without_secrets


def test_it_is_the_content_byte_for_byte(project, tmp_path):
    mark = take_snapshot(project, tmp_path / "copy")
    assert mark == hash_of(project) == hash_of(tmp_path / "copy") and len(mark) == 64
    for name in ("data/nlu.yml", "domain.yml"):
        assert sha256_of(tmp_path / "copy" / name) == sha256_of(project / name)
    assert {path.name for path in (tmp_path / "copy").iterdir()} == set(CONTENT)


def test_the_mark_changes_with_every_byte_and_every_name(project):
    before = hash_of(project)
    (project / "clinic.yml").write_text((project / "clinic.yml").read_text() + "#")
    assert before != (second := hash_of(project))
    (project / "data" / "stories.yml").rename(project / "data" / "tales.yml")
    assert hash_of(project) not in (before, second)


def test_the_mark_does_not_know_dates_and_hidden_files(project):
    before = hash_of(project)
    os.utime(project / "domain.yml", (1, 1))
    (project / "data" / ".nlu.yml.swp").write_text("x")
    assert hash_of(project) == before


def test_content_that_never_rests_is_not_trained(project, tmp_path, monkeypatch):
    marks = iter(range(100))
    monkeypatch.setattr("desk.training.snapshot.hash_of", lambda *_: str(next(marks)))
    with pytest.raises(Unsettled):
        take_snapshot(project, tmp_path / "copy")


def test_a_training_does_not_begin_in_the_middle_of_a_change(settings, engine, add_version, monkeypatch):
    number = add_version("training", folder=str(settings.folder / "models" / "1"))
    monkeypatch.setattr("desk.topics.files.PATIENCE", 0.2)
    with changing(settings.project):
        Job(settings, engine, number).run()
    with engine.connect() as connection:
        row = versions.get(connection, number)
    assert row["state"] == "failed" and "Somebody else is changing" in row["figures"]["problem"]


def test_in_the_workplace_code_finds_the_snapshot(project, tmp_path):
    (project / "clinic.yml").write_text((project / "clinic.yml").read_text().replace('name: ""', 'name: "Elsewhere"'))
    take_snapshot(project, tmp_path / "copy")
    place = make_workplace(tmp_path / "copy", project, tmp_path / "work")
    code = "from actions.clinic import the_clinic; print(the_clinic().name)"
    said = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, timeout=60)
    assert said.stdout.strip() == "Elsewhere"


def test_secrets_stay_out_of_the_training():
    given = {"PATH": "x", "DESK_SECRET": "s", "CHAT_SESSION_SECRET": "s", "DB_PASSWORD": "s", "DESK_DATABASE_URL": "u"}
    assert without_secrets(given) == {"PATH": "x"}
