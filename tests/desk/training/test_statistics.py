"""Against figures from textbooks."""

from __future__ import annotations

import pytest

from desk.training.calibration import calibration, error
from desk.training.statistics import mcnemar, wilson


@pytest.mark.parametrize(
    ("fixed", "broken", "p"),
    [
        (0, 0, 1.0),
        (5, 5, 1.0),
        (1, 0, 1.0),
        (6, 0, 2 / 2**6),
        (0, 6, 2 / 2**6),
        (8, 1, 2 * (1 + 9) / 2**9),
    ],
)
def test_mcnemar_is_the_exact_binomial_test(fixed, broken, p):
    assert mcnemar(fixed, broken) == pytest.approx(p)


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    # Newcombe 1998, table I, the score method without continuity correction
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_newcombes_intervals(good, total, low, high):
    assert wilson(good, total) == pytest.approx((low, high), abs=1e-4)


def test_no_cases_leave_everything_open():
    assert wilson(0, 0) == (0.0, 1.0)


def case(sure, topic, paragraphs=(1,), **more):
    return {"set": "frozen", "tier": "answer", "ranking": [[topic, sure]], "paragraphs": list(paragraphs), **more}


def test_calibration_sorts_by_sureness():
    cited = {"a": {1}, "b": {2}}
    bins = calibration([case(0.91, "a"), case(0.95, "b"), case(0.15, "a"), case(1.0, "a")], cited)
    assert [(one["low"], one["number"], one["right"]) for one in bins] == [(0.1, 1, 1.0), (0.9, 3, 2 / 3)]
    assert bins[1]["sure"] == pytest.approx((0.91 + 0.95 + 1.0) / 3)
    assert error(bins) == pytest.approx((0.85 + 3 * abs(2.86 / 3 - 2 / 3)) / 4)


def test_calibration_looks_at_questions_with_an_answer_only():
    assert calibration([case(0.5, "a", tier="escalate"), case(0.5, "a", set="smoke")], {"a": {1}}) == []
    assert error([]) is None
