"""Places that must agree do, and a guard says so where they no longer do."""

import ast

import pytest

from components.safety.tiers import KINDS
from evaluation import check_agreement as agreement
from evaluation.content import ROOT
from evaluation.content_checks import CHECKS, problems

DANGERS = [f"{tier}_{kind}" for tier, kinds in KINDS.items() for kind in kinds]


def imports(folder):
    """The top-level packages that Python files in `folder` import, with the files."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            yield from ((name.split(".")[0], path.relative_to(ROOT)) for name in names)


@pytest.mark.parametrize(
    "check", [agreement.topics, agreement.rules, agreement.follow_ups, agreement.dangers, agreement.numbers]
)
def test_the_files_agree(content, check):
    assert check(content) == []


def test_all_checks_together_find_nothing(content):
    assert len(set(CHECKS)) == len(CHECKS)
    assert problems(content) == []


@pytest.mark.parametrize("folder", ["components/safety", "actions", "desk", "evaluation"])
def test_rasa_stays_outside(folder):
    assert [path for package, path in imports(folder) if package == "rasa"] == []


@pytest.mark.parametrize("intent", DANGERS)
def test_danger_speaks_before_any_action_runs(content, intent):
    actions = content.rules[intent]
    assert actions[0] == f"utter_{intent}"
    assert "action_escalate" in actions[1:]


def test_an_action_before_the_danger_line_is_found(spoiled, content):
    rules = {**content.rules, "emergency_seizure": ["action_escalate", "utter_emergency_seizure"]}
    found = agreement.dangers(spoiled(rules=rules))
    assert ["must begin with utter_emergency_seizure" in problem.what for problem in found] == [True]


def test_an_escalating_topic_that_answers_first_is_found(spoiled, content):
    rules = {**content.rules, "liver_tests": ["utter_liver_tests", "action_escalate"]}
    assert ["liver_tests" in problem.what for problem in agreement.dangers(spoiled(rules=rules))] == [True]


def test_a_danger_without_intent_or_reply_is_found(spoiled):
    less = spoiled()
    less.domain["intents"].remove("emergency_seizure")
    del less.responses["utter_emergency_allergy"]
    assert {problem.what for problem in agreement.dangers(less)} == {
        "lists no intent emergency_seizure",
        "has no response utter_emergency_allergy",
    }


def test_a_topic_known_to_one_file_only_is_found(spoiled, content):
    more = spoiled(rules={**content.rules, "forgotten": ["utter_forms", "utter_gone"]})
    more.domain["intents"] += ["untaught"]
    found = {str(problem) for problem in (*agreement.topics(more), *agreement.rules(more))}
    assert found == {
        "data/nlu.yml: has no examples for untaught",
        "data/rules.yml: has no rule for untaught",
        "data/rules.yml: has a rule for forgotten, which domain.yml does not list",
        "data/rules.yml: names utter_gone, which domain.yml does not have",
    }


def test_dead_responses_and_dead_buttons_are_found(spoiled):
    dead = {"text": "Hm.", "metadata": {"kind": "chitchat"}, "buttons": [{"title": "Go", "payload": "/nowhere"}]}
    more = spoiled(responses={"utter_never": [dead]})
    assert [problem.what for problem in agreement.rules(more)] == ["has utter_never, which nothing ever says"]
    assert [problem.what for problem in agreement.topics(more)] == ["has a button for nowhere, which is no intent"]


@pytest.mark.parametrize(
    "text, reason",
    [
        ("Get help. Call 911 at once.", "must begin"),
        ("Call 112 now.", "112, which is not in clinic.yml"),
    ],
)
def test_an_emergency_number_in_the_wrong_place_is_found(spoiled, text, reason):
    spoil = {"utter_emergency_seizure": [{"text": text, "metadata": {"kind": "emergency"}}]}
    assert [reason in problem.what for problem in agreement.numbers(spoiled(responses=spoil))] == [True]


def test_numbers_changed_in_clinic_yml_alone_are_found(spoiled):
    changed = spoiled(clinic={"emergency": {"emergency": "112", "crisis": "988", "poison": "1-800-222-1222"}})
    found = {problem.where for problem in agreement.numbers(changed)}
    assert found == {"clinic.yml", "domain.yml"}
