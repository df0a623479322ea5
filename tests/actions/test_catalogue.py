"""What actions know of the answers comes from a domain; what they read from files survives a file that is broken."""

from __future__ import annotations

import os

import pytest
import yaml

from actions.catalogue import answers_in, fresh, person_button, read_answers, sections
from evaluation.content import ROOT, read_yaml


def write(path, title, at):
    meta = {"kind": "answer", "title": title, "paragraphs": [1]}
    path.write_text(yaml.safe_dump({"responses": {"utter_a": [{"text": "x", "metadata": meta}]}}))
    os.utime(path, (at, at))


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path):
    path = tmp_path / "domain.yml"
    write(path, "Old", 1000)
    first = fresh(path, read_answers)
    assert first["a"].title == "Old" and fresh(path, read_answers) is first
    write(path, "New", 2000)
    assert fresh(path, read_answers)["a"].title == "New"


@pytest.mark.parametrize("broken", ["responses: [", "", "responses:", None])
def test_a_broken_file_leaves_what_was_known(tmp_path, broken):
    path = tmp_path / "domain.yml"
    write(path, "Old", 1000)
    fresh(path, read_answers)
    path.write_text(broken) if broken is not None else path.unlink()
    assert fresh(path, read_answers)["a"].title == "Old"
    assert fresh(path, read_answers)["a"].title == "Old"
    write(path, "New", 3000)
    assert fresh(path, read_answers)["a"].title == "New"


def test_the_first_reading_fails_loudly(tmp_path):
    with pytest.raises(OSError):
        fresh(tmp_path / "none.yml", read_answers)


def test_the_real_ones():
    domain = read_yaml(ROOT / "domain.yml")
    assert answers_in(domain) == read_answers() and sections() is sections()
    assert person_button(domain)["title"] and person_button(domain)["payload"] == "/talk_to_person"
