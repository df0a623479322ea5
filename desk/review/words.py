"""What staff read for the bot's own words: names of reasons, tiers and kinds of danger, and titles of topics."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterable

from actions.catalogue import read_answers
from components.safety.tiers import KINDS
from desk.topics.examples import text_of

_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
REASONS = {
    "disagree": "rules and detector disagree on danger",
    "thumbs_down": "thumbs down",
    "rephrased": "asked again right after the answer",
    "clarify": "the bot had to ask back",
    "out_of_scope": "the bot had no answer",
    "small_margin": "two topics were close",
    "low_confidence": "the bot was unsure",
    "escalated": "sent to a provider",
}
TIERS = {
    "answer": "answered",
    "clarify": "asked back",
    "out_of_scope": "no answer",
    "escalate": "sent to the provider",
    "emergency": "emergency numbers",
    "chitchat": "small talk",
}


def topic_titles(project: Path) -> dict[str, str]:
    """The title of each topic that has an answer, by topic, sorted by title. Raises BrokenFile."""
    path = project / "domain.yml"
    text_of(path)  # not larger than a file of the content can be
    found = {topic: answer.title for topic, answer in read_answers(path).items()}
    return dict(sorted(found.items(), key=lambda entry: entry[1].casefold()))


def dangers() -> dict[str, str]:
    """The kinds of danger by their topic, in words."""
    return {
        f"{tier}_{kind}": f"{TIERS[tier]}: {kind.replace('_', ' ')}" for tier, kinds in KINDS.items() for kind in kinds
    }


SMALL_TALK = {
    "greet": "Greeting",
    "thank": "Thanks",
    "goodbye": "Goodbye",
    "are_you_a_bot": "“Are you a bot?”",
    "talk_to_person": "Wants a person",
    "what_can_you_do": "“What can you do?”",
    "follow_up_source": "“How do you know?”",
    "out_of_scope": "Not something we answer",
}


def other_topics(names: Iterable[str]) -> dict[str, str]:
    """Words for topics that have no answer of their own and are no danger: small talk, follow-up questions."""
    return {name: SMALL_TALK.get(name) or name.replace("_", " ").capitalize() for name in names}


def fired(found: Iterable[str]) -> list[str]:
    """What saw a danger, from the bot's own note such as `escalate_liver:rule:yellow_skin`, each once."""
    return list(dict.fromkeys(_fired(str(one)) for one in found))


def _fired(note: str) -> str:
    topic, _, source = note.partition(":")
    how, _, name = source.partition(":")
    by = f"by the phrase “{name.replace('_', ' ')}”" if how == "rule" else "by the learned detector"
    return f"{plain(topic)}, {by}"


def plain(text: str) -> str:
    """A sentence with staff's words in place of the names that dangers, small talk and replies have in the files."""
    known = {**dangers(), **SMALL_TALK}

    def word(name: re.Match[str]) -> str:
        reply = name[0].removeprefix("utter_")
        if reply != name[0]:
            return f"the reply “{known.get(reply) or reply.replace('_', ' ')}”"
        return known.get(reply, reply)

    return _NAME.sub(word, text)
