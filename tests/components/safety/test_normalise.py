"""Masked, sloppy and hostile text becomes the plain words that it stands for."""

import time

import pytest

from components.safety.normalise import normalise, plain, unmasked, words_of
from components.safety.spelling import Vocabulary

VOCABULARY = Vocabulary({"heroin", "fentanyl", "percs", "breathing", "oxy"}, {"heroine"})
EMOJI = {"🟡": "yellow", "👀": "eyes"}


@pytest.mark.parametrize(
    "typed, read",
    [
        ("Can't BREATHE", "cant breathe"),
        ("can\u2019t", "cant"),
        ("h3r0in", "heroin"),
        ("0xy", "oxy"),
        ("$u1c1d3 n0w", "suicide now"),
        ("my @LT, @ noon", "my alt noon"),
        ("it costs $50 or $20k", "it costs 50 or 20k"),
        ("h*roin", "heroin"),
        ("fentynal", "fentanyl"),
        ("p e r c s", "percs"),
        ("p.e.r.c.s", "percs"),
        ("o-x-y", "oxy"),
        ("noooooo", "noo"),
        ("her\u200boin", "heroin"),
        ("her\u00adoin", "heroin"),
        ("\u202eheroin\u202c", "heroin"),
        ("ｈｅｒｏｉｎ", "heroin"),
        ("𝐡𝐞𝐫𝐨𝐢𝐧", "heroin"),
        ("hеroin", "heroin"),  # a Cyrillic е
        ("h\u0335e\u0335r\u0335oin", "heroin"),
        ("<b>her</b>oin", "heroin"),
        ("percs30, oxy80s", "percs 30 oxy 80s"),
        ("50mg a day, 2x", "50mg a day 2x"),
        ("36-50%", "36 50"),
        ("🟡👀", "yellow eyes"),
        ("ojos amarillos, ¿qué?", "ojos amarillos que |"),
        ("stop. he isnt breathing!!", "stop | he isnt breathing |"),
        ("line\nbreak", "line | break"),
        ("", ""),
        ("...", ""),
        ("subs & vivitrol", "subs and vivitrol"),
        ("beer + pills", "beer and pills"),
    ],
)
def test_what_is_typed_and_how_it_is_read(typed, read):
    assert normalise(typed, VOCABULARY, EMOJI) == read


@pytest.mark.parametrize("text", ["привет", "你好", "γεια", "مرحبا"])
def test_other_scripts_are_not_turned_into_latin(text):
    assert all(not word.isascii() for word in words_of(text))


@pytest.mark.parametrize("text", ["m30", "t3", "x2", "50mg", "3rd", "10am", "1.5", "2024"])
def test_amounts_and_codes_are_no_masked_words(text):
    assert words_of(text) == [text.replace(".", "")]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000,
        "a " * 10_000,
        "<" * 5_000,
        "a.b" * 5_000,
        "\u0301" * 20_000,
        "*#" * 5_000,
        "0" * 20_000,
        "!" * 20_000,
    ],
)
def test_long_hostile_text_is_quick(text):
    start = time.perf_counter()
    normalise(text, VOCABULARY, EMOJI)
    assert time.perf_counter() - start < 1


def test_half_characters_do_not_break_it():
    assert plain("\ud83d naltrexone \x00").endswith("naltrexone \x00")


@pytest.mark.parametrize(
    "typed, read",
    [
        ("H0w d0es it w0rk?", "how does it work?"),
        ("is it p@in free", "is it pain free"),
        ("50mg, 2x a day, m30s, covid19 and b12", "50mg, 2x a day, m30s, covid19 and b12"),
        ("what? no!", "what? no!"),
    ],
)
def test_the_learned_parts_read_masked_words_with_their_punctuation(typed, read):
    assert unmasked(typed) == read
