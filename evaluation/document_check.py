"""What an edited document means for the answers: `python -m evaluation.document_check DOCUMENT`.

Lists the paragraphs that were changed, added, taken out or moved since data/facts.yml was written, and the answers
that cite them. Paragraph n is line n. The exit code is 1 if there is anything to do, 2 if a file cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from evaluation.content import ROOT, read_yaml

FACTS, DOMAIN = ROOT / "data" / "facts.yml", ROOT / "domain.yml"


@dataclass(frozen=True)
class Change:
    """What happened to paragraph `old`, which is paragraph `new` now; None where there is no such paragraph."""

    what: str
    old: int | None
    new: int | None


def fingerprint(paragraph: str) -> str:
    """The first 16 hex digits of the SHA-256 of a line without its end, as in data/facts.yml."""
    return hashlib.sha256(paragraph.encode("utf-8")).hexdigest()[:16]


def read_document(path: Path) -> list[str]:
    """The fingerprints of a document's lines, in their order. Raises OSError or UnicodeDecodeError."""
    lines = path.read_bytes().decode("utf-8").split("\n")
    return [fingerprint(line.rstrip("\r")) for line in (lines[:-1] if lines[-1] == "" else lines)]


def known_fingerprints(path: Path = FACTS) -> list[str]:
    """The fingerprints that a facts file holds for paragraphs 1, 2, 3 and so on. Raises ValueError for a gap."""
    facts = read_yaml(path)
    known = {n: entry["hash"] for n, entry in facts["paragraphs"].items()} | (facts.get("without_facts") or {})
    if sorted(known) != list(range(1, len(known) + 1)):
        raise ValueError(f"{path.name}: {len(known)} paragraphs, but their numbers are not 1 to {len(known)}")
    return [known[n] for n in sorted(known)]


def changes(before: Sequence[str], now: Sequence[str]) -> Iterator[Change]:
    """The differences between two lists of fingerprints, in the order of the document."""
    for tag, old, old_end, new, new_end in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        for step in range(max(old_end - old, new_end - new)):
            here = old + step + 1 if old + step < old_end else None
            there = new + step + 1 if new + step < new_end else None
            if tag != "equal" or here != there:
                yield Change("moved" if tag == "equal" else _what(here, there), here, there)


def _what(old: int | None, new: int | None) -> str:
    if old is None:
        return "new"
    return "vanished" if new is None else "changed"


def citing(path: Path) -> dict[int, list[str]]:
    """The answers of a domain file that cite each paragraph."""
    found: dict[int, list[str]] = {}
    for name, variants in read_yaml(path)["responses"].items():
        for number in (variants[0].get("metadata") or {}).get("paragraphs") or []:
            found.setdefault(number, []).append(name)
    return found


def report(found: Sequence[Change], cited: Mapping[int, Sequence[str]]) -> Iterator[str]:
    """A line for each change with the answers to read again; moved paragraphs share one line."""
    for change in found:
        if change.what != "moved":
            answers = ", ".join(cited.get(change.old or 0, ())) or "no answer cites it"
            yield f"paragraph {change.old or change.new}: {change.what}" + (f": {answers}" if change.old else "")
    moved = [change for change in found if change.what == "moved"]
    if moved:
        yield (
            f"paragraphs with another number now: {len(moved)}, the first one {moved[0].old} -> {moved[0].new}; "
            "renumber data/facts.yml, and `paragraphs` in domain.yml"
        )


def main(arguments: Sequence[str] | None = None, facts: Path = FACTS, domain: Path = DOMAIN) -> int:
    """Prints what the document at the given path asks for."""
    parser = argparse.ArgumentParser(prog="document_check", description="Which answers does an edited document touch?")
    parser.add_argument("document", type=Path, help="the clinic's text; paragraph n is line n")
    path = parser.parse_args(arguments).document
    try:
        found = list(changes(known_fingerprints(facts), read_document(path)))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        parser.error(f"{path}: {error}")
    lines = list(report(found, citing(domain)))
    print("\n".join(lines) if lines else "The document is the one that data/facts.yml was written from.")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
