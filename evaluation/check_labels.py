"""Examples that may stand in the wrong topic: cleanlab (Northcutt, Jiang and Chuang 2021) on predictions of models
that have not seen them.

The models are as cheap as they can be, because this runs while somebody waits: linear discriminants on the encoder's
vectors, whose solution is a formula (7 s for 27,000 examples; 57 % right). Half of the project's examples were written
to be hard, and cleanlab doubts a quarter of them all: of 40 that were put into a topic by lot it doubts 37, but only 13
and 9 (two lots) stand among its first 80, by no way of its own to rank or filter more than 14, with a ridge regression,
nearer neighbours or their mean hardly more. So what is new since the last publication comes first: it is what somebody
has just typed, and nobody has checked. Among 240 new examples with 40 wrong ones (three lots), 17 to 18 of the
first 20 shown are wrong, 29 to 32 of the first 40, and 37 to 39 of the first 80.
"""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold

from components.safety.tiers import danger_of
from evaluation.content import Content, Text, read_examples
from evaluation.findings import Finding

FOLDS = 3
MOST, MOST_OLD = 80, 20  # findings, and those about examples that are published; more than that nobody reads
Pairs = set[tuple[str, str]]  # (topic, example)


def suspects(content: Content, vectors: np.ndarray, before: Optional[Pairs] = None) -> list[Finding]:
    """The likeliest label errors: first among the examples that are new since `before`, the likeliest first.

    `vectors`: one row for each example. Topics with less than FOLDS examples are left out; they are found elsewhere.
    """
    examples, codes, classes, vectors = _judged(content.examples, vectors)
    if len(classes) < 2:
        return []
    chances = out_of_sample(vectors, codes)
    guesses = chances.argmax(axis=1)
    new = np.array([before is not None and (one.label, one.text) not in before for one in examples])
    doubted = find_label_issues(codes, chances, filter_by="both", n_jobs=1)
    order = np.argsort(get_label_quality_scores(codes, chances), kind="stable")
    found = [
        _finding(examples[i], str(classes[guesses[i]]), bool(new[i]))
        for i in order
        if (guesses[i] != codes[i] if new[i] else doubted[i])
    ]
    found = [one for one in found if not are_neighbours(content, one.topic, one.other_topic)]
    fresh, old = ([one for one in found if one.new is is_new] for is_new in (True, False))
    return [*fresh, *old[: MOST if before is None else MOST_OLD]][:MOST]


def _judged(examples: list[Text], vectors: np.ndarray) -> tuple[list[Text], np.ndarray, np.ndarray, np.ndarray]:
    """The examples of topics that have enough, their topics as numbers, the topics, and the vectors."""
    labels = np.array([example.label for example in examples])
    names, sizes = np.unique(labels, return_counts=True)
    enough = np.isin(labels, names[sizes >= FOLDS])
    classes, codes = np.unique(labels[enough], return_inverse=True)
    return [example for example, is_in in zip(examples, enough, strict=True) if is_in], codes, classes, vectors[enough]


def pairs(content: Path) -> Pairs:
    """The examples of a version's content. Raises OSError and ValueError."""
    return {(example.label, example.text) for example in read_examples(content / "data" / "nlu.yml")}


def reading_order(content: Content, before: Optional[Pairs]) -> list[int]:
    """The positions of the examples: what is new first, all others in an order by lot, so that no topic comes last."""
    lot = np.random.default_rng(0).permutation(len(content.examples))
    is_old = [before is None or (one.label, one.text) in before for one in content.examples]
    return sorted(map(int, lot), key=lambda i: is_old[i])


def are_neighbours(content: Content, one: str, other: str) -> bool:
    """Whether two topics give a visitor much the same: danger of one kind, answers from the same paragraph, or a
    question and its short form as a follow-up."""
    answers = [content.answers.get(topic, {}) for topic in (one, other)]
    kinds = [
        (danger_of(topic) or (None, answer.get("escalate")))[1]
        for topic, answer in zip((one, other), answers, strict=True)
    ]
    cited = [set(answer.get("paragraphs", ())) for answer in answers]
    return bool(cited[0] & cited[1]) or (kinds[0] is not None and kinds[0] == kinds[1]) or "follow_up_" in (one + other)


def out_of_sample(vectors: np.ndarray, codes: np.ndarray, folds: int = FOLDS) -> np.ndarray:
    """Probabilities of shape (examples, classes), each row from a model that was trained without that example."""
    chances = np.zeros((len(codes), codes.max() + 1))
    for train, test in StratifiedKFold(folds, shuffle=True, random_state=0).split(vectors, codes):
        model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1).fit(vectors[train], codes[train])
        chances[test] = model.predict_proba(vectors[test])
    return chances


def _finding(example: Text, guess: str, new: bool) -> Finding:
    return Finding("suspect", "", example.label, example.text, guess, where=example.where, must=False, new=new)
