"""The higher tier wins, a rule before a score, and nothing lowers what was found."""

import itertools

import pytest

from components.safety.detector import Detector
from components.safety.lexicon import Lexicon
from components.safety.lexicon_file import load_lexicon
from components.safety.tiers import EMERGENCY, ESCALATE, KINDS, Finding, danger_of
from components.safety.verdict import Thresholds, findings, verdict

LOW = Finding(ESCALATE, "liver", "detector", 0.99, "a")
RULE = Finding(ESCALATE, "withdrawal", "rule:shakes", 1.0, "b")
HIGH = Finding(EMERGENCY, "seizure", "detector", 0.7, "c")
HIGH_RULE = Finding(EMERGENCY, "overdose", "rule:blue", 1.0, "d")
THRESHOLDS = Thresholds(whole={ESCALATE: 0.5, EMERGENCY: 0.5}, clause={ESCALATE: 0.8, EMERGENCY: 0.8})


class Listener(Detector):
    """A detector that scores as told, and remembers what it was asked and how strictly."""

    def __init__(self, scores):
        self.told, self.asked = scores, []

    def findings(self, texts, thresholds, within=""):
        self.asked += [(text, thresholds[ESCALATE]) for text in texts]
        scores = {text: self.told.get(text, 0.0) for text in texts}
        return [
            Finding(ESCALATE, "liver", "detector", score, text)
            for text, score in scores.items()
            if score >= thresholds[ESCALATE]
        ]


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory) -> Lexicon:
    path = tmp_path_factory.mktemp("lexicon") / "safety.yml"
    path.write_text(
        'denials: {phrases: ["never had blue lips"]}\n'
        'entries: [{id: blue, tier: emergency, kind: overdose, phrases: ["blue lips"], '
        'must_match: ["blue lips"], must_not_match: ["blue"]}]',
        encoding="utf-8",
    )
    return load_lexicon(path)


@pytest.mark.parametrize(
    "found, decides",
    [
        ([], None),
        ([LOW], LOW),
        ([LOW, RULE], RULE),
        ([LOW, HIGH], HIGH),
        ([RULE, HIGH], HIGH),
        ([LOW, RULE, HIGH, HIGH_RULE], HIGH_RULE),
    ],
)
def test_what_decides_whatever_the_order(found, decides):
    assert {verdict(order) for order in itertools.permutations(found)} == {decides}


@pytest.mark.parametrize("found, more", itertools.product([LOW, RULE, HIGH, HIGH_RULE], repeat=2))
def test_another_finding_never_lowers_the_tier(found, more):
    rank = [ESCALATE, EMERGENCY].index
    assert rank(verdict([found, more]).tier) >= rank(found.tier)


def test_the_surer_score_decides_within_a_tier():
    assert verdict([HIGH, Finding(EMERGENCY, "allergy", "detector", 0.8, "e")]).kind == "allergy"


def test_a_message_is_read_whole_and_in_strict_clauses(lexicon):
    listener = Listener({"my eyes are yellow": 0.9})
    found = findings("hello there, my eyes are yellow", lexicon, listener, THRESHOLDS)
    assert listener.asked == [
        ("hello there, my eyes are yellow", 0.5),
        ("hello there", 0.8),
        ("my eyes are yellow", 0.8),
    ]
    assert [finding.evidence for finding in found] == ["my eyes are yellow"]


def test_a_clause_needs_a_higher_score_than_the_whole(lexicon):
    text = "hello there, my eyes are yellow"
    assert findings(text, lexicon, Listener({"my eyes are yellow": 0.6}), THRESHOLDS) == []
    assert findings(text, lexicon, Listener({text: 0.6}), THRESHOLDS)


def test_masked_text_is_read_unmasked_too(lexicon):
    listener = Listener({"my eyes are yellow": 0.9})
    assert findings("my eyes are y3ll0w", lexicon, listener, THRESHOLDS)
    assert [text for text, _ in listener.asked] == ["my eyes are y3ll0w", "my eyes are yellow"]


def test_the_detector_reads_no_denial_and_the_rules_read_all(lexicon):
    listener = Listener({})
    found = findings("never had blue lips or so. my head hurts", lexicon, listener, THRESHOLDS)
    assert [finding.source for finding in found] == ["rule:blue"]
    assert not any("never had blue lips" in text for text, _ in listener.asked)


def test_rules_and_scores_come_together(lexicon):
    found = findings("blue lips", lexicon, Listener({"blue lips": 0.6}), THRESHOLDS)
    assert {finding.source for finding in found} == {"rule:blue", "detector"}


@pytest.mark.parametrize(
    "intent, danger",
    [
        *((f"{tier}_{kind}", (tier, kind)) for tier, kinds in KINDS.items() for kind in kinds),
        ("escalate_overdose", None),
        ("emergency_liver", None),
        ("emergency_", None),
        ("emergency", None),
        ("greet", None),
        ("", None),
        (None, None),
    ],
)
def test_which_intents_are_danger(intent, danger):
    assert danger_of(intent) == danger


def test_a_finding_knows_its_intent():
    assert HIGH.intent == "emergency_seizure"
