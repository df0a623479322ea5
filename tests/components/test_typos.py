"""Typos are mended; names, other languages and whatever is known are left alone."""

from __future__ import annotations

import pytest

from components.typos import Typos, word_counts

WORDS = {
    "alcohol": 90,
    "trauma": 9,
    "sinclair": 40,
    "method": 30,
    "tablets": 50,
    "vivitrol": 60,
    "tables": 3,
    "liver": 9,
}


@pytest.fixture(scope="module")
def typos() -> Typos:
    return Typos(WORDS)


@pytest.mark.parametrize(
    "text, meant",
    [
        ("truama and alchol?", "trauma and alcohol?"),
        ("Sinclare methud", "sinclair method"),
        ("TABLTS, now", "tablets, now"),  # the more frequent one of two
        ("vivitrll", "vivitrol"),  # no English word, but a usual one
    ],
)
def test_a_typo_is_mended(typos, text, meant):
    assert typos.mended(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "what is a trance",
        "lover of liver",
        "Kwikwiki xyzzyq",
        "c'est lalcohl médecin",
        "who's o'clock",
        "",
        "/restart {{7*7}}",
        "alchols1",
    ],
)
def test_what_may_be_meant_is_left_alone(typos, text):
    assert typos.mended(text) == text


def test_a_clause_of_a_mended_message_is_the_mended_clause(typos):
    clause, message = "truama, and", "is truama, and alchol linked"
    assert typos.mended(clause) in typos.mended(message)


def test_words_are_counted_once_a_text():
    assert word_counts(["Liver liver", "the LIVER", "rare"]) == {"liver": 2}


def test_nothing_known_mends_nothing():
    assert Typos({}).mended("alchol") == "alchol"
