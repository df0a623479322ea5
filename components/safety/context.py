"""What a message means after danger: "yeah", or "would 7 be enough", is danger only after what was said before."""

from __future__ import annotations

from typing import Callable, Mapping, Optional, Sequence

from components.safety.tiers import EMERGENCY, ESCALATE, Finding

NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope", None})
# Intents that mean something only after what was said; but a price, or where we know it from, is another question.
GOES_ON = frozenset(
    f"follow_up_{what}"
    for what in ("injection", "tablet", "implant", "what_kind", "more", "why", "how", "normal", "which")
)
HOW_LONG, A_SCRAP = "follow_up_how_long", 3  # "a week?" asks how long to wait, "how long do i take it" does not
FEW_WORDS = 7
# After danger, few words need less to be danger as well. Of 19 that went on after a sign to see the provider, written
# to try this, 12 score 0.05 or more ("how many days" 0.07, "since tuesday" 0.19), of 11 new questions none; of 22
# scraps of an emergency 18 score 0.03 or more ("twice since lunch" 0.05), new questions that are refused below 0.01.
LITTLE_DANGER = {EMERGENCY: 0.03, ESCALATE: 0.05}
NO_DANGER = 0.012
SURE = 0.6  # from which on a refused message is about something of its own, and thanks are only thanks


def still_in_danger(
    before: Mapping[str, object], text: str, ranking: Sequence[Mapping], score: Callable[[str], float]
) -> Optional[Finding]:
    """The danger of the message before, whose `safety` in the parse data is `before`, if `text` goes on with it.

    `ranking` are the intents of `text`, {name, confidence}, the first of them decided on; `score` says how surely a
    text is danger (0 to 1). Who is in an emergency and writes what is not understood is still in it. After a sign to
    see the provider, only a few words go on with it. A question of its own ("do you take cards") does not.
    """
    tier, words = str(before.get("tier")), len(text.split())
    if tier not in LITTLE_DANGER or (tier == ESCALATE and words > FEW_WORDS):
        return None
    asks_on = _asks_on(ranking, words)
    may_be_of_its_own = _is_surely(ranking, "out_of_scope") and not asks_on
    is_of_its_own = may_be_of_its_own and (tier == ESCALATE or score(text) < NO_DANGER)
    is_unclear = asks_on or _first(ranking) in NOT_UNDERSTOOD
    is_little = words <= FEW_WORDS and score(text) >= LITTLE_DANGER[tier] and not _is_surely(ranking, "thank")
    if is_little or (is_unclear and not is_of_its_own):
        return Finding(tier, str(before.get("kind")), "context", 1.0, "")
    return None


def _first(ranking: Sequence[Mapping]) -> Optional[str]:
    return ranking[0]["name"] if ranking else None


def _is_surely(ranking: Sequence[Mapping], intent: str) -> bool:
    return _first(ranking) == intent and ranking[0]["confidence"] >= SURE


def _asks_on(ranking: Sequence[Mapping], words: int) -> bool:
    """Whether the intent is one of GOES_ON, or was one before its topic took its place with the same confidence."""
    names = GOES_ON | {HOW_LONG} if words <= A_SCRAP else GOES_ON
    return any(one["name"] in names and one["confidence"] == ranking[0]["confidence"] for one in ranking[:2])
