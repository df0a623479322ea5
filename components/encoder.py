"""The sentence encoder: text in, unit vectors out. The only file that knows which model it is.

all-MiniLM-L6-v2 as int8 ONNX (Sentence-BERT, Reimers and Gurevych 2019). Its token vectors are pooled twice,
by mean and by maximum, which cost nothing more and brought the topic model 1.4 points in cross-validation.
Swapping the model means changing this file and retraining; nothing else depends on the vectors' meaning.
"""

from __future__ import annotations

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Sequence

import numpy as np

from components.integer_model import with_integers
from components.recent import Recent

DIMENSIONS = 768  # 384 pooled by mean and 384 by maximum
MAX_TOKENS = 128
BATCH = 16
MANY, MOST_RECENT = 64, 512  # texts from which on it is a training, and how many rows are remembered
ASSETS = Path(os.environ.get("ENCODER_DIR", Path(__file__).resolve().parent.parent / "assets" / "encoder"))


class EncoderMissing(RuntimeError):
    """The model's files are not where `make setup` puts them."""


class Encoder:
    """Encodes texts with an ONNX model, each on one thread; may be called from several threads at once.

    Vectors are float32 of shape (len(texts), 768) and length 1. Recent single texts are cached, because the
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
        self._session = onnxruntime.InferenceSession(
            with_integers((folder / "model.onnx").read_bytes()), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._last: tuple[int, np.ndarray] = (0, np.zeros((0, DIMENSIONS), dtype=np.float32))
        self._recent = Recent[np.ndarray](MOST_RECENT)
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="encode")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors for `texts`, in their order; an empty list gives shape (0, 768)."""
        if len(texts) >= MANY:
            return self._encode_many(texts)
        # Each alone: together they would be padded to the longest, and an int8 row depends on its company.
        rows = self._recent.rows(texts, self._each_alone)
        return np.stack(rows) if rows else np.zeros((0, DIMENSIONS), dtype=np.float32)

    def _each_alone(self, texts: list[str]) -> list[np.ndarray]:
        """A row for each text; the clauses of one message on two processors, if the other one is free."""
        tokens = self._ids(texts)
        if len(tokens) == 1:
            return [self._run(tokens)[0]]
        return list(self._pool.map(lambda ids: self._run([ids])[0], tokens))

    def _encode_many(self, texts: Sequence[str]) -> np.ndarray:
        """All at once on two threads; training asks for the same texts twice, so the last list is kept."""
        key = hash(tuple(texts))
        if self._last[0] != key:
            ids = self._ids(texts)
            order = np.argsort([len(one) for one in ids], kind="stable")  # alike lengths waste no padding
            parts = [order[start : start + BATCH] for start in range(0, len(texts), BATCH)]
            vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
            rows = self._pool.map(lambda part: self._run([ids[i] for i in part]), parts)
            for part, some in zip(parts, rows, strict=True):
                vectors[part] = some
            self._last = (key, vectors)
        return self._last[1]

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text."""
        if len(texts) < MANY:
            return [self._tokenizer.encode(text or " ").ids for text in texts]
        return [encoded.ids for encoded in self._tokenizer.encode_batch([text or " " for text in texts])]

    def _run(self, tokens: Sequence[Sequence[int]]) -> np.ndarray:
        """The rows of texts that are given as tokens."""
        ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(tokens):
            ids[row, : len(one)], mask[row, : len(one)] = one, 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feed)[0]
        shown = mask[..., None].astype(np.float32)
        mean = (hidden * shown).sum(axis=1) / shown.sum(axis=1)
        most = np.where(shown > 0, hidden, -np.inf).max(axis=1)
        return np.hstack([_unit(mean), _unit(most)]).astype(np.float32) * np.float32(0.5**0.5)


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.clip(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9, None)


@functools.lru_cache(maxsize=1)
def shared_encoder() -> Encoder:
    """The one encoder of this process; loading takes a fraction of a second and 60 MB."""
    return Encoder()
