"""Every sentence the bot can say has the right form."""

import pytest

from evaluation.check_answers import answers, grade, responses

FINE = "Naltrexone is a medicine. " * 10


def test_responses_have_their_form(content):
    assert responses(content) == []


def test_answers_have_their_form(content):
    assert answers(content) == []


def test_there_are_some_fifty_topics_and_more(content):
    assert len(content.answers) >= 50


@pytest.mark.parametrize(
    "name, variants, reason",
    [
        ("utter_greet", [{"text": "Hello."}], "kind"),
        ("utter_greet", [{"text": "Hello.", "metadata": {"kind": "hello"}}], "kind"),
        ("utter_greet", [{"text": "Hello.", "metadata": {"kind": "chitchat"}, "condition": []}], "may say nothing"),
        ("utter_emergency_overdose", [{"text": "Call 911.", "metadata": {"kind": "emergency"}}] * 2, "one variant"),
        ("utter_emergency_overdose", [{"text": "Call {number}.", "metadata": {"kind": "emergency"}}], "no slot"),
        ("utter_escalate_liver", [{"text": "Ask them.", "metadata": {"kind": "answer"}}], "must be escalate"),
    ],
)
def test_a_malformed_response_is_found(spoiled, name, variants, reason):
    found = responses(spoiled(responses={name: variants}))
    assert any(name in problem.what and reason in problem.what for problem in found)


@pytest.mark.parametrize(
    "advice",
    [
        "Take one before you drink.",
        "You should stop it now.",
        "You can take two.",
        "Just skip your dose today.",
        "Stop taking naltrexone if you feel ill.",
        "You must not drink.",
        "Then double the dose.",
    ],
)
def test_advice_is_found(spoiled, advice):
    found = responses(spoiled(responses={"utter_greet": [{"text": advice, "metadata": {"kind": "chitchat"}}]}))
    assert ["sounds like advice" in problem.what for problem in found] == [True]


@pytest.mark.parametrize(
    "text, title, paragraphs, reason",
    [
        (FINE, "", [3], "no title"),
        (FINE, "What it costs", [3], "another answer"),
        (FINE, "New", [], "cites 0"),
        (FINE, "New", [3, 4, 5, 6, 7, 8, 10], "cites 7"),
        ("Too short.", "New", [3], "2 words"),
        (FINE * 3, "New", [3], "120 words"),
        (
            "Pharmacological interventions necessitate comprehensive psychosocial rehabilitation opportunities. " * 5,
            "New",
            [3],
            "reading grade",
        ),
    ],
)
def test_a_malformed_answer_is_found(spoiled, text, title, paragraphs, reason):
    metadata = {"kind": "answer", "title": title, "paragraphs": paragraphs}
    found = answers(spoiled(responses={"utter_forms": [{"text": text, "metadata": metadata}]}))
    assert any("utter_forms" in problem.what and reason in problem.what for problem in found)


def test_names_of_medicines_do_not_count_as_hard_words():
    assert grade("Ask about buprenorphine and thioridazine.") == grade("Ask about it and it.")
