"""The sentence encoder: text in, unit vectors out. The only file that knows which model it is.

all-MiniLM-L6-v2 as int8 ONNX (Sentence-BERT, Reimers and Gurevych 2019). Token vectors are pooled by mean, in the last
layer and in two inner ones, which keep more of the words and cost nothing. Against the last layer by mean and maximum,
that brought 3 points on unseen questions.
A message is read once: the vector of a clause is pooled from the message's own token vectors (`within`).
Swapping the model means changing this file and retraining; nothing else depends on the vectors' meaning.
"""

from __future__ import annotations

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Optional, Sequence

import numpy as np

from components.onnx_model import with_inner_layers, with_integers
from components.recent import Recent

INNER = (3, 4)  # layers beside the last
WIDTH = 384  # of one layer
DIMENSIONS = WIDTH * (1 + len(INNER))
MAX_TOKENS = 128
BATCH = 16
MANY, MOST_RECENT = 64, 512  # texts from which on it is a training, and how many rows are remembered
MOST_READ = 32  # messages whose token vectors are remembered, some 100 kB each, until their clauses are asked for
ASSETS = Path(os.environ.get("ENCODER_DIR", Path(__file__).resolve().parent.parent / "assets" / "encoder"))


class EncoderMissing(RuntimeError):
    """The model's files are not where `make setup` puts them."""


class Tokens(NamedTuple):
    """A text's tokens: their vectors (1, t, layers, WIDTH), and where each begins and ends in the text."""

    vectors: np.ndarray
    spans: list[tuple[int, int]]


class Encoder:
    """Encodes texts with an ONNX model, each on one thread; may be called from several threads at once.

    Vectors are float32 of shape (len(texts), DIMENSIONS) and length 1. Recent single texts are cached, because the
    topic classifier and the safety detector ask for the same ones within one turn.
    """

    def __init__(self, folder: Path = ASSETS) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        for name in ("model.onnx", "tokenizer.json"):
            if not (folder / name).is_file():
                raise EncoderMissing(f"{folder / name} is missing; run `make setup`.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the most that any message has needed
        model = with_inner_layers(with_integers((folder / "model.onnx").read_bytes()), INNER)
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._last: tuple[int, np.ndarray] = (0, np.zeros((0, DIMENSIONS), dtype=np.float32))
        self._recent = Recent[tuple[str, str], np.ndarray](MOST_RECENT)
        self._read = Recent[str, Tokens](MOST_READ)
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="encode")

    def encode(self, texts: Sequence[str], within: str = "") -> np.ndarray:
        """Vectors for `texts`, in their order; an empty list gives shape (0, DIMENSIONS).

        A text that stands in the message `within` is read there, so that its words mean what they mean in it.
        """
        if len(texts) >= MANY:
            return self._encode_many(texts)
        # Each alone: together they would be padded to the longest, and an int8 row depends on its company.
        rows = self._recent.rows([(within, text) for text in texts], self._each)
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def _each(self, asked: list[tuple[str, str]]) -> list[np.ndarray]:
        """A row for each text and the message that it stands in."""
        rows = []
        for within, text in asked:
            part = _part(self._tokens(within), within, text) if text and text in within else None
            rows.append(_whole(self._tokens(text)) if part is None else part)
        return rows

    def _tokens(self, text: str) -> Tokens:
        return self._read.rows([text], lambda texts: [self._read_one(one) for one in texts])[0]

    def _read_one(self, text: str) -> Tokens:
        encoded = self._tokenizer.encode(text or " ")
        vectors, _ = self._run([encoded.ids])
        return Tokens(vectors, encoded.offsets)

    def _encode_many(self, texts: Sequence[str]) -> np.ndarray:
        """All at once on two threads; training asks for the same texts twice, so the last list is kept."""
        key = hash(tuple(texts))
        if self._last[0] != key:
            ids = [encoded.ids for encoded in self._tokenizer.encode_batch([text or " " for text in texts])]
            order = np.argsort([len(one) for one in ids], kind="stable")  # alike lengths waste no padding
            parts = [order[start : start + BATCH] for start in range(0, len(texts), BATCH)]
            vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
            rows = self._pool.map(lambda part: _pooled(*self._run([ids[i] for i in part])), parts)
            for part, some in zip(parts, rows, strict=True):
                vectors[part] = some
            self._last = (key, vectors)
        return self._last[1]

    def _run(self, tokens: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
        """Token vectors (n, t, layers, WIDTH) of texts that are given as tokens, and which of the tokens there are."""
        ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(tokens):
            ids[row, : len(one)], mask[row, : len(one)] = one, 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return np.stack(self._session.run(None, feed), axis=2), mask


def _whole(tokens: Tokens) -> np.ndarray:
    """The row of the text that the tokens are of."""
    return _pooled(tokens.vectors, np.ones(tokens.vectors.shape[:2]))[0]


def _part(tokens: Tokens, message: str, text: str) -> Optional[np.ndarray]:
    """The row of a text within the message that the tokens are of; None if it goes on where the tokens end."""
    start = message.find(text)
    end = start + len(text)
    spans = np.array(tokens.spans)
    shown = (spans[:, 0] >= start) & (spans[:, 1] <= end) & (spans[:, 0] < spans[:, 1])
    if not shown.any() or spans[:, 1].max() < end:
        return None
    return _pooled(tokens.vectors, shown[None, :])[0]


def _pooled(vectors: np.ndarray, shown: np.ndarray) -> np.ndarray:
    """Rows (n, DIMENSIONS) of length 1: in each layer the mean of the tokens that are shown (n, t)."""
    means = np.einsum("nt,ntlw->nlw", shown.astype(np.float32), vectors)
    means /= np.clip(np.linalg.norm(means, axis=2, keepdims=True), 1e-9, None) * np.float32(means.shape[1] ** 0.5)
    return means.reshape(len(vectors), -1)


@functools.lru_cache(maxsize=1)
def shared_encoder() -> Encoder:
    """The one encoder of this process; loading takes a fraction of a second and 60 MB."""
    return Encoder()
