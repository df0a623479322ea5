"""Do the examples of the danger phrases still match, with the phrases as a model file holds them?"""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path
from typing import Iterable

import yaml

from components.safety.lexicon import Lexicon
from components.safety.lexicon_file import load_lexicon
from components.safety.tiers import RANK

Example = tuple[str, str]  # tier, text
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def examples_of(content: Path) -> list[Example]:
    """All examples that the danger phrases of a content folder must match."""
    path = content / "data" / "safety.yml"
    entries = yaml.load(path.read_text(encoding="utf-8"), _LOADER)["entries"]  # noqa: S506 (a safe loader)
    return [(entry["tier"], text) for entry in entries for text in entry["must_match"]]


def lexicon_of(model: Path) -> Lexicon:
    """The phrases inside a model file, with its words that are no typos. Raises OSError, LexiconError."""
    with tarfile.open(model) as archive, tempfile.TemporaryDirectory() as folder:
        for member in archive:
            name = Path(member.name).name
            if name in ("safety.yml", "known.txt") and member.isfile():
                stored = archive.extractfile(member)
                assert stored
                (Path(folder) / name).write_bytes(stored.read())
        known = (Path(folder) / "known.txt").read_text(encoding="utf-8").split("\n")
        return load_lexicon(Path(folder) / "safety.yml", known)


def unmatched(lexicon: Lexicon, examples: Iterable[Example]) -> list[str]:
    """The examples that raise nothing, or less than their tier."""
    return [
        text
        for tier, text in dict.fromkeys(examples)
        if not any(RANK[finding.tier] >= RANK[tier] for finding in lexicon.findings(text))
    ]
