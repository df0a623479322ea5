"""Topics with far more or far fewer examples than others: the bot leans to the large and forgets the small."""

from __future__ import annotations

from collections import Counter
from statistics import median

from components.safety.tiers import danger_of
from evaluation.check_examples import LEAST_OTHERS
from evaluation.content import Content
from evaluation.findings import Finding

TIMES = 4  # as many as the middle topic, or as few
LARGE = {"out_of_scope"}  # all that nobody answers has to be many


def unbalanced(content: Content) -> list[Finding]:
    """Answer topics whose number of examples is far from that of the middle one, or below what makes a topic sure.

    Danger and `out_of_scope` are meant to be large; they have limits of their own in check_examples.
    """
    have = Counter(example.label for example in content.examples)
    usual = {topic: number for topic, number in have.items() if not danger_of(topic) and topic not in LARGE}
    if not usual:
        return []
    middle = median(usual.values())
    found = []
    for topic, number in sorted(usual.items()):
        if number > TIMES * middle:
            what = f"It has {number} examples, {number / middle:.0f} times as many as the middle topic."
        elif number * TIMES < middle or number < LEAST_OTHERS:
            what = f"It has {number} examples, the middle topic {middle:.0f}. {LEAST_OTHERS} make the bot surer of it."
        else:
            continue
        found.append(Finding("balance", what, topic, must=False))
    return found
