"""What the components share about their configuration: unknown keys are errors, changed helpers retrain."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Dict

from rasa.shared.exceptions import InvalidConfigException

ROOT = Path(__file__).resolve().parent.parent
_RASA_KEYS = {"name", "priority", "featurizer", "max_history"}


def checked_config(component: Any, config: Dict[str, Any]) -> Dict[str, Any]:
    """The defaults with `config` over them. Raises InvalidConfigException for a key that nobody reads."""
    defaults = component.get_default_config()
    unknown = set(config) - set(defaults) - _RASA_KEYS
    if unknown:
        raise InvalidConfigException(
            f"config.yml: {type(component).__name__} has no key {sorted(unknown)[0]!r}; it knows {sorted(defaults)}."
        )
    return {**defaults, **config}


def digest_of(*names: str) -> str:
    """A hash over files of the project, named from its root; folders count with all their Python files."""
    digest = hashlib.sha256()
    for name in names:
        path = ROOT / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            digest.update(file.read_bytes() if file.is_file() else b"missing")
    return digest.hexdigest()
