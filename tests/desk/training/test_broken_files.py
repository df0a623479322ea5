"""Files that somebody broke by hand: the file and the line are named within two seconds, and nothing is trained."""

from __future__ import annotations

import time

import pytest

from desk.training import start, versions
from desk.training.snapshot import hash_of
from evaluation.broken_files import broken_files
from evaluation.content import ROOT

HEAD = 'version: "3.1"\n\nnlu:\n- intent: greet\n  examples: |\n    - hi\n'
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [" + ", ".join([f"*{old}"] * 9) + "]\n" for old, new in zip("abcdefgh", "bcdefghi")
)
BROKEN = {
    "a tab": (HEAD + "\t- intent: bye\n", "data/nlu.yml:7: a tab"),
    "a quote": (HEAD + '- intent: "bye\n  examples: |\n    - bye\n', "data/nlu.yml:"),
    "a duplicate key": (HEAD + "  examples: |\n    - hello\n", "data/nlu.yml:7: 'examples' stands here again"),
    "latin-1": ((HEAD + "    - señor\n").encode("latin-1"), "data/nlu.yml:7: it is not in UTF-8"),
    "nothing": ("", "data/nlu.yml:1: it is empty"),
    "a lone word": ("hello\n", "data/nlu.yml:1: it is empty"),
    "an alias bomb": (BOMB, "data/nlu.yml:1: it uses & or *"),
    "code": ("nlu: !!python/object/apply:os.system ['true']\n", "data/nlu.yml:1: it uses !"),
    "too much": ("- x\n" * (6 * 2**20), "data/nlu.yml: it is larger than 20 MB"),
    "just under 20 MB": (HEAD + "    - hi\n" * (2 * 2**20) + "\tx", "data/nlu.yml:"),
    "a thousand brackets": ("[" * 100_000, "data/nlu.yml:1: it is nested too deeply"),
    "no list": (HEAD.replace("nlu:", "nlu"), "data/nlu.yml:"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_named_with_its_line_and_nothing_is_trained(name, project, settings, engine):
    text, expected = BROKEN[name]
    (project / "data" / "nlu.yml").write_bytes(text if isinstance(text, bytes) else text.encode())
    before, started = hash_of(project), time.monotonic()
    with pytest.raises(start.Refused) as refusal:
        start.begin(settings, engine, "Ada", "a test")
    assert time.monotonic() - started < 2
    assert refusal.value.problems[0].startswith(expected)
    assert hash_of(project) == before
    with engine.connect() as connection:
        assert versions.everything(connection) == []


@pytest.mark.parametrize("name", ["data/rules.yml", "domain.yml", "data/safety.yml"])
def test_a_missing_file_is_named(name, project):
    (project / name).unlink()
    assert [str(problem) for problem in broken_files(project)] == [f"{name}: it is missing, or cannot be read"]


def test_the_content_as_it_is_has_nothing_of_that():
    assert broken_files(ROOT) == []
