"""All topics there are: those with an answer, danger, and the rest, each with words for staff."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from actions.catalogue import read_answers
from components.safety.tiers import danger_of
from desk.review.words import dangers, other_topics
from desk.topics.examples import load, text_of
from desk.topics.files import BrokenFile


@dataclass(frozen=True)
class Catalogue:
    """Titles by topic: `answers` and the rest sorted by title, danger in its fixed order."""

    answers: dict[str, str]
    dangers: dict[str, str]
    others: dict[str, str]
    escalating: frozenset[str]  # topics with an answer that always sends to the provider first

    @property
    def titles(self) -> dict[str, str]:
        """Every topic with its title."""
        return {**self.answers, **self.dangers, **self.others}

    def is_danger(self, topic: str) -> bool:
        """Whether examples of this topic teach the bot what danger is, so that two people change them."""
        return danger_of(topic) is not None or topic in self.escalating


def read_catalogue(project: Path) -> Catalogue:
    """The topics as they stand in the files. Raises BrokenFile."""
    path = project / "domain.yml"
    try:
        names = [str(name) for name in load(text_of(path), path)["intents"]]
        answers = read_answers(path)
    except (KeyError, TypeError, AttributeError, IndexError):
        raise BrokenFile("domain.yml has no list of topics") from None
    others = other_topics(name for name in names if name not in answers and danger_of(name) is None)
    return Catalogue(
        _sorted({topic: answer.title for topic, answer in answers.items()}),
        {name: words for name, words in dangers().items() if name in names},
        _sorted(others),
        frozenset(topic for topic, answer in answers.items() if answer.escalate),
    )


def _sorted(titles: dict[str, str]) -> dict[str, str]:
    return dict(sorted(titles.items(), key=lambda entry: entry[1].casefold()))
