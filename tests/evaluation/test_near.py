"""Sentences that say almost the same are found, all of them and no others."""

import itertools
import random

import pytest

from evaluation.near import likeness, pairs, pairs_within, words


@pytest.mark.parametrize(
    "text, found",
    [
        ("Don't, I can't!", {"dont", "i", "cant"}),
        ("50mg a day", {"50mg", "a", "day"}),
        (" 👋 ", {"👋"}),
        ("?", {"?"}),
    ],
)
def test_words(text, found):
    assert words(text) == found


def test_likeness_is_the_share_of_common_words():
    assert likeness(words("one two three"), words("two three four")) == 0.5


@pytest.mark.parametrize("least", [0.5, 0.75, 0.8, 1.0])
def test_the_quick_search_finds_what_comparing_all_would(least):
    draw = random.Random(7)
    texts = [" ".join(draw.choices("abcdefgh", k=draw.randint(1, 9))) for _ in range(200)]
    slow = {
        (i, j)
        for (i, a), (j, b) in itertools.combinations(enumerate(texts), 2)
        if likeness(words(a), words(b)) >= least
    }
    assert set(pairs_within(texts, least)) == slow


def test_two_lists():
    assert list(pairs(["a b c d", "x"], ["x", "d c b a e"], 0.8)) == [(0, 1), (1, 0)]
