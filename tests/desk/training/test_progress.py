"""How far it is, by what it took the last times."""

from __future__ import annotations

import pytest

from desk.training.log import last_lines, redacted
from desk.training.progress import USUAL, expected, progress
from desk.training.words import STAGES

SECONDS = {"reading": 1.0, "checking": 9.0, "training": 60.0, "loading": 10.0, "testing": 15.0, "comparing": 5.0}


def row(stage, since=1000.0, share=0.0, started=1000.0):
    return {"stage": stage, "started_at": started, "progress": share, "figures": {"since": since}}


def test_it_begins_at_nothing_and_never_reaches_all():
    assert progress(row("reading"), SECONDS, 1000.0).share == 0.0
    assert progress(row("comparing"), SECONDS, 99999.0).share <= 0.99


def test_half_way_through_the_training():
    now = progress(row("training", since=1010.0), SECONDS, 1040.0)
    assert now.share == pytest.approx((1 + 9 + 30) / 100)
    assert now.elapsed == 40.0 and now.left == pytest.approx(30 + 10 + 15 + 5)


def test_a_stage_that_takes_long_waits_before_its_end():
    now = progress(row("training", since=1010.0), SECONDS, 5000.0)
    assert now.share == pytest.approx((10 + 0.95 * 60) / 100) and now.left == 30


def test_test_messages_are_counted():
    assert progress(row("testing", since=1080.0, share=0.5), SECONDS, 1080.0).share == pytest.approx(0.875)


def test_it_never_goes_back():
    shares = [
        progress(row(stage, since=1000.0 + i * 50), SECONDS, 1000.0 + i * 50 + second).share
        for i, stage in enumerate(STAGES)
        for second in range(0, 50, 5)
    ]
    assert shares == sorted(shares)


def test_the_estimate_comes_from_the_last_three_trainings():
    rows = [{"figures": {"seconds": {"training": s}}} for s in (90.0, 100.0, 110.0, 900.0)] + [{"figures": None}]
    assert expected(rows)["training"] == 100.0 and expected(rows)["testing"] == USUAL["testing"]


def test_the_log_names_no_place_of_this_machine(tmp_path):
    (tmp_path / "train.log").write_text(
        f"\x1b[94mTrained at {tmp_path}/place/new/model.tar.gz\x1b[0m\nEpoch 1\rEpoch 2\nsee https://a.example/b\n"
    )
    assert last_lines(tmp_path).splitlines() == ["Trained at model.tar.gz", "Epoch 2", "see [address]"]
    assert last_lines(tmp_path / "nowhere") == ""


def test_shares_and_halves_are_no_paths():
    assert redacted("590/590 and 3/4 and/or") == "590/590 and 3/4 and/or"
