"""The encoder: unit vectors in the order of the texts."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from components.encoder import DIMENSIONS, MANY, Encoder, EncoderMissing, shared_encoder

TEXTS = ["what does it cost", "How much is it?", "he isn't breathing", "", "🙂", "naltrexone " * 200, "\x00"]


def test_shape_and_length(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), DIMENSIONS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_vector(encoder):
    assert encoder.encode([]).shape == (0, DIMENSIONS)


def test_a_text_has_its_vector_in_any_order_and_company(encoder):
    many = [f"{text} {number}" for number in range(MANY) for text in ("short", "a somewhat longer question about it")]
    forwards, backwards = encoder.encode(many), encoder.encode(many[::-1])
    np.testing.assert_allclose(forwards, backwards[::-1], atol=1e-6)
    for position in (0, 1, len(many) - 1):
        alone = encoder.encode([many[position]])[0]
        assert alone @ forwards[position] > 0.95  # int8 activations are scaled by batch, so not quite equal


def test_a_few_texts_have_the_vectors_that_they_have_alone(encoder):
    few = ["what does a month of it cost", "hm", "could you tell me how long the monthly shot keeps working for me"]
    alone = [Encoder().encode([text])[0] for text in few]
    np.testing.assert_array_equal(Encoder().encode(few), alone)


def test_several_threads_may_ask_at_once(encoder):
    texts = [f"{text} {number}" for number in range(20) for text in TEXTS[:3]]
    fresh = Encoder()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: fresh.encode([text])[0], texts))
    np.testing.assert_array_equal(found, [encoder.encode([text])[0] for text in texts])


def test_a_clause_is_pooled_from_the_tokens_of_its_message(encoder):
    message = "what does it cost and is there a shot"
    cost, shot = encoder.encode(["what does it cost", "is there a shot"], within=message)
    assert cost @ encoder.encode(["what does it cost"])[0] > cost @ shot + 0.2
    assert abs(np.linalg.norm(cost) - 1) < 1e-5
    np.testing.assert_allclose(encoder.encode([message], within=message), encoder.encode([message]), atol=0.2)


def test_a_clause_is_remembered_with_its_message(encoder):
    clause = "is there a shot"
    first, second = (encoder.encode([clause], within=f"{start} and {clause}")[0] for start in ("what is it", "bye"))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, encoder.encode([clause])[0])


@pytest.mark.parametrize("message", ["something else", "", "naltrexone " * 200 + "is there a shot"])
def test_a_clause_whose_tokens_are_not_there_is_read_alone(encoder, message):
    clause = "is there a shot"
    np.testing.assert_array_equal(encoder.encode([clause], within=message), encoder.encode([clause]))


def test_like_meanings_are_nearer(encoder):
    cost, price, breath = encoder.encode(TEXTS[:3])
    assert cost @ price > cost @ breath + 0.2


def test_asking_twice_gives_the_same(encoder):
    np.testing.assert_array_equal(encoder.encode(TEXTS[:2]), encoder.encode(TEXTS[:2]))


def test_there_is_one_encoder_a_process(encoder):
    assert shared_encoder() is encoder


@pytest.mark.parametrize("present", [(), ("model.onnx",), ("tokenizer.json",)])
def test_missing_files_name_the_command_that_brings_them(tmp_path, present):
    for name in present:
        (tmp_path / name).touch()
    with pytest.raises(EncoderMissing, match="make setup"):
        Encoder(tmp_path)
