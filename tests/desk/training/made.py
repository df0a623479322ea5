"""Answers of two versions to the frozen cases as a page gets them, without a bot: some better, some worse."""

from __future__ import annotations

from typing import Any

import yaml

from desk.training.answers import GOOD, frozen
from desk.training.comparison import compare
from desk.training.gate import gate
from evaluation.content import ROOT, read_content

BOUNDS = yaml.safe_load((ROOT / "evaluation" / "gate.yml").read_text(encoding="utf-8"))
FINE = {"emergency": "emergency", "escalate": "escalate"}


def records(every: int, outcome: str, only: str = "") -> list[dict[str, Any]]:
    """All cases fine, but each `every`th (of the tier `only`) with this outcome."""
    found = []
    for number, case in enumerate(case for turns in frozen(ROOT) for case in turns):
        spoiled = number % every == 3 and (not only or case["tier"] == only)
        what = outcome if spoiled else FINE.get(case["tier"], "right")
        replied = "side_effects" if spoiled else f"{case['tier']}_{case['kind']}" if case["kind"] else "how_it_works"
        found.append(
            {
                **case,
                "outcome": what,
                "good": what in GOOD[case["tier"]],
                "replied": replied,
                "words": "It depends on the form. The tablet is usually a once-a-day medicine.",
                "ranking": [[replied, 0.1 + 0.89 * (number % 50) / 50]],
                "safety": None,
                "seconds": 0.02 + number % 9 / 1000,
            }
        )
    return found


def outcome_of(before: list[dict[str, Any]] | None, after: list[dict[str, Any]]) -> dict[str, Any]:
    """The columns of a version that was compared."""
    content = read_content(ROOT)
    cited = {topic: set(answer["paragraphs"]) for topic, answer in content.answers.items()}
    label = {"set": "batch", "id": "label.1.0", "tier": "answer", "kind": None, "topic": "side_effects", "said": None}
    learned = {**after[0], **label, "text": "does my hair fall out on this", "replied": "side_effects", "good": True}
    shares = {"messages": len(after), "emergencies reached": 1.0, "escalate recall": 0.99, "answers right": 0.91}
    return {
        "gate": gate(before, after, BOUNDS),
        "comparison": compare(before, [*after, learned], cited),
        "figures": {"after": shares, "problem": "", "few": ["Flying: 12 examples"], "seconds": {"training": 80.0}},
    }
