"""The frozen cases are many, cover every kind, and were never taught."""

import pytest

from evaluation.check_examples import frozen
from evaluation.content import Text


def test_the_cases_are_enough_and_unseen(content):
    assert frozen(content) == []


def test_every_tier_has_cases(content):
    assert {case.label for case in content.cases} >= {"emergency", "escalate", "answer", "chitchat", "out_of_scope"}


@pytest.mark.parametrize(
    "taught", ["my skin went all yellow today", "My skin went all yellow, today!!", "my skin went all yellow"]
)
@pytest.mark.parametrize("field", ["examples", "must_match"])
def test_a_case_that_was_taught_is_found(spoiled, content, field, taught):
    case = Text("cases:1", "escalate", "my skin went all yellow today")
    lists = {"examples": [], "must_match": [], field: [Text("x:1", "y", taught), Text("x:2", "y", "my skin is fine")]}
    found = frozen(spoiled(cases=[*content.cases, case], **lists))
    assert [problem.where for problem in found] == ["x:1"]


def test_a_missing_kind_and_too_few_cases_are_found(spoiled, content):
    kept = spoiled(cases=content.cases[:10], case_dangers=content.case_dangers - {"emergency_allergy"}, examples=[])
    assert [problem.what for problem in frozen(kept)] == ["10 cases, 200 are the least", "no case of emergency_allergy"]
