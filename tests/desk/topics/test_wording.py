"""What is said about an answer while it is written."""

from desk.topics.wording import complaints


def test_a_figure_of_its_own_and_too_few_words() -> None:
    found = complaints("It helps 75 % of people.", "It helps many people.")
    assert any("75 %" in sentence for sentence in found)
    assert any("6 words" in sentence for sentence in found)


def test_a_figure_of_the_facts() -> None:
    assert not any("75 %" in sentence for sentence in complaints("It helps 75 % of people.", "75 % of people."))
