"""Examples that may stand in the wrong topic: cleanlab (Northcutt, Jiang and Chuang 2021) on predictions of models
that have not seen them.

The models are as cheap as they can be, because this runs while somebody waits: linear discriminants on the encoder's
vectors, whose solution is a formula (6 s for 23,000 examples; 61 % right). Half of the project's examples were written
to be hard, so most of what is found is right as it is: of 40 examples that were put into a topic by lot, 37 are among
all that cleanlab doubts, 7 among its first 40 and 13 among its first 80. Nearer neighbours, and the mean of both, were
measured and are little better for seven times the time.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Sequence

import numpy as np
from cleanlab.filter import find_label_issues
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.model_selection import StratifiedKFold

from components.encoder import shared_encoder
from components.safety.normalise import unmasked
from components.safety.tiers import danger_of
from evaluation.content import Content, Text
from evaluation.findings import Finding

FOLDS = 3
MOST = 80  # findings; more than that nobody reads at once
HASH = "S64"


def suspects(content: Content, vectors: np.ndarray) -> list[Finding]:
    """The likeliest label errors, the likeliest first. `vectors`: one row for each example."""
    labels = [example.label for example in content.examples]
    classes, codes = np.unique(labels, return_inverse=True)
    if np.bincount(codes).min() < FOLDS:
        return []  # a topic that small is a finding of its own
    chances = out_of_sample(vectors, codes)
    order = find_label_issues(codes, chances, filter_by="both", return_indices_ranked_by="self_confidence", n_jobs=1)
    guesses = classes[chances.argmax(axis=1)]
    found = [_finding(content.examples[i], str(guesses[i])) for i in order]
    return [one for one in found if not are_neighbours(content, one.topic, one.other_topic)][:MOST]


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


def encoded(texts: Sequence[str], kept: Path) -> np.ndarray:
    """The texts' vectors. Those made before are read from the file `kept`, so that a second check is quick."""
    names = [hashlib.sha256(text.encode()).hexdigest().encode() for text in texts]
    known: dict[bytes, np.ndarray] = {}
    if kept.is_file():
        with np.load(kept, allow_pickle=False) as stored:
            known = dict(zip(stored["names"].tolist(), stored["vectors"], strict=True))
    missing = {name: text for name, text in zip(names, texts, strict=True) if name not in known}
    if missing:
        rows = shared_encoder().encode([unmasked(text) for text in missing.values()])
        known.update(zip(missing, rows.astype(np.float16), strict=True))
        kept.parent.mkdir(parents=True, exist_ok=True)
        wanted = set(names)
        names_kept = [name for name in known if name in wanted]
        np.savez(kept, names=np.array(names_kept, dtype=HASH), vectors=np.array([known[n] for n in names_kept]))
    return np.array([known[name] for name in names], dtype=np.float32)


def _finding(example: Text, guess: str) -> Finding:
    return Finding("suspect", "", example.label, example.text, guess, where=example.where, must=False)
