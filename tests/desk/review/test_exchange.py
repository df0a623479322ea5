"""Export and import of labelled messages."""

from __future__ import annotations

import json

import pytest

from desk.review.exchange import ImportProblem, from_lines, lines_of, to_lines

PAIRS = [("does it make me dizzy?", "side_effects"), ('¿qué es? 😀 "so"', "out_of_scope")]
TOPICS = {"side_effects", "out_of_scope"}


def test_what_goes_out_comes_back():
    assert from_lines(to_lines(PAIRS), TOPICS) == PAIRS


def test_the_lines_are_those_of_both_tools():
    first = json.loads(next(to_lines(PAIRS)))
    assert first["data"]["text"] == first["text"] == PAIRS[0][0] and first["label"] == ["side_effects"]
    assert first["annotations"][0]["result"][0]["value"]["choices"] == ["side_effects"]


@pytest.mark.parametrize(
    "line",
    [
        '{"data": {"text": "a b"}, "annotations": [{"result": [{"value": {"choices": ["side_effects"]}}]}]}',
        '{"text": "a b", "label": ["side_effects"]}',
        '{"text": "a b", "label": "side_effects", "id": 7}',
    ],
)
def test_either_tools_file(line):
    assert from_lines([line, ""], TOPICS) == [("a b", "side_effects")]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "7",
        '{"text": 5, "label": ["side_effects"]}',
        '{"text": "a", "label": ["nope"]}',
        '{"text": "a"}',
        '{"text": "a", "label": []}',
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(line):
    with pytest.raises(ImportProblem, match="Line 2"):
        from_lines([next(to_lines(PAIRS)), line], TOPICS)


def test_what_label_studio_exports_is_one_list():
    task = {"id": 7, "project": 1, "data": {"text": "a b"}, "predictions": []}
    choice = {"from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": ["side_effects"]}}
    exported = json.dumps([{**task, "annotations": [{"id": 3, "was_cancelled": False, "result": [choice]}]}], indent=2)
    assert from_lines(lines_of(exported), TOPICS) == [("a b", "side_effects")]
    assert from_lines(lines_of("\n".join(to_lines(PAIRS))), TOPICS) == PAIRS


@pytest.mark.parametrize("text", ["[", '[{"text": "a"', "[" * 100_000, "[7]"])
def test_a_list_that_is_none(text):
    with pytest.raises(ImportProblem):
        from_lines(lines_of(text), TOPICS)
