"""Answers, facts and paragraphs hold together, and no answer says more than its paragraphs do."""

import pytest

from evaluation.check_answers import grounding, ungrounded

FACTS = "The usual strength of the ReVia tablet is 50 mg. Relapse rates drop by 36-50%. One shot lasts about 28 days."


def test_every_answer_stands_in_the_facts_and_every_fact_is_reachable(content):
    assert grounding(content) == []


@pytest.mark.parametrize(
    "text",
    [
        "The tablet, called ReVia, has 50 mg.",
        "Naltrexone can lower them by 36-50%.",
        "It works for 28 days. Many people like that, and so may you.",
        'Some say it is "good." Others do not, and I\'m not to judge.',
    ],
)
def test_what_stands_in_the_facts_is_grounded(text):
    assert ungrounded(text, FACTS) == []


@pytest.mark.parametrize(
    "text, claim",
    [
        ("The tablet has 100 mg.", "100 mg"),
        ("Rates drop by 50%.", "50%"),
        ("It lasts for 28 weeks.", "28 weeks"),
        ("Campral is another one.", "Campral"),
        ("Ask about acamprosate.", "acamprosate"),
        ("They use the CIWA score.", "CIWA"),
        ("A visit to the Harbor clinic helps.", "Harbor"),
    ],
)
def test_what_does_not_is_named(text, claim):
    assert ungrounded(text, FACTS) == [claim]


def test_a_paragraph_that_no_answer_cites_is_found(spoiled, content):
    facts = {**content.facts, 999: {"section": "New", "facts": ["Nobody asks for this."]}}
    assert ["999" in problem.what for problem in grounding(spoiled(facts=facts))] == [True]


@pytest.mark.parametrize("entry", [None, {"section": "Emptied", "facts": []}])
def test_citing_a_paragraph_without_facts_is_found(spoiled, content, entry):
    facts = {number: kept for number, kept in content.facts.items() if number != 87} | ({87: entry} if entry else {})
    found = [problem.what for problem in grounding(spoiled(facts=facts))]
    assert "utter_peer_mentors: cites paragraph 87, which has no facts" in found
