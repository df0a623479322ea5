"""What staff read for the bot's own words: names of reasons, tiers and kinds of danger, and titles of topics."""

from __future__ import annotations

from pathlib import Path

from actions.catalogue import read_answers
from components.safety.tiers import KINDS

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
    """The title of each topic that has an answer, by topic, sorted by title."""
    found = {topic: answer.title for topic, answer in read_answers(project / "domain.yml").items()}
    return dict(sorted(found.items(), key=lambda entry: entry[1].casefold()))


def dangers() -> dict[str, str]:
    """The kinds of danger by their topic, in words."""
    return {
        f"{tier}_{kind}": f"{TIERS[tier]}: {kind.replace('_', ' ')}" for tier, kinds in KINDS.items() for kind in kinds
    }
