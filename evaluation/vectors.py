"""The examples' vectors, kept in a file so that no text is read twice: the encoder takes 3 ms for each, 80 s for all.

The file holds one row for each text of today's content, so it neither grows nor ages; it counts for nothing once
another encoder made it. A run that has no time to read everything leaves the rest to the next one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import zipfile
from pathlib import Path
from typing import Sequence

import numpy as np

from components import encoder
from components.safety.normalise import unmasked
from evaluation.content import ROOT

CHUNK = 1000  # texts between two looks at the clock
HASH = "S64"
_MADE_BY = ("components/encoder.py", "components/onnx_model.py", "components/safety/normalise.py")
Rows = dict[bytes, np.ndarray]


def vectors_of(
    texts: Sequence[str], order: Sequence[int], kept: Path, seconds: float = float("inf")
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of shape (texts, dimensions), and which of them are known, shape (texts,); the others are zeros.

    What `kept` does not hold is read in `order` (positions) until `seconds` are over, and kept; on a full disk it is
    read again the next time.
    """
    names = [hashlib.sha256(text.encode()).hexdigest().encode() for text in texts]
    made_by, wanted = _made_by(), set(names)
    known = _stored(kept, made_by)
    missing = {names[i]: texts[i] for i in order if names[i] not in known}
    read = _read([unmasked(text) for text in missing.values()], seconds)
    if len(read) or set(known) - wanted:
        known.update(zip(list(missing)[: len(read)], read, strict=True))
        with contextlib.suppress(OSError):
            _store(kept, made_by, {name: row for name, row in known.items() if name in wanted})
    nothing = np.zeros(encoder.DIMENSIONS, dtype=np.float16)
    rows = np.array([known.get(name, nothing) for name in names], dtype=np.float32)
    return rows.reshape(len(texts), encoder.DIMENSIONS), np.array([name in known for name in names], dtype=bool)


def _read(texts: Sequence[str], seconds: float) -> np.ndarray:
    """Rows of the first of `texts`, as many as there is time for."""
    until, rows = time.monotonic() + seconds, [np.zeros((0, encoder.DIMENSIONS), dtype=np.float16)]
    for start in range(0, len(texts), CHUNK):
        if time.monotonic() >= until:
            break
        rows.append(encoder.shared_encoder().encode(texts[start : start + CHUNK]).astype(np.float16))
    return np.concatenate(rows)


def _made_by() -> str:
    """A hash of all that makes a vector of a text: the model, its tokenizer and the code around them."""
    digest = hashlib.sha256()
    for path in (*(encoder.ASSETS / name for name in ("model.onnx", "tokenizer.json")), *(ROOT / n for n in _MADE_BY)):
        digest.update(path.read_bytes() if path.is_file() else b"missing")
    return digest.hexdigest()


def _stored(kept: Path, made_by: str) -> Rows:
    """What the file holds; nothing if it is damaged, or another encoder's."""
    try:
        with np.load(kept, allow_pickle=False) as stored:
            if str(stored["made_by"]) == made_by:
                return dict(zip(stored["names"].tolist(), stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        pass
    return {}


def _store(kept: Path, made_by: str, rows: Rows) -> None:
    """Writes the file, whole or not at all."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, made_by=made_by, names=np.array(list(rows), dtype=HASH), vectors=np.array(list(rows.values())))
    os.replace(part, kept)
