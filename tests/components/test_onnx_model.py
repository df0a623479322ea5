"""The encoder with integer multiplications means the same as the one with floats; its inner layers can be seen."""

import numpy as np
import onnxruntime
import pytest

from components.encoder import ASSETS
from components.onnx_model import with_inner_layers, with_integers

TEXTS = [[101, 2129, 2172, 2515, 2009, 3465, 102], [101, 2010, 2970, 2024, 2630, 102], [101, 7592, 102]]


@pytest.fixture(scope="module")
def model():
    return (ASSETS / "model.onnx").read_bytes()


def vectors(model):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    rows = []
    for tokens in TEXTS:
        ids = np.array([tokens], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = session.run(None, feed)[0][0].mean(axis=0)
        rows.append(mean / np.linalg.norm(mean))
    return np.array(rows)


def test_it_means_the_same(model):
    floats, integers = vectors(model), vectors(with_integers(model))
    assert (floats * integers).sum(axis=1).min() > 0.97
    np.testing.assert_allclose(floats @ floats.T, integers @ integers.T, atol=0.05)


def test_every_weight_is_multiplied_as_integer(model):
    changed = with_integers(model)
    assert changed.count(b"MatMulInteger") == 36  # six layers of six
    assert len(changed) < len(model) * 1.01


def test_a_model_without_integers_stays_as_it_is(model):
    once = with_integers(model)
    assert with_integers(once) == once


def test_what_is_no_model_is_refused():
    with pytest.raises(Exception, match=r"[Pp]ars"):
        with_integers(b"no model at all")


def test_inner_layers_are_shown_beside_the_last(model):
    session = onnxruntime.InferenceSession(with_inner_layers(model, (3, 6)), providers=["CPUExecutionProvider"])
    ids = np.array(TEXTS[:1], dtype=np.int64)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    last, third, sixth = session.run(None, feed)
    assert last.shape == third.shape == (1, len(TEXTS[0]), 384)
    np.testing.assert_array_equal(last, sixth)
    assert np.abs(last - third).max() > 0.5


@pytest.mark.parametrize("layer", [0, 7])
def test_a_layer_that_is_not_there_is_refused(model, layer):
    with pytest.raises(ValueError, match=f"6 layers, and no layer {layer}"):
        with_inner_layers(model, (layer,))
