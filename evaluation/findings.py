"""What a check of the content found, with the place it is about: for the desk's Check page."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from components.safety.tiers import danger_of
from evaluation import check_agreement, check_answers, check_examples
from evaluation.content import Content, Problem, Text


@dataclass(frozen=True)
class Finding:
    """One finding. `kind` is one of KINDS; `must`: nothing can be trained before it is mended."""

    kind: str
    what: str = ""  # a sentence, where kind and examples do not say it all
    topic: str = ""
    example: str = ""
    other_topic: str = ""
    other: str = ""
    where: str = ""  # file and line
    must: bool = True
    new: bool = False  # about an example that the published version has not learned

    @property
    def key(self) -> str:
        """A name for exactly this finding, by which it can be dismissed; its line and its age do not count."""
        said = {name: value for name, value in asdict(self).items() if name not in ("where", "must", "new")}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


# broken: a file that cannot be read; agreement: files that do not fit together; answer: an answer against its rules;
# leak: a test message among the examples; twice, near: examples that say the same; sign: one that would be misread;
# few: a topic with too few examples; system: what Rasa itself objects to; suspect: maybe in the wrong topic;
# unread: a check that had no time to read every example; balance: a topic with far more or fewer examples than others.
KINDS = (
    *("broken", "system", "agreement", "answer", "leak", "twice", "near", "sign", "few"),
    *("suspect", "unread", "balance"),
)
_AGREEMENT = (
    *(check_agreement.topics, check_agreement.rules, check_agreement.follow_ups),
    *(check_agreement.dangers, check_agreement.numbers, check_examples.word_lists),
)
_ANSWERS = (check_answers.responses, check_answers.answers, check_answers.grounding)


def broken(problems: list[Problem]) -> list[Finding]:
    """Files that cannot be read (see content_checks.unreadable)."""
    return [Finding("broken", problem.what, where=problem.where) for problem in problems]


def content_findings(content: Content) -> list[Finding]:
    """Everything that `content_checks.problems` finds, as findings that know their topic and example.

    As in a training (desk/training/checks.py), few examples and like examples do not stand in the way, unless these
    lie on both sides of a danger.
    """
    found = [Finding("agreement", p.what, where=p.where) for check in _AGREEMENT for p in check(content)]
    found += [Finding("answer", p.what, _topic_in(p.what), where=p.where) for check in _ANSWERS for p in check(content)]
    found += [_pair("leak", text, case) for text, case in check_examples.leaks(content)]
    found += [
        _pair(
            "twice" if how == check_examples.SAME else "near",
            text,
            before,
            danger_of(text.label) != danger_of(before.label),
        )
        for text, before, how in check_examples.alike(content)
    ]
    found += _signs(content)
    few = check_examples.counts(content)
    found += [Finding("few", p.what, p.what.partition(" ")[0], where=p.where, must=False) for p in few]
    cases = [p for p in check_examples.frozen(content) if p.where == "evaluation/cases"]
    return found + [Finding("agreement", p.what, where=p.where) for p in cases]


def _signs(content: Content) -> list[Finding]:
    by_place = {text.where: text for text in content.examples}
    problems = [*check_examples.characters(content), *check_examples.personal(content)]
    return [_about(problem, by_place.get(problem.where)) for problem in problems]


def _about(problem: Problem, text: Text | None) -> Finding:
    topic, example = (text.label, text.text) if text else ("", "")
    return Finding("sign", problem.what, topic, example, where=problem.where)


def _pair(kind: str, text: Text, other: Text, must: bool = True) -> Finding:
    return Finding(kind, "", text.label, text.text, other.label, other.text, text.where, must)


def _topic_in(what: str) -> str:
    name = what.partition(":")[0]
    return name.removeprefix("utter_") if name.startswith("utter_") else ""
