"""What visitors type: enough, varied, readable, and nobody's data."""

import time

import pytest

from evaluation.check_examples import characters, contacts, counts, personal, repeated, unreadable, word_lists
from evaluation.content import ROOT, Text, read_examples


@pytest.mark.parametrize("check", [counts, repeated, characters, personal, word_lists])
def test_the_examples_pass(content, check):
    assert check(content) == []


def test_rasa_reads_exactly_these_examples(content):
    rasa_yaml = pytest.importorskip("rasa.shared.nlu.training_data.formats.rasa_yaml")
    read = rasa_yaml.RasaYAMLReader().read(str(ROOT / "data" / "nlu.yml"))
    assert [(e.get("intent"), e.get("text")) for e in read.intent_examples] == [
        (example.label, example.text) for example in content.examples
    ]


@pytest.mark.parametrize(
    "intent, kept, least",
    [
        ("emergency_seizure", 59, 60),
        ("escalate_liver", 199, 200),
        ("out_of_scope", 299, 300),
        ("cbt", 39, 40),
        ("cbt", 0, 40),
    ],
)
def test_too_few_examples_are_found(spoiled, content, intent, kept, least):
    mine = [example for example in content.examples if example.label == intent][:kept]
    others = [example for example in content.examples if example.label != intent]
    assert [problem.what for problem in counts(spoiled(examples=others + mine))] == [
        f"{intent} has {kept} examples, {least} are the least"
    ]


def test_more_danger_than_harmless_text_is_found(spoiled, content):
    more = [example for example in content.examples if example.label.startswith("e")] * 9  # more than all the rest
    found = counts(spoiled(examples=content.examples + more))
    assert ["danger" in problem.what for problem in found] == [True]


@pytest.mark.parametrize(
    "one, other",
    [
        ("👋", "👋"),
        ("Does it HURT?", "does it hurt"),
        ("how long do i have to take the tablets", "and how long do i have to take the tablets"),
    ],
)
def test_repetition_is_found_across_intents(spoiled, one, other):
    found = repeated(spoiled(examples=[Text("nlu:1", "greet", one), Text("nlu:2", "tablet", other)]))
    assert [problem.where for problem in found] == ["nlu:2"]


@pytest.mark.parametrize("one, other", [("the shot", "the shot hurts"), ("👋", "🙏"), ("is it for me", "is it for us")])
def test_short_sentences_may_be_alike(spoiled, one, other):
    assert repeated(spoiled(examples=[Text("nlu:1", "greet", one), Text("nlu:2", "tablet", other)])) == []


def test_looking_for_repetition_is_quick(content):
    start = time.perf_counter()
    repeated(content)
    assert time.perf_counter() - start < 20  # comparing all pairs would take many minutes


@pytest.mark.parametrize(
    "text",
    [
        "a ",
        "",
        "/greet",
        "[this](name)",
        '[a]{"b": 1}',
        "C:\\users",
        "zero\u200bwidth",
        "right\u202eleft",
        "a\tb",
        "bell\x07",
    ],
)
def test_what_rasa_would_misread_is_refused(text):
    assert list(unreadable(text))


@pytest.mark.parametrize("text", ["and/or", "a: b", "- x", "🤷\u200d♀️", "${HOME}", "wat (really) #2", "¿qué?"])
def test_what_people_type_is_not(text):
    assert not list(unreadable(text))


@pytest.mark.parametrize("terms, faults", [(["use", True], 1), ([False], 1), ("oxy", 1), (["on", 2, 1, 0], 0)])
def test_a_word_that_yaml_takes_for_a_truth_value_is_found(spoiled, terms, faults):
    assert len(word_lists(spoiled(word_lists={"use": terms}))) == faults


@pytest.mark.parametrize(
    "text, hits",
    [
        ("call me on 415-867-5309 ok", ["415-867-5309"]),
        ("its (415) 867 5309", ["(415) 867 5309"]),
        ("jane.d@mail.com", ["jane.d@mail.com"]),
        ("test@example.org, 1234567890 or 212-555-0142", []),
        ("50mg, 911, 988, 2024-05-06", []),
    ],
)
def test_contacts_of_people(text, hits):
    assert contacts(text) == hits


def test_a_line_that_is_no_example_has_its_number_in_the_error(tmp_path):
    path = tmp_path / "nlu.yml"
    path.write_text("nlu:\n- intent: greet\n  examples: |\n    - hi\n   - ho\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"nlu\.yml:5"):
        read_examples(path)
