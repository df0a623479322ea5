"""Findings know their topic, example and place; cleanlab finds what stands in the wrong topic."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from evaluation.check_balance import unbalanced
from evaluation.check_labels import reading_order, suspects
from evaluation.content import Text, read_content
from evaluation.findings import Finding, content_findings
from evaluation.rasa_validation import complaints


@pytest.fixture(scope="module")
def content():
    return read_content()


def small(content, number=60):
    """The content with a few topics and a few examples of each, so that the checks are quick."""
    kept = ("cost", "cbt", "side_effects", "escalate_liver")
    examples = [one for topic in kept for one in [e for e in content.examples if e.label == topic][:number]]
    return dataclasses.replace(content, examples=examples)


def found(content, *more):
    """What is found in `more` examples, beside the small content."""
    some = small(content)
    spoiled = dataclasses.replace(some, examples=[*some.examples, *more])
    before = {one.key for one in content_findings(some)}
    return [one for one in content_findings(spoiled) if one.key not in before and one.kind != "few"]


def test_the_projects_own_content_has_none(content):
    assert content_findings(content) == []


def test_pairs_leaks_and_signs(content):
    some = small(content)
    mine = next(one for one in some.examples if len(one.text.split()) > 9)
    case = next(one for one in content.cases if len(one.text.split()) > 9)
    more = [
        Text("data/nlu.yml:1", "cbt" if mine.label != "cbt" else "cost", mine.text.upper()),
        Text("data/nlu.yml:2", mine.label, mine.text + " quux"),
        Text("data/nlu.yml:3", "cost", case.text),
        Text("data/nlu.yml:4", "cost", "call me at 415 226 9087"),
    ]
    kinds = {(one.kind, one.where, one.example) for one in found(content, *more)}
    assert {
        ("twice", "data/nlu.yml:1", more[0].text),
        ("near", "data/nlu.yml:2", more[1].text),
        ("leak", "data/nlu.yml:3", case.text),
        ("sign", "data/nlu.yml:4", more[3].text),
    } <= kinds


@pytest.fixture
def misplaced(content):
    """Few topics that lie far apart, and three examples of liver that stand in another topic; and the vectors."""
    some = small(content)
    draw = np.random.default_rng(0)
    topics = sorted({one.label for one in some.examples})
    centres = {topic: draw.normal(size=32) for topic in topics}
    vectors = np.array([centres[one.label] + draw.normal(scale=0.3, size=32) for one in some.examples])
    examples = list(some.examples)
    wrong = [i for i, one in enumerate(examples) if one.label == "escalate_liver"][:3]
    for i in wrong:
        examples[i] = dataclasses.replace(examples[i], label="cost")
    return dataclasses.replace(some, examples=examples), vectors, wrong


def test_an_example_in_the_wrong_topic_is_found(misplaced):
    content, vectors, wrong = misplaced
    found = suspects(content, vectors)
    assert {one.example for one in found[:3]} == {content.examples[i].text for i in wrong}
    assert {(one.topic, one.other_topic, one.must, one.new) for one in found[:3]} == {
        ("cost", "escalate_liver", False, False)
    }


def test_what_is_new_since_the_last_publication_comes_first(misplaced):
    content, vectors, wrong = misplaced
    newest = content.examples[wrong[2]]
    before = {(one.label, one.text) for one in content.examples if one is not newest}
    first, *others = suspects(content, vectors, before)
    assert (first.example, first.new) == (newest.text, True)
    assert {one.example for one in others} >= {content.examples[i].text for i in wrong[:2]}
    assert not any(one.new for one in others)
    assert first.key == dataclasses.replace(first, new=False).key  # it stays put aside once it is published
    order = reading_order(content, before)
    assert order[0] == wrong[2] and sorted(order) == list(range(len(content.examples)))


def test_a_topic_too_small_to_judge_does_not_hide_the_others(misplaced):
    content, vectors, wrong = misplaced
    more = dataclasses.replace(
        content, examples=[*content.examples, Text("x", "tiny", "who"), Text("x", "tiny", "what")]
    )
    found = suspects(more, np.vstack([vectors, vectors[:2]]))
    assert {one.example for one in found[:3]} == {content.examples[i].text for i in wrong}
    assert suspects(dataclasses.replace(content, examples=[]), vectors[:0]) == []


def test_large_and_small_topics(content):
    some = small(content, 20)
    large = [Text("x", "cbt", f"{n} words of it") for n in range(200)]
    by_topic = {one.topic: one.what for one in unbalanced(dataclasses.replace(some, examples=[*some.examples, *large]))}
    assert "times as many" in by_topic["cbt"] and "20 examples" in by_topic["cost"]
    assert "escalate_liver" not in by_topic


def test_a_findings_name_does_not_depend_on_its_line():
    one = Finding("near", topic="a", example="b", where="data/nlu.yml:7")
    assert one.key == dataclasses.replace(one, where="data/nlu.yml:8").key != dataclasses.replace(one, example="c").key


def test_what_rasa_says():
    output = (
        "2026-01-01 10:00:00 INFO     rasa.validator  - Validating intents...\n"
        "\x1b[33m/a/b/validator.py:120: UserWarning: The intent 'x' has only 1 training example.\x1b[0m\n"
        "/a/b/validator.py:130: UserWarning: The intent 'y' is not used in any story or rule.\n"
        "/a/b.py:1: DeprecationWarning: pkg_resources is deprecated\n"
        "2026-01-01 10:00:01 ERROR    rasa.validator  - The rule has no end.\n"
    )
    assert complaints(output) == ["The intent 'x' has only 1 training example.", "The rule has no end."]
