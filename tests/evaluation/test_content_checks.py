"""A file that somebody broke by hand is named, with its line, before anything of it is built."""

from __future__ import annotations

import shutil
import time

import pytest

from evaluation.broken_files import LARGEST
from evaluation.content import ROOT
from evaluation.content_checks import all_problems, unreadable
from evaluation.fingerprint import data_hash

BOMB = b"a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\n"


@pytest.fixture
def project(tmp_path):
    """A copy of all content."""
    for folder in ("data", "evaluation/cases"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("domain.yml", "config.yml", "clinic.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def test_the_projects_own_files_are_whole():
    assert unreadable() == []


@pytest.mark.parametrize(
    ("file", "content", "where", "what"),
    [
        ("data/nlu.yml", b"nlu:\n- intent: a\n\texamples: |\n", "data/nlu.yml:3", "tab"),
        ("data/nlu.yml", b"# caf\xe9\nnlu: []\n", "data/nlu.yml:1", "UTF-8"),
        (
            "data/nlu.yml",
            b"version: a\nnlu:\n- intent: x\nversion: b\n",
            "data/nlu.yml:4",
            "'version' stands here again",
        ),
        ("data/nlu.yml", b"", "data/nlu.yml:1", "empty"),
        ("data/nlu.yml", b"nlu: " + b"x" * LARGEST, "data/nlu.yml", "larger than"),
        ("data/nlu.yml", BOMB, "data/nlu.yml:1", "&"),
        ("domain.yml", b"a: 1\nb: !!python/object:os.system {}\n", "domain.yml:2", "!"),
        ("data/nlu.yml", b"nlu:\n- intent: x\n  examples: |\n    - a b c\n  other: 1\n", "data/nlu.yml:5", "neither"),
        ("data/rules.yml", b"rules:\n- rule: x\n", "content", "shape"),
        ("domain.yml", b"intents: [a]\nactions: [a]\nresponses:\n  utter_a: []\n", "content", "shape"),
        ("data/facts.yml", b"- 1\n- 2\n", "content", "shape"),
    ],
)
def test_what_is_broken_is_named_within_two_seconds(project, file, content, where, what):
    (project / file).write_bytes(content)
    began = time.monotonic()
    found = unreadable(project)
    assert time.monotonic() - began < 2
    assert any(one.where.startswith(where) and what in one.what for one in found), found
    assert all_problems(project) == found


def test_a_missing_file(project):
    (project / "data" / "rules.yml").unlink()
    assert [str(one) for one in unreadable(project)] == ["data/rules.yml: it is missing, or cannot be read"]


def test_the_hash_is_of_the_content_alone(project):
    before = data_hash(project)
    (project / "data" / ".nlu.yml.draft").write_text("half")
    assert data_hash(project) == before
    with (project / "data" / "nlu.yml").open("a") as file:
        file.write("\n")
    assert data_hash(project) != before
