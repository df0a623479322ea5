"""The long measurements say plainly what was reached and what was not."""

from __future__ import annotations

import json

import pytest

from evaluation import measured
from evaluation.measured import Figure, report, share
from evaluation.pace import Paced, figures


@pytest.mark.parametrize(
    "value, below, fine",
    [(29.9, 30.0, True), (30.0, 30.0, False), (0, 0, True), (1, 0, False), (5000, None, True)],
)
def test_goals(value, below, fine):
    assert Figure("x", value, below=below).is_fine is fine


def test_shares():
    took = [n / 1000 for n in range(1, 101)]
    assert (share(took, 0.5), share(took, 0.95), share(took, 1.0)) == (51, 96, 100)
    assert share([], 0.5) == 0


def test_a_missed_goal_is_named_and_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(measured, "RESULTS", tmp_path / "results")
    assert report("x", [Figure("p50", 20.0, "ms", 100.0)], rate=20) == 0
    assert report("x", [Figure("p50", 120.0, "ms", 100.0), Figure("lost", 0, below=0)], rate=20) == 1
    assert "MISSED" in capsys.readouterr().out
    kept = json.loads((tmp_path / "results" / "x.json").read_text())
    assert kept["fine"] is False and kept["rate"] == 20
    assert kept["figures"]["p50"] == {"value": 120.0, "unit": "ms", "below": 100.0}


def test_what_a_pace_and_a_burst_may_miss():
    late = Paced(took=[0.5] * 100, refused=3)
    assert {one.name for one in figures(late, is_burst=False) if not one.is_fine} == {
        "p50",
        "p95",
        "turned away with 429",
    }
    assert all(one.is_fine for one in figures(late, is_burst=True))
    lost = Paced(took=[0.05], lost=1, empty=1, odd=1, doubled=1)
    assert sum(not one.is_fine for one in figures(lost, is_burst=True)) == 4
