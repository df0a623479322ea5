"""What is said about an answer while it is written."""

import pytest

from desk.topics.wording import complaints, title_complaints
from evaluation.check_answers import addresses, advice


def test_a_figure_of_its_own_and_too_few_words() -> None:
    found = complaints("It helps 75 % of people.", "It helps many people.")
    assert any("75 %" in sentence for sentence in found)
    assert any("6 words" in sentence for sentence in found)


def test_a_figure_of_the_facts() -> None:
    assert not any("75 %" in sentence for sentence in complaints("It helps 75 % of people.", "75 % of people."))


@pytest.mark.parametrize(
    "text",
    [
        "Take two tablets in the evening.",
        "Then take 50 mg a day.",
        "Just take an extra one.",
        "Please stop taking it for a week.",
        "Never quit taking your medicine.",
        "You can safely stop after a year.",
        "You should not drink on it.",
        "Skip the dose when you feel ill.",
    ],
)
def test_advice_on_a_dose_or_to_stop(text: str) -> None:
    assert advice(text) and any("advice" in sentence for sentence in complaints(text, text))


@pytest.mark.parametrize(
    "text", ["It is taken once a day.", "Your provider decides when to stop.", "It can take two weeks."]
)
def test_what_is_no_advice(text: str) -> None:
    assert advice(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "802-555-0142",
        "(802) 555-0142",
        "1-800-662-HELP",
        "help@clinic.org",
        "https://x.example/y",
        "www.clinic.org",
        "clinic.com",
    ],
)
def test_invented_contacts(text: str) -> None:
    assert addresses(f"Ask them at {text} today.")
    assert sum("phone number or an address" in one for one in complaints(f"Ask at {text} today.", "")) >= 1


@pytest.mark.parametrize("text", ["7-10 days", "50 mg or 380 mg", "e.g. this", "half of the 12 weeks."])
def test_what_is_no_contact(text: str) -> None:
    assert addresses(text) == []


@pytest.mark.parametrize("title", ["", "x" * 61, "Cost", "cOST", "A {slot}", "a \u202e b", "Vicodin and it"])
def test_titles_that_cannot_be(title: str) -> None:
    assert title_complaints(title, "", {"Cost"})
