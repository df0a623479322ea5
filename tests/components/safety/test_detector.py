"""A small real detector, learned from a few texts of the training data: danger scores above its harmless twins."""

import random
import zipfile

import numpy as np
import pytest

from components.config import ROOT
from components.safety.detector import Detector
from components.safety.tiers import EMERGENCY, ESCALATE, KINDS, danger_of
from components.text_model import TextModel
from evaluation.content import read_examples

HARMLESS = ("greet", "out_of_scope", "side_effects", "cost", "how_it_works", "drinking_while_on_it")
INTENTS = [*(f"{tier}_{kind}" for tier, kinds in KINDS.items() for kind in kinds), *HARMLESS]
DANGERS = {intent: danger for intent in INTENTS if (danger := danger_of(intent))}
BROKEN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@pytest.fixture(scope="module")
def samples():
    """Ten texts of each intent to learn from, and ten others to be tested with: [(text, intent)]."""
    examples, draw = read_examples(ROOT / "data" / "nlu.yml"), random.Random(3)
    learn, test = [], []
    for intent in INTENTS:
        drawn = draw.sample([example.text for example in examples if example.label == intent], 20)
        learn += [(text, intent) for text in drawn[:10]]
        test += [(text, intent) for text in drawn[10:]]
    return learn, test


@pytest.fixture(scope="module")
def detector(samples, encoder):
    texts, intents = zip(*samples[0], strict=True)
    return Detector(TextModel.fit(texts, intents, encoder), DANGERS)


def test_danger_scores_above_harmless(detector, samples):
    texts, intents = zip(*samples[1], strict=True)
    scores, is_danger = detector.scores(texts)[0], np.array([intent in DANGERS for intent in intents])
    above = scores[is_danger][:, None] > scores[~is_danger][None, :]
    assert above.mean() > 0.8  # the area under the ROC curve; a coin would give 0.5


def test_a_clause_is_read_in_its_message(detector):
    message = "thanks for the opening hours and my eyes went yellow"
    (alone, apart), _, _ = detector.scores(["my eyes went yellow", "thanks for the opening hours"], within=message)
    assert alone > apart


def test_the_likeliest_kind_is_mostly_right(detector, samples):
    texts, dangers = zip(*((text, DANGERS[intent]) for text, intent in samples[1] if intent in DANGERS), strict=True)
    likeliest = [max(beliefs, key=beliefs.get) for beliefs in detector.scores(texts)[2]]
    right = [kind == danger for kind, danger in zip(likeliest, dangers, strict=True)]
    assert np.mean(right) > 0.3  # there are eleven kinds, so guessing would give 0.09


def test_scores_lie_between_0_and_1(detector):
    danger, emergency, beliefs = detector.scores(["", "?", "naltrexone " * 300, "he is not breathing"])
    assert danger.shape == emergency.shape == (4,)
    values = [*danger, *emergency, *(value for row in beliefs for value in row.values())]
    assert 0 <= min(values) <= max(values) <= 1
    assert set(beliefs[0]) == set(DANGERS.values())


def test_case_and_look_alikes_change_nothing(detector):
    scores, _, _ = detector.scores(["my eyes are yellow", "MY EYES ARE YELLOW", "my e\u200byes are yellow"])
    assert np.ptp(scores) < 1e-6


@pytest.mark.parametrize(
    "thresholds, tier",
    [
        ({ESCALATE: 0.0, EMERGENCY: 0.0}, EMERGENCY),
        ({ESCALATE: 0.0, EMERGENCY: 1.1}, ESCALATE),
        ({ESCALATE: 1.1, EMERGENCY: 1.1}, None),
    ],
)
def test_thresholds_decide_the_tier(detector, thresholds, tier):
    found = detector.findings(["he is not breathing"], thresholds)
    assert [finding.tier for finding in found] == ([tier] if tier else [])
    assert all(finding.kind in KINDS[tier] and finding.source == "detector" for finding in found)


@pytest.mark.parametrize("intent", sorted(DANGERS))
def test_a_kind_without_examples_is_refused(samples, encoder, intent):
    texts, intents = zip(*((text, label) for text, label in samples[0] if label != intent), strict=True)
    with pytest.raises(ValueError, match=intent):
        Detector(TextModel.fit(texts, intents, encoder), DANGERS)


def test_danger_alone_is_refused(samples, encoder):
    texts, intents = zip(*((text, label) for text, label in samples[0] if label in DANGERS), strict=True)
    with pytest.raises(ValueError, match="harmless"):
        Detector(TextModel.fit(texts, intents, encoder), DANGERS)


def test_what_was_saved_scores_the_same(detector, samples, encoder, tmp_path):
    texts = [text for text, _ in samples[1]]
    detector.save(tmp_path)
    for before, after in zip(
        detector.scores(texts)[:2], Detector.load(tmp_path, DANGERS, encoder).scores(texts)[:2], strict=True
    ):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9])
def test_a_truncated_file_is_an_error(detector, encoder, tmp_path, kept):
    detector.save(tmp_path)
    data = (tmp_path / "topics.npz").read_bytes()
    (tmp_path / "topics.npz").write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(BROKEN):
        Detector.load(tmp_path, DANGERS, encoder)


def test_a_missing_file_is_an_error(detector, encoder, tmp_path):
    detector.save(tmp_path)
    (tmp_path / "topics.npz").unlink()
    with pytest.raises(FileNotFoundError):
        Detector.load(tmp_path, DANGERS, encoder)


def test_a_file_without_its_weights_is_an_error(detector, encoder, tmp_path):
    detector.save(tmp_path)
    np.savez(tmp_path / "topics.npz", classes=np.array(["greet"]))
    with pytest.raises(KeyError):
        Detector.load(tmp_path, DANGERS, encoder)


def test_a_pickle_is_never_run(detector, encoder, tmp_path):
    detector.save(tmp_path)
    with np.load(tmp_path / "topics.npz") as stored:
        arrays = {name: np.array([object()]) for name in stored}
    np.savez(tmp_path / "topics.npz", **arrays)
    with pytest.raises(ValueError, match="pickle"):
        Detector.load(tmp_path, DANGERS, encoder)
