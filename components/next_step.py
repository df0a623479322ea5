"""What the bot does beyond the rules: a second answer, and never silence after an action that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

LISTEN = "action_listen"
SAFE_REPLY = "utter_out_of_scope"
MUST_SPEAK = frozenset({"action_clarify", "action_sources"})  # actions that are a rule's only words


@dataclass(frozen=True)
class Turn:
    """One turn so far: the topics asked for (two or none), the actions done since the visitor's message in
    their order, whether the bot has said anything, and whether the last action was rejected."""

    topics: Sequence[str]
    done: Sequence[str]
    spoke: bool
    rejected: bool


def next_step(turn: Turn) -> Optional[str]:
    """The next action, or None where the rules know best."""
    last = turn.done[-1] if turn.done else None
    if turn.rejected or (last in MUST_SPEAK and not turn.spoke):
        return LISTEN if turn.spoke else SAFE_REPLY
    if last == SAFE_REPLY and len(turn.done) > 1:
        return LISTEN
    answers = [f"utter_{topic}" for topic in turn.topics]
    if len(answers) == 2 and last == answers[0]:
        return answers[1]
    if len(answers) == 2 and last == answers[1]:
        return LISTEN
    return None
