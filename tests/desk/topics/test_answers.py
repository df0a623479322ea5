"""An answer is changed in a copy of the real file, and nothing else in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desk.topics import answers
from desk.topics.answers import Answer, Conflict, read_answer
from desk.topics.examples import BrokenFile
from desk.topics.files import changing

TOPIC = "brand_names"


def save_answer(project: Path, topic: str, new: Answer, version: str) -> None:
    """As the page does it."""
    with changing(project):
        answers.save_answer(project, topic, new, version)


def test_all_other_bytes_stay(project: Path) -> None:
    before, old = (project / "domain.yml").read_bytes(), read_answer(project, TOPIC)
    new = replace(old, text='New words: a # sign, "quotes" and more.', title="Names: all", paragraphs=(18,))
    save_answer(project, TOPIC, new, old.version)
    assert read_answer(project, TOPIC) == new
    save_answer(project, TOPIC, old, new.version)
    after = (project / "domain.yml").read_bytes()
    head, tail = before.split(b"  utter_brand_names:")[0], before[before.index(b"  utter_what_is_vivitrol:") :]
    assert after.startswith(head) and after.endswith(tail)


def test_after_signs_that_take_several_bytes(project: Path) -> None:
    for topic, word in ((TOPIC, "naïve ✓ 療法"), ("opioid_medicine_now", "later"), (TOPIC, "again")):
        old = read_answer(project, topic)
        save_answer(project, topic, replace(old, text=f"{old.text} {word}", title=f"{old.title} {word}"), old.version)
        assert read_answer(project, topic).text == f"{old.text} {word}"


def test_somebody_elses_change_is_not_lost(project: Path) -> None:
    old = read_answer(project, TOPIC)
    save_answer(project, TOPIC, replace(old, title="First"), old.version)
    with pytest.raises(Conflict):
        save_answer(project, TOPIC, replace(old, title="Second"), old.version)
    assert read_answer(project, TOPIC).title == "First"


@pytest.mark.parametrize("text", ["a {slot}", "turned \u202e round", "a \x07 bell"])
def test_signs_that_no_answer_can_have(project: Path, text: str) -> None:
    before, old = (project / "domain.yml").read_bytes(), read_answer(project, TOPIC)
    with pytest.raises(ValueError):
        save_answer(project, TOPIC, replace(old, text=text), old.version)
    assert (project / "domain.yml").read_bytes() == before


@pytest.mark.parametrize("spoiled", [b"a:\n\tb: 1\n", b'a: "open\n', b"a: caf\xe9\n", b""])
def test_a_broken_file_is_named(project: Path, spoiled: bytes) -> None:
    (project / "domain.yml").write_bytes(spoiled)
    with pytest.raises(BrokenFile, match=r"domain\.yml"):
        read_answer(project, TOPIC)
