"""One hash of all content that a model or a check depends on."""

from __future__ import annotations

import hashlib
from pathlib import Path

from evaluation.content import ROOT

PARTS = ("domain.yml", "config.yml", "clinic.yml", "data", "evaluation/cases")


def data_hash(root: Path = ROOT) -> str:
    """SHA-256 over the names and bytes of the content files of the project in `root`."""
    digest = hashlib.sha256()
    for part in PARTS:
        path = root / part
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file() and file.suffix in (".yml", ".jsonl") and not file.name.startswith("."):
                digest.update(f"{file.relative_to(root).as_posix()}\0{file.stat().st_size}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
