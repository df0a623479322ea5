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
# After a sign to see the provider, few words need less to be danger as well. Of 19 that went on with it, written to
# try this, 12 have this score or more ("how many days" 0.07, "since tuesday" 0.19), of 11 new questions none (0.04).
LITTLE_DANGER = 0.05
SURE = 0.6  # from which on a refused message is about something of its own


def still_in_danger(
    before: Mapping[str, object], text: str, ranking: Sequence[Mapping], score: Callable[[str], float]
) -> Optional[Finding]:
    """The danger of the message before, whose `safety` in the parse data is `before`, if `text` goes on with it.

    `ranking` are the intents of `text`, {name, confidence}, the first of them decided on; `score` says how surely a
    text is danger (0 to 1). Who is in an emergency and writes what is not understood is still in it. After a sign to
    see the provider, a few words go on with it; a question of its own ("do you take cards") does not.
    """
    tier, words = before.get("tier"), len(text.split())
    asks_on = _asks_on(ranking, words)
    is_unclear = asks_on or _first(ranking) in NOT_UNDERSTOOD
    is_of_its_own = not asks_on and _first(ranking) == "out_of_scope" and ranking[0]["confidence"] >= SURE
    goes_on = (tier == EMERGENCY and is_unclear) or (
        tier == ESCALATE and words <= FEW_WORDS and (score(text) >= LITTLE_DANGER or (is_unclear and not is_of_its_own))
    )
    return Finding(str(tier), str(before.get("kind")), "context", 1.0, "") if goes_on else None


def _first(ranking: Sequence[Mapping]) -> Optional[str]:
    return ranking[0]["name"] if ranking else None


def _asks_on(ranking: Sequence[Mapping], words: int) -> bool:
    """Whether the intent is one of GOES_ON, or was one before its topic took its place with the same confidence."""
    names = GOES_ON | {HOW_LONG} if words <= A_SCRAP else GOES_ON
    return any(one["name"] in names and one["confidence"] == ranking[0]["confidence"] for one in ranking[:2])
