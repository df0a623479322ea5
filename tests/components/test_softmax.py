"""The regression on dense rows: the optimum that scikit-learn finds, and the same again each time."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from components import softmax
from components.softmax import fit_softmax


@pytest.fixture(scope="module")
def taught():
    """600 rows of 20 numbers, of very unequal spread, in four classes."""
    draw = np.random.default_rng(1)
    centres = draw.normal(size=(4, 20))
    labels = draw.integers(0, 4, 600)
    rows = (centres[labels] + draw.normal(size=(600, 20))) * np.logspace(0, -3, 20) + 5
    return rows.astype(np.float32), labels


def test_it_finds_the_optimum(taught, monkeypatch):
    rows, labels = taught
    monkeypatch.setattr(softmax, "STEPS", 500)
    weights, bias = fit_softmax(rows, labels, 4, c=10.0)
    exact = LogisticRegression(C=10.0, max_iter=10_000, tol=1e-8).fit(rows.astype(np.float64), labels)
    logits = rows @ weights + bias
    ours = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(ours, exact.predict_proba(rows), atol=0.02)


def test_a_few_steps_are_enough(taught):
    rows, labels = taught
    weights, bias = fit_softmax(rows[:400], labels[:400], 4, c=10.0)
    exact = LogisticRegression(C=10.0, max_iter=10_000).fit(rows[:400].astype(np.float64), labels[:400])
    right = ((rows[400:] @ weights + bias).argmax(axis=1) == labels[400:]).mean()
    assert right >= exact.score(rows[400:], labels[400:]) - 0.02


def test_the_same_again(taught):
    once, again = (fit_softmax(*taught, 4, c=1.0) for _ in range(2))
    for one, other in zip(once, again):
        np.testing.assert_array_equal(one, other)


def test_a_class_that_is_rare_and_an_axis_without_spread():
    rows = np.zeros((10, 3), dtype=np.float32)
    rows[0, 0] = 1
    weights, bias = fit_softmax(rows, np.array([0, *[1] * 9]), 2, c=100.0)
    assert np.isfinite(weights).all() and np.isfinite(bias).all()
    assert (rows[:2] @ weights + bias).argmax(axis=1).tolist() == [0, 1]
