"""Reads data/nlu.yml and what makes a topic dangerous, for the evaluation scripts and content checks."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent


def read_examples(path: Path = ROOT / "data" / "nlu.yml") -> list[tuple[str, str]]:
    """All training examples as (text, intent), in the order of the file."""
    blocks = yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]
    return [
        (line[2:].strip(), block["intent"])
        for block in blocks
        for line in block["examples"].split("\n")
        if line.startswith("- ")
    ]
