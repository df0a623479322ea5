"""Emoji are read by name, and nothing else changes."""

import pytest

from components.safety.emoji import named
from components.safety.normalise import unmasked


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("👋", "waving hand"),
        ("👋👋 👋", "waving hand"),
        ("cheers 👍🏽", "cheers thumbs up"),
        ("wont wake 💊\nhelp", "wont wake pill help"),
        ("🇬🇧 hello", "hello"),
        ("café at nine, 50 mg + tea", "café at nine, 50 mg + tea"),
        ("", ""),
    ],
)
def test_names(typed, read):
    assert named(typed) == read


def test_the_learned_parts_read_them_so():
    assert unmasked("Th@nks ❤️ bot") == "thanks black heart bot"
