"""Why a turn is worth a person's minute. Plain functions over turns as they stand in the table `turns`."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from components.safety.tiers import EMERGENCY, ESCALATE

Turn = Mapping[str, Any]
LOW_CONFIDENCE, SMALL_MARGIN = 0.30, 0.08  # an answer below these was close to asking back, or to another answer
REPHRASED_WITHIN = 180.0  # seconds in which a second message after an answer may be the same question again
# What each reason weighs in the queue: first what a visitor complained of and what may be a wrong danger, then what one
# more example mends.
WEIGHTS = {
    "thumbs_down": 5.0,
    "disagree": 4.0,
    "rephrased": 2.5,
    "clarify": 2.0,
    "out_of_scope": 1.5,
    "small_margin": 1.2,
    "low_confidence": 1.0,
    "escalated": 0.1,
}
# Rule and detector agree on most danger, and are right: nothing is left to mend. However many such messages there are,
# they stay behind all others; who wants to see them asks for that reason.
MOST_OF_ESCALATED = 0.5


def reasons_for(turn: Turn, following: Optional[Turn] = None, likeness: float = 0.0) -> list[str]:
    """The reasons for `turn`, the heaviest first; none for a pressed button or an empty text.

    `following` is the visitor's next turn, and `likeness` (cosine, -1 to 1) how alike the two messages are.
    """
    if turn.get("choice") or not (turn.get("text") or "").strip():
        return []
    found = set(_from_reply(turn))
    if turn.get("thumb") == "down":
        found.add("thumbs_down")
    if following is not None and is_rephrased(turn, following, likeness):
        found.add("rephrased")
    return sorted(found, key=lambda reason: -WEIGHTS[reason])


def _from_reply(turn: Turn) -> list[str]:
    tier = turn.get("tier")
    if tier in (EMERGENCY, ESCALATE):
        return ["disagree"] if disagrees(turn.get("safety") or {}) else ["escalated"]
    if tier in ("clarify", "out_of_scope"):
        return [tier]
    if tier != "answer":
        return []
    unsure = [
        ("low_confidence", turn.get("confidence"), LOW_CONFIDENCE),
        ("small_margin", turn.get("margin"), SMALL_MARGIN),
    ]
    return [reason for reason, value, least in unsure if value is not None and value < least]


def disagrees(safety: Mapping[str, Any]) -> bool:
    """Whether only the rules or only the learned detector saw the danger (`safety` as in the parse data)."""
    sources = [str(found).partition(":")[2] for found in safety.get("found") or []]
    ruled = [source.startswith("rule") for source in sources]
    return bool(ruled) and (all(ruled) or not any(ruled))


def is_rephrased(turn: Turn, following: Turn, likeness: float) -> bool:
    """Whether the visitor asked the same again right after an answer."""
    soon = 0 <= following["at"] - turn["at"] <= REPHRASED_WITHIN
    return soon and turn.get("tier") == "answer" and not following.get("choice") and 0.6 <= likeness < 0.999


def weight_of(counts: Mapping[str, int]) -> float:
    """The place in the queue of a group with these reasons: each further message adds less than the one before."""
    weights = {reason: WEIGHTS.get(reason, 1.0) * number**0.5 for reason, number in counts.items()}
    if "escalated" in weights:
        weights["escalated"] = min(weights["escalated"], MOST_OF_ESCALATED)
        # Where rule and detector agree on most messages of a group, they are hardly wrong on those like them.
        unsure = counts.get("disagree", 0)
        weights["disagree"] = weights.get("disagree", 0.0) * unsure / (unsure + counts["escalated"])
    return sum(weights.values())
