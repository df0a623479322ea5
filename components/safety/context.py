"""What a message means after danger: "i mean it", or "would 7 be enough", is danger only after what was said before."""

from __future__ import annotations

from typing import Mapping, Optional, Sequence

from components.safety.tiers import EMERGENCY, ESCALATE, Finding

NOT_UNDERSTOOD = frozenset({"nlu_fallback", "out_of_scope", None})
FOLLOW_UP = "follow_up_"  # how intents begin that mean something only after an answer
FEW_WORDS = 7
SURE = 0.6  # from which on a message is about something of its own


def still_in_danger(before: Mapping[str, object], text: str, ranking: Sequence[Mapping]) -> Optional[Finding]:
    """The danger of the message before, whose `safety` in the parse data is `before`, if `text` goes on with it.

    `ranking` are the intents of `text`, {name, confidence}, the first of them decided on. Who is in an emergency and
    writes what is not understood is still in it. After a sign to see the provider, that holds for a few words which
    mean little alone; a question of its own ("do you take cards") is none.
    """
    intent = ranking[0] if ranking else {"name": None, "confidence": 0.0}
    if intent["name"] not in NOT_UNDERSTOOD:
        return None
    tier, kind = before.get("tier"), str(before.get("kind"))
    if tier == EMERGENCY or (tier == ESCALATE and _goes_on(text, ranking)):
        return Finding(str(tier), kind, "context", 1.0, "")
    return None


def _goes_on(text: str, ranking: Sequence[Mapping]) -> bool:
    if len(text.split()) > FEW_WORDS:
        return False
    names = [intent["name"] or "" for intent in ranking[:2]]
    is_follow_up = any(name.startswith(FOLLOW_UP) for name in names)
    return is_follow_up or names[:1] != ["out_of_scope"] or ranking[0]["confidence"] < SURE
