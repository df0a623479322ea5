"""A small real detector, learned from a few texts of the training data: danger scores above its harmless twins."""

import random
import zipfile

import numpy as np
import pytest

from components.config import ROOT
from components.safety.detector import LEAST, NEAR, Detector, Machine, _near_the_border, telling
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
    return Detector.fit(lambda: TextModel.fit(texts, intents, encoder), texts, intents, DANGERS, encoder, 5.0, 2.0)


def test_danger_scores_above_harmless(detector, samples):
    texts, intents = zip(*samples[1], strict=True)
    scores, is_danger = detector.scores(texts)[0], np.array([intent in DANGERS for intent in intents])
    above = scores[is_danger][:, None] > scores[~is_danger][None, :]
    assert above.mean() > 0.8  # the area under the ROC curve; a coin would give 0.5


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
        Detector.fit(None, texts, intents, DANGERS, encoder, 5.0, 2.0)


def test_danger_alone_is_refused(samples, encoder):
    texts, intents = zip(*((text, label) for text, label in samples[0] if label in DANGERS), strict=True)
    with pytest.raises(ValueError, match="harmless"):
        Detector.fit(None, texts, intents, DANGERS, encoder, 5.0, 2.0)


def test_what_was_saved_scores_the_same(detector, samples, encoder, tmp_path):
    texts = [text for text, _ in samples[1]]
    detector.save(tmp_path)
    for before, after in zip(
        detector.scores(texts)[:2], Detector.load(tmp_path, DANGERS, encoder).scores(texts)[:2], strict=True
    ):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("name", ["machine.npz", "topics.npz"])
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.9])
def test_a_truncated_file_is_an_error(detector, encoder, tmp_path, name, kept):
    detector.save(tmp_path)
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(BROKEN):
        Detector.load(tmp_path, DANGERS, encoder)


@pytest.mark.parametrize("name", ["machine.npz", "topics.npz"])
def test_a_missing_file_is_an_error(detector, encoder, tmp_path, name):
    detector.save(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(FileNotFoundError):
        Detector.load(tmp_path, DANGERS, encoder)


def test_a_file_without_its_weights_is_an_error(detector, encoder, tmp_path):
    detector.save(tmp_path)
    np.savez(tmp_path / "machine.npz", gamma=2.0)
    with pytest.raises(KeyError):
        Detector.load(tmp_path, DANGERS, encoder)


def test_a_pickle_is_never_run(detector, encoder, tmp_path):
    detector.save(tmp_path)
    np.savez(tmp_path / "machine.npz", **{name: np.array([object()]) for name in Machine.ARRAYS})
    with pytest.raises(ValueError, match="pickle"):
        Detector.load(tmp_path, DANGERS, encoder)


def test_the_machine_learns_all_that_is_short_or_a_twin_and_a_third_of_the_rest():
    texts = ["he is blue", "wassup", "what is it made of", "how is it made then", "who makes this tablet", *"abcd"]
    intents = ["emergency_overdose", "greet", "forms", "forms", "forms", *["out_of_scope"] * 4]
    rows = telling(texts, intents, np.array([True] + [False] * 8))
    assert rows.tolist() == [True, True, False, True, False, True, True, True, True]


def test_the_machine_separates_what_can_be_separated():
    rows = np.array([[1, 0], [0.96, 0.28], [0, 1], [0.28, 0.96]], dtype=np.float32)
    margins = Machine.fit(rows, np.array([True, True, False, False]), c=5.0, gamma=2.0).margins(rows)
    assert list(margins > 0) == [True, True, False, False]


def test_the_machine_learns_from_both_sides_of_the_border():
    places = np.linspace(-1, 1, 1000, dtype=np.float32)
    rows, positive = np.stack([places, np.zeros_like(places)], axis=1), places > 0
    rows[990:, 0] = -1  # danger that looks harmless is what there is most to learn from
    near = _near_the_border(rows, positive)
    assert positive[near].sum() == (~positive[near]).sum() == NEAR * 500
    assert set(range(990, 1000)) <= set(near)
    assert np.abs(rows[near[near < 990], 0]).max() < NEAR + 0.01


def test_of_few_examples_all_are_kept():
    rows = np.random.default_rng(0).normal(size=(2 * LEAST, 3)).astype(np.float32)
    assert len(_near_the_border(rows, np.arange(2 * LEAST) % 2 == 0)) == 2 * LEAST
