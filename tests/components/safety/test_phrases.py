"""The small language of the danger phrases: what each sign of it matches, and what it refuses."""

import time

import pytest

from components.safety.phrases import PhraseError, compile_phrase, lists_in, own_words, plain_words, terms_of

LISTS = {
    "pill": ["pill", "pills", "sleeping tablets"],
    "drug": ["{pill}", "oxy*"],
    "loop": ["{ring}"],
    "ring": ["{loop}"],
    "odd": ["a-b"],
    "lost": ["{nowhere}"],
}


def found(phrase, text):
    """What `phrase` matches in normalised `text`, all of it."""
    matches = compile_phrase(phrase, LISTS).spans(f" {text} ", frozenset(text.split()))
    return [match.group().strip() for match in matches]


@pytest.mark.parametrize(
    "phrase, text, hits",
    [
        ("cant breathe", "i cant breathe", ["cant breathe"]),
        ("cant breathe", "i cant really breathe", []),
        ("ate|took pills", "he took pills", ["took pills"]),
        ("on van|car_park", "on car park", ["on car park"]),
        ("on van|car_park", "on van park", ["on van"]),
        ("car_park", "a car in the park", []),
        ("shak*", "shaky and shaking", ["shaky", "shaking"]),
        ("shak*", "milkshake", []),
        ("took my? pills", "took pills", ["took pills"]),
        ("took my? pills", "took my pills", ["took my pills"]),
        ("took my? pills", "took your pills", []),
        ("took .. pills", "took all of my pills", ["took all of my pills"]),
        ("took .. pills", "took all of my dear pills", []),
        ("took ..1 pills", "took two pills", ["took two pills"]),
        ("took ..1 pills", "took two big pills", []),
        ("took ..6 pills", "took pills", ["took pills"]),
        ("took .. pills", "took it | pills", []),
        ("{pill}", "sleeping tablets", ["sleeping tablets"]),
        ("took {drug}", "took oxycontin", ["took oxycontin"]),
        ("took {drug}|it", "took it", ["took it"]),
        ("^ help", "help me", ["help"]),
        ("^ help", "please help", []),
        ("help $", "please help", ["help"]),
        ("help $", "help |", ["help |"]),
        ("help $", "help me", []),
        ("die", "dies died", []),
        ("die", "", []),
    ],
)
def test_what_a_phrase_matches(phrase, text, hits):
    assert found(phrase, text) == hits


@pytest.mark.parametrize(
    "phrase, text, words",
    [
        ("took .. pills", "took all of my pills", ["took", "pills"]),
        ("took .. {pill} ..2 again", "took sleeping tablets once more again", ["took", "sleeping", "tablets", "again"]),
        ("took my? pills $", "took my pills |", ["took", "my", "pills", "|"]),
    ],
)
def test_which_words_a_phrase_names_itself(phrase, text, words):
    text = f" {text} "
    (match,) = compile_phrase(phrase, LISTS).spans(text, frozenset(text.split()))
    assert [text[start:].split()[0] for start in sorted(own_words(match))] == words


def test_every_mention_is_found():
    assert found("took .. pills", "took took pills") == ["took took pills", "took pills"]


@pytest.mark.parametrize(
    "phrase, reason",
    [
        ("took {nothing}", "unknown word list {nothing}"),
        ("{lost}", "unknown word list {nowhere}"),
        ("{loop}", "refers to itself"),
        ("{odd}", "cannot read 'a-b'"),
        ("oh it's", 'cannot read "it\'s"'),
        ("a*b c", "cannot read 'a*b'"),
        ("", "holds no word"),
        ("..", "holds no word"),
        ("^ $", "holds no word"),
    ],
)
def test_a_phrase_that_cannot_be_read_says_why(phrase, reason):
    with pytest.raises(PhraseError) as error:
        compile_phrase(phrase, LISTS)
    assert reason in str(error.value)


def test_the_lists_a_phrase_refers_to():
    assert lists_in("took {pill}|{drug} ..3 my? {pill}") == ["pill", "drug", "pill"]


def test_lists_within_lists():
    assert terms_of("drug", LISTS) == ["pill", "pills", "sleeping tablets", "oxy*"]


def test_the_spelling_vocabulary_takes_whole_words_only():
    assert plain_words("took|taken {e_all_pills} car_park shak* my? ..3 50mg ^") == {
        "took",
        "taken",
        "car",
        "park",
        "my",
    }


def test_a_long_text_is_quick():
    start = time.perf_counter()
    found("took ..6 pills ..6 died", "took pills " * 1000)
    assert time.perf_counter() - start < 1
