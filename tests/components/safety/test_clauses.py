"""A message is read clause by clause where it says more than one thing."""

import pytest

from components.safety.clauses import clauses, sentences


@pytest.mark.parametrize(
    "text, parts",
    [
        ("what does it cost", ["what does it cost"]),
        ("what does it cost and can i drink on it", ["what does it cost", "and can i drink on it"]),
        ("What is it? How much is it?", ["What is it", "How much is it"]),
        ("i feel fine, he is not breathing", ["i feel fine", "he is not breathing"]),
        ("is it safe - my eyes are yellow", ["is it safe", "my eyes are yellow"]),
        ("is it safe (my eyes are yellow)", ["is it safe", "my eyes are yellow"]),
        ("one line\nother line", ["one line", "other line"]),
        ("thanks BUT my chest hurts", ["thanks BUT my chest hurts"]),
        ("many thanks BUT my chest hurts", ["many thanks", "BUT my chest hurts"]),
        ("Hello! Wow! Ok.", ["Hello! Wow! Ok."]),
        ("long-acting shot", ["long-acting shot"]),
        ("the android app", ["the android app"]),
        ("  padded  ", ["padded"]),
        ("", [""]),
        ("?!", ["?!"]),
    ],
)
def test_clauses(text, parts):
    assert clauses(text) == parts


def test_how_short_a_clause_may_be_can_be_set():
    assert clauses("yes, it hurts a lot", shortest=1) == ["yes", "it hurts a lot"]


@pytest.mark.parametrize(
    "text, parts",
    [
        ("He fell, and then he slept. What now?", ["He fell, and then he slept.", "What now?"]),
        ("what is it", ["what is it"]),
        ("Oh. My eyes are yellow", ["My eyes are yellow"]),
        ("Oh.", ["Oh."]),
    ],
)
def test_sentences(text, parts):
    assert sentences(text) == parts
