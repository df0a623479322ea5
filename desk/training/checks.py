"""What must be right before a training is worth its minutes, and what the gate wants to know about the content.

`faults` stop a training: the bot would say nothing, or something wrong, in a way that no test message has to show.
Fewer examples are no such fault; a new topic begins small. Examples of danger are counted for the gate.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Iterable, Mapping, Optional

from components.safety.tiers import danger_of
from evaluation import check_agreement, check_examples
from evaluation.broken_files import broken_files
from evaluation.content import Content, Problem, Text, read_content
from evaluation.content_checks import CHECKS

CAN_WAIT = (check_examples.counts, check_examples.repeated)  # thin or repeated examples forbid no training
STOPPING = tuple(check for check in CHECKS if check not in CAN_WAIT)
SHOWN = 5  # sentences of one fault


def faults(workplace: Path) -> tuple[list[Problem], Optional[Content]]:
    """What forbids to train the content in `workplace`, and that content if it can be read."""
    broken = broken_files(workplace)
    if broken:
        return broken, None
    try:
        content = read_content(workplace)
        found = [*without_examples(content), *mixed_up(content)]
        found += [problem for check in STOPPING for problem in check(content)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        return [Problem("content", f"it is not what the bot expects ({type(error).__name__}: {error})")], None
    return found, content


def without_examples(content: Content) -> list[Problem]:
    """Dangers that nothing is taught about any more; Rasa would train without a word."""
    have = {example.label for example in content.examples}
    gone = [danger for danger in check_agreement.DANGERS if danger not in have]
    return [Problem("data/nlu.yml", f"there is no example of {danger}") for danger in gone]


def mixed_up(content: Content) -> list[Problem]:
    """Sentences of danger that stand, or almost stand, in another topic as well."""
    return [
        Problem(one.where, f"“{one.text}” is an example of {one.label}, and {how} “{other.text}” of {other.label}")
        for one, other, how in check_examples.alike(content)
        if danger_of(one.label) != danger_of(other.label)
    ]


def fewer_dangers(before: Optional[Content], after: Content, bounds: Mapping[str, Any]) -> dict[str, list[str]]:
    """The danger topics that have lost too many examples, each with why and some of those."""
    had, have = _dangers(before.examples if before else ()), _dangers(after.examples)
    found = {}
    for topic, least in bounds["least_examples"].items():
        number, lost = len(have[topic]), sorted(had[topic] - have[topic])
        if number < least:
            found[topic] = [f"{number} examples are left, {least} are the least"]
        if len(lost) > (1 - bounds["danger_examples_kept"]) * len(had[topic]):
            found.setdefault(topic, []).append(f"{len(lost)} of {len(had[topic])} examples are gone")
        if topic in found:
            found[topic] += [f"gone: “{text}”" for text in lost[:SHOWN]]
    return found


def lost_examples(
    before: Optional[Content], after: Content, topics: Iterable[str], most: int = 120
) -> dict[str, list[str]]:
    """Examples that these danger topics had and have no more, `most` of each, spread over the alphabet."""
    had, have = _dangers(before.examples if before else ()), _dangers(after.examples)
    found = {}
    for topic in topics:
        lost = sorted(had[topic] - have[topic])
        found[topic] = lost[:: -(-len(lost) // most) or 1]
    return found


def few_others(content: Content) -> list[str]:
    """Topics with so few examples that they will hardly be recognised; no reason to stop."""
    have = Counter(example.label for example in content.examples)
    few = [topic for topic in content.answers if 0 < have[topic] < check_examples.LEAST_OTHERS]
    return [f"{content.answers[topic]['title']}: {have[topic]} examples" for topic in few]


def _dangers(examples: Any) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for example in examples:
        assert isinstance(example, Text)
        if danger_of(example.label):
            found[example.label].add(example.text)
    return found
