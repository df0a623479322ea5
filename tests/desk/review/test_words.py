"""What staff read in place of the names in the files."""

from __future__ import annotations

import pytest

from desk.review.words import fired, plain


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("escalate_liver: 3 of 9 are gone", "sent to the provider: liver: 3 of 9 are gone"),
        ("answered with utter_what_is_naltrexone (answer)", "answered with the reply “what is naltrexone” (answer)"),
        ("utter_out_of_scope", "the reply “Not something we answer”"),
        ("a visitor's own snake_case stays", "a visitor's own snake_case stays"),
        ("", ""),
    ],
)
def test_names_become_words(said, shown):
    assert plain(said) == shown


def test_what_saw_a_danger():
    found = ["escalate_liver:rule:yellow_skin", "escalate_liver:detector", "escalate_liver:detector"]
    assert fired(found) == [
        "sent to the provider: liver, by the phrase “yellow skin”",
        "sent to the provider: liver, by the learned detector",
    ]
