"""The two danger tiers, their kinds, and what a finding is. The strings are those of policy and metadata."""

from __future__ import annotations

from dataclasses import dataclass

EMERGENCY, ESCALATE = "emergency", "escalate"
KINDS: dict[str, tuple[str, ...]] = {
    EMERGENCY: (
        "overdose",
        "suicide",
        "seizure",
        "delirium",
        "allergy",
        "vomiting_blood",
        "child_ingestion",
        "chest_pain",
    ),
    ESCALATE: ("withdrawal", "liver", "opioid_use"),
}
RANK = {ESCALATE: 1, EMERGENCY: 2}


@dataclass(frozen=True)
class Finding:
    """One sign of danger: its tier and kind, what found it, how sure (0 to 1), and in which words."""

    tier: str
    kind: str
    source: str
    score: float
    evidence: str

    @property
    def intent(self) -> str:
        """The danger intent that this finding leads to."""
        return f"{self.tier}_{self.kind}"


def danger_of(intent: str | None) -> tuple[str, str] | None:
    """(tier, kind) of a danger intent such as `escalate_liver`, None for every other intent."""
    tier, _, kind = (intent or "").partition("_")
    return (tier, kind) if kind in KINDS.get(tier, ()) else None
