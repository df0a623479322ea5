"""Typos of danger words are mended, and English words stay what they are."""

import pytest

from components.safety.spelling import Vocabulary

DANGER = {"fentanyl", "heroin", "jaundice", "seizure", "withdrawal", "liver", "suicide", "oxy", "percs"}
KNOWN = {"heroine", "river", "silver", "lever", "suicidal", "live"}


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(DANGER, KNOWN)


@pytest.mark.parametrize(
    "typo, meant",
    [
        ("fentynal", "fentanyl"),
        ("fentanly", "fentanyl"),
        ("fentanal", "fentanyl"),
        ("jandice", "jaundice"),
        ("siezure", "seizure"),
        ("siezzure", "seizure"),
        ("withdrawl", "withdrawal"),
        ("witdrawel", "withdrawal"),
        ("livver", "liver"),
        ("suicde", "suicide"),
        ("heorin", "heroin"),
        ("h*roin", "heroin"),
        ("h#roin", "heroin"),
        ("fent*nyl", "fentanyl"),
        ("su*cide", "suicide"),
        ("p*rcs", "percs"),
    ],
)
def test_a_slip_is_mended(vocabulary, typo, meant):
    assert vocabulary.mend(typo) == meant


@pytest.mark.parametrize("word", [*sorted(KNOWN | DANGER), "oxi", "perk", "cat", "50mg", "größe", "tuesday", ""])
def test_words_that_are_known_short_or_far_stay(vocabulary, word):
    assert vocabulary.mend(word) == word


def test_a_mask_that_fits_nothing_is_dropped(vocabulary):
    assert vocabulary.mend("f*ck") == "fck"


def test_without_danger_words_nothing_changes():
    assert Vocabulary((), ()).mend("fentynal") == "fentynal"
