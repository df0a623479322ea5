"""A text is read once, by the encoder in use; a run without time leaves the rest to the next one."""

from __future__ import annotations

import numpy as np
import pytest

from components.encoder import DIMENSIONS, Encoder, shared_encoder
from evaluation import vectors
from evaluation.vectors import vectors_of

TEXTS = [f"what about number {n}" for n in range(70)]
ALL = range(len(TEXTS))


@pytest.fixture
def read(monkeypatch):
    """The texts that the encoder was given."""
    given, real = [], Encoder.encode

    def encode(self, texts):
        given.extend(texts)
        return real(self, texts)

    monkeypatch.setattr(Encoder, "encode", encode)
    return given


def test_what_was_read_is_kept_and_what_is_gone_is_dropped(tmp_path, read):
    kept = tmp_path / "checks" / "vectors.npz"
    rows, known = vectors_of(TEXTS, ALL, kept)
    assert rows.shape == (70, DIMENSIONS) and rows.dtype == np.float32 and known.all() and read == TEXTS
    assert np.allclose(rows, shared_encoder().encode(TEXTS), atol=1e-3)
    read.clear()
    again, _ = vectors_of([*TEXTS[:5], "a new one", "a new one"], range(7), kept)
    assert read == ["a new one"] and np.array_equal(again[:5], rows[:5]) and np.array_equal(again[5], again[6])
    read.clear()
    vectors_of(TEXTS[:2], range(2), kept)
    assert read == [] and kept.stat().st_size < 8000 and [*kept.parent.iterdir()] == [kept]
    vectors_of(TEXTS[:3], range(3), kept)
    assert read == TEXTS[2:3]


def test_without_time_the_rest_is_left_in_the_order_that_was_asked_for(tmp_path, read, monkeypatch):
    monkeypatch.setattr(vectors, "CHUNK", 20)
    kept, order = tmp_path / "vectors.npz", [*reversed(ALL)]
    rows, known = vectors_of(TEXTS, order, kept, seconds=0)
    assert not known.any() and not rows.any() and not kept.exists()
    clock = iter([0.0, 1.0, 2.0, 3.0, 4.0])
    monkeypatch.setattr(vectors.time, "monotonic", lambda: next(clock))
    rows, known = vectors_of(TEXTS, order, kept, seconds=2.5)
    assert known.sum() == 40 and known[30:].all() and rows[known].any(axis=1).all()
    monkeypatch.undo()
    assert vectors_of(TEXTS, order, kept)[1].all()


@pytest.mark.parametrize("damage", ["another encoder", "cut off"])
def test_another_encoder_and_a_damaged_file_count_for_nothing(tmp_path, read, monkeypatch, damage):
    kept = tmp_path / "vectors.npz"
    vectors_of(TEXTS[:3], range(3), kept)
    if damage == "another encoder":
        monkeypatch.setattr(vectors, "_MADE_BY", ("components/recent.py",))
    else:
        kept.write_bytes(kept.read_bytes()[:500])
    read.clear()
    assert vectors_of(TEXTS[:3], range(3), kept)[1].all() and read == TEXTS[:3]


def test_nothing_to_read(tmp_path):
    rows, known = vectors_of([], [], tmp_path / "vectors.npz")
    assert len(rows) == len(known) == 0


def test_a_full_disk_does_not_end_a_check(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(vectors.os, "replace", full)
    assert vectors_of(TEXTS[:3], range(3), tmp_path / "vectors.npz")[1].all()
