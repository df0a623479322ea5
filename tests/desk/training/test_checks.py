"""Content that Rasa would train without a word."""

from __future__ import annotations

import re

import pytest
import yaml

from desk.training.checks import faults, few_others, fewer_dangers
from evaluation.content import ROOT, Text, read_content

BOUNDS = yaml.safe_load((ROOT / "evaluation" / "gate.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def content():
    """The project's own."""
    return read_content(ROOT)


def edit(path, old, new, flags=0):
    text = path.read_text(encoding="utf-8")
    changed = re.sub(old, new, text, count=1, flags=flags)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def said(project):
    found, _ = faults(project)
    return "\n".join(map(str, found))


def test_the_content_as_it_is_can_be_trained():
    found, content = faults(ROOT)
    assert found == [] and content is not None
    assert fewer_dangers(None, content, BOUNDS) == {} and fewer_dangers(content, content, BOUNDS) == {}


def test_a_danger_without_examples(thin_project):
    edit(thin_project / "data" / "nlu.yml", r"- intent: escalate_liver\n.*?(?=\n- intent)", "", re.DOTALL)
    assert "there is no example of escalate_liver" in said(thin_project)


def test_a_sentence_of_danger_in_another_topic(thin_project):
    path = thin_project / "data" / "nlu.yml"
    sentence = next(one.text for one in read_content(thin_project).examples if one.label == "emergency_overdose")
    edit(path, r"(- intent: side_effects\n  examples: \|\n)", r"\1    - " + sentence.upper() + "\n")
    assert "is an example of" in said(thin_project) and sentence.upper() in said(thin_project)


def test_a_danger_reply_that_is_gone(thin_project):
    edit(thin_project / "domain.yml", r"\n  utter_escalate_liver:\n(    .*\n|  - .*\n)+", "\n")
    assert "domain.yml: has no response utter_escalate_liver" in said(thin_project)


def test_rules_without_rules(thin_project):
    (thin_project / "data" / "rules.yml").write_text('version: "3.1"\nrules:\n- rule: x\n  steps:\n  - intent: greet\n')
    assert "data/rules.yml: the rule for escalate_liver must begin with utter_escalate_liver" in said(thin_project)


def test_content_of_another_shape_is_no_crash(thin_project):
    (thin_project / "data" / "facts.yml").write_text("paragraphs: [1, 2]\n")
    assert "it is not what the bot expects" in said(thin_project)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.85])
def test_a_danger_that_lost_examples(content, share):
    before = content
    liver = [one for one in before.examples if one.label == "escalate_liver"]
    gone = set(liver[int(share * len(liver)) :])
    after = type(before)(**{**vars(before), "examples": [one for one in before.examples if one not in gone]})
    lines = fewer_dangers(before, after, BOUNDS)["escalate_liver"]
    assert f"{len(gone)} of {len(liver)} examples are gone" in lines
    assert any(line.startswith("gone: “") for line in lines)


def test_some_new_wordings_for_old_ones_are_no_loss(content):
    before = content
    liver = [one for one in before.examples if one.label == "escalate_liver"]
    changed = [Text(one.where, one.label, one.text + " x") if one in liver[:20] else one for one in before.examples]
    assert fewer_dangers(before, type(before)(**{**vars(before), "examples": changed}), BOUNDS) == {}


def test_a_new_topic_may_begin_small(thin_project):
    edit(
        thin_project / "data" / "nlu.yml",
        r"(- intent: side_effects\n  examples: \|\n(?:    - .*\n){4})(?:    - .*\n)+",
        r"\1",
    )
    found, content = faults(thin_project)
    assert found == [] and content
    assert [line for line in few_others(content) if "4 examples" in line] and len(few_others(content)) > 80
