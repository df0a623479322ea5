"""Made-up people whose data the live tests send in every way there is; none of it may stand in a log afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

NAMES = ["Quillonbert Vexmore", "Ottilara Brandywisp", "Zephyrin Klausthal", "Marigunde Oxenford", "Tobermory Plisk"]
NAMES += ["Hyacintha Wrobbel", "Eustatius Grimbly"]
PHONES = ["(415) 555-0187", "802-555-0163", "+1 303 555 0129", "6175550171", "555.0146.2213", "(212) 5550-192"]
MAILS = [f"{name.split()[0].lower()}@mail-{n}.example" for n, name in enumerate(NAMES)]
PLANTED = NAMES + PHONES + MAILS
WORDS = [word for name in NAMES for word in name.split()] + PHONES + MAILS


def sentences() -> list[str]:
    """What their owners write: harmless, in danger, and as a command."""
    forms = ["I am {}, what is naltrexone?", "this is {} and he is not breathing", "/greet {}", "{} has yellow eyes"]
    return [forms[n % len(forms)].format(one) for n, one in enumerate(PLANTED)]


def found_in(files: Iterable[Path]) -> list[str]:
    """Where something planted stands, as `file: word`; files that are not there hold nothing."""
    hits = []
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace").lower() if file.is_file() else ""
        hits += [f"{file.name}: {word}" for word in WORDS if word.lower() in text]
    return hits
