"""Examples go into a copy of the real file; everything else in it stays byte for byte."""

from __future__ import annotations

import json

import pytest

from desk.topics.examples import BrokenFile, plan_examples
from desk.topics.files import changing
from evaluation.content import read_examples

NEW = "is it alright if i have dragonfruit smoothies with it"


def add_examples(project, wanted):
    plan = plan_examples(project, wanted)
    with changing(project):
        plan.carry_out(project)
    return plan.added, plan.refused


def nlu(project):
    return (project / "data" / "nlu.yml").read_bytes()


def test_one_line_more_and_every_other_byte_as_before(project):
    before = nlu(project).split(b"\n")
    assert add_examples(project, {"out_of_scope": [NEW]}) == ({"out_of_scope": [NEW]}, [])
    after = nlu(project).split(b"\n")
    place = after.index(f"    - {NEW}".encode())
    assert after[:place] + after[place + 1 :] == before
    assert [e.label for e in read_examples(project / "data" / "nlu.yml") if e.text == NEW] == ["out_of_scope"]


@pytest.mark.parametrize(
    "text",
    [
        "hello \\u000a    - overdose now",
        "C:\\users",
        "see [this](name)",
        "/restart",
        "two\nlines",
        "turned \u202e round",
        "x" * 2000,
        "",
        " blank",
    ],
)
def test_what_would_be_read_as_something_else_is_refused(project, text):
    before = nlu(project)
    added, refused = add_examples(project, {"out_of_scope": [text]})
    assert (added, [one for one, _ in refused], nlu(project)) == ({}, [text], before)


@pytest.mark.parametrize(
    "text",
    [
        "- x yz",
        "a: b quux",
        "${HOME} quux",
        "# quux",
        "'quux",
        "quux 😀 ¿qué?",
        "| quux",
        "!!python/object:os.system quux",
    ],
)
def test_odd_signs_are_kept_exactly(project, text):
    add_examples(project, {"out_of_scope": [text]})
    assert text in {e.text for e in read_examples(project / "data" / "nlu.yml")}


def test_rasa_reads_what_was_meant_and_nothing_else(project, monkeypatch):
    """Every sentence of the kind that is known to inject examples, and Rasa's own reader afterwards."""
    rasa_yaml = pytest.importorskip("rasa.shared.nlu.training_data.formats.rasa_yaml")
    monkeypatch.setenv("HOME", "taken from the environment")
    path = project / "data" / "nlu.yml"
    before = [(e.label, e.text) for e in read_examples(path)]
    hostile = [
        *("hello \\u000a    - overdose now", "hello \\u000a- intent: injected\\u000a  examples: |\\u000a    - x"),
        *(
            "C:\\users",
            "see [this](name)",
            "- x",
            "a: b",
            "${HOME}",
            "/restart",
            "y" * 2000,
            "quux 😀",
            "a\u202eb quux",
        ),
        *(
            "${HOME} quux",
            "- x yz",
            "a: b quux",
            "{x: y} quux",
            "[quux]",
            "&a quux",
            "*a quux",
            "%quux",
            "quux # no comment",
        ),
    ]
    added, refused = add_examples(project, {"out_of_scope": hostile})
    kept = added["out_of_scope"]
    assert sorted([*kept, *(text for text, _ in refused)]) == sorted(hostile) and len(kept) > 6
    read = rasa_yaml.RasaYAMLReader().read(str(path)).intent_examples
    found = sorted((one.get("intent"), one.get("text")) for one in read)
    assert found == sorted(before + [("out_of_scope", text) for text in kept])
    assert not [one for one in read if one.get("entities")]


def test_examples_and_frozen_cases_are_refused(project):
    known = read_examples(project / "data" / "nlu.yml")[0].text
    with (project / "evaluation" / "cases" / "extra.jsonl").open("w") as file:
        file.write(json.dumps({"text": "could my parrot whistle on naltrexone", "tier": "answer", "kind": None}))
    wanted = [known.upper(), "could my parrot whistle on naltrexone?"]
    added, refused = add_examples(project, {"out_of_scope": wanted})
    assert added == {} and [text for text, _ in refused] == wanted


def test_a_topic_that_is_not_there(project):
    before = nlu(project)
    with pytest.raises(BrokenFile, match="no examples of nope"):
        add_examples(project, {"nope": [NEW]})
    assert nlu(project) == before


@pytest.mark.parametrize(
    "broken", [b"nlu:\n- intent: a\n\texamples: |\n", b"nlu: [", b"", b"nlu: 7", b"# caf\xe9\nnlu: []"]
)
def test_a_broken_file_is_named_and_left_alone(project, broken):
    (project / "data" / "nlu.yml").write_bytes(broken)
    with pytest.raises(BrokenFile, match=r"nlu\.yml"):
        add_examples(project, {"out_of_scope": [NEW]})
    assert nlu(project) == broken
