"""The clauses of a message that can each be a question have a verb."""

import pytest

from components.question_clauses import question_clauses


@pytest.mark.parametrize(
    "text, parts",
    [
        ("what does it cost and can i drink on it", ["what does it cost", "and can i drink on it"]),
        ("What is it? How much does it cost?", ["What is it", "How much does it cost"]),
        ("does it cause nausea, bad headaches and a dry mouth", ["does it cause nausea bad headaches and a dry mouth"]),
        ("is it a tablet, a shot or an implant", ["is it a tablet a shot or an implant"]),
        ("what is naltrexone", ["what is naltrexone"]),
        ("side effects", ["side effects"]),
        ("  ", [""]),
    ],
)
def test_question_clauses(text, parts):
    assert [part.replace(",", "") for part in question_clauses(text)] == parts
