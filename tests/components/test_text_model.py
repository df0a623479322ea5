"""The text model on four small topics: it learns them, keeps them, and refuses what it cannot learn or read."""

import zipfile

import numpy as np
import pytest

from components.text_model import FEW, TextModel, _read_for_meaning, _weights

TAUGHT = {
    "cost": ["what does it cost", "how much is it", "is it expensive", "price of a month", "can i afford it", "cheap?"],
    "shot": [
        "is there an injection",
        "the monthly jab",
        "who gives the shot",
        "vivitrol needle",
        "do they inject it",
        "shot in the bum",
    ],
    "greet": ["hello", "hi there", "good morning", "hey bot", "hiya", "good evening to you"],
}
TEXTS = [text for texts in TAUGHT.values() for text in texts]
LABELS = [label for label, texts in TAUGHT.items() for _ in texts]


@pytest.fixture(scope="module")
def model(encoder):
    return TextModel.fit(TEXTS, LABELS, encoder)


@pytest.mark.parametrize(
    "text, label",
    [
        ("how expensive is that", "cost"),
        ("teh price pls", "cost"),
        ("whats an injectoin like", "shot"),
        ("GOOD MORNING!!", "greet"),
        ("h\u200bello", "greet"),
    ],
)
def test_unseen_texts_find_their_label(model, text, label):
    assert model.classes[model.probabilities([text])[0].argmax()] == label


def test_probabilities_are_probabilities(model):
    rows = model.probabilities(["hello", "", "?", "💉", "price " * 500])
    assert rows.shape == (5, 3)
    assert rows.min() >= 0
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-5)


def test_the_same_training_gives_the_same_model(model, encoder):
    again = TextModel.fit(TEXTS, LABELS, encoder)
    np.testing.assert_allclose(again.probabilities(TEXTS), model.probabilities(TEXTS), rtol=1e-5)


def test_the_same_training_is_done_once_a_process(encoder):
    once = TextModel.fit_once(TEXTS, LABELS, encoder)
    assert TextModel.fit_once(TEXTS, LABELS, encoder) is once
    assert TextModel.fit_once(TEXTS[::-1], LABELS[::-1], encoder) is not once


def test_one_label_is_too_few(encoder):
    with pytest.raises(ValueError, match="class"):
        TextModel.fit(["a", "b"], ["same", "same"], encoder)


def test_what_was_saved_answers_the_same(model, encoder, tmp_path):
    model.save(tmp_path / "topics.npz")
    loaded = TextModel.load(tmp_path / "topics.npz", encoder)
    assert loaded.classes == model.classes
    np.testing.assert_allclose(loaded.probabilities(TEXTS), model.probabilities(TEXTS), rtol=1e-5)


@pytest.mark.parametrize("kept", [0, 10, 2000])
def test_a_truncated_file_is_an_error(model, encoder, tmp_path, kept):
    model.save(tmp_path / "topics.npz")
    (tmp_path / "topics.npz").write_bytes((tmp_path / "topics.npz").read_bytes()[:kept])
    with pytest.raises((OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)):
        TextModel.load(tmp_path / "topics.npz", encoder)


def test_weights_that_execute_something_are_refused(model, encoder, tmp_path):
    model.save(tmp_path / "topics.npz")
    with np.load(tmp_path / "topics.npz") as stored:
        np.savez(tmp_path / "topics.npz", **{**stored, "idf": np.array([print])})
    with pytest.raises(ValueError, match="pickle"):
        TextModel.load(tmp_path / "topics.npz", encoder)


def test_a_new_topic_with_few_examples_counts_as_much_as_the_others():
    labels = ["old"] * 200 + ["other"] * 150 + ["new"] * 8
    weights = _weights(labels)
    assert set(weights[:350]) == {1.0} and weights[350:].sum() == pytest.approx(FEW)
    assert _weights(LABELS) is None


def test_the_encoder_reads_all_of_a_small_class_and_three_fifths_of_the_rest():
    numbers = np.array([0] * FEW + [1] * (FEW + 30))
    read = _read_for_meaning(numbers)
    assert read[numbers == 0].all()
    assert read[numbers == 1].sum() == FEW + 18
