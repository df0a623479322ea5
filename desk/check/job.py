"""The checks themselves: `python -m desk.check.job PROJECT KEPT [PUBLISHED]`, a process of its own that the desk
starts, and that ends when its standard input does.

Prints JSON lines: {"stage", "progress"} while it works, {"findings"} at the end. KEPT is the file of the examples'
vectors, which make the second check quick; PUBLISHED the content that visitors' version was made of.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Callable, Optional

from evaluation.content import Content, read_content
from evaluation.content_checks import unreadable
from evaluation.findings import Finding, broken, content_findings

Tell = Callable[[str, float], None]
SECONDS = 30.0  # for reading examples that no check has read yet


def run(project: Path, kept: Path, published: Optional[Path], tell: Tell) -> list[Finding]:
    """All findings. Broken files are the only ones if there are any, because nothing else can be read then."""
    tell("Reading the files", 0.02)
    problems = unreadable(project)
    if problems:
        return broken(problems)
    from evaluation import check_balance, rasa_validation  # slow to import

    validation = rasa_validation.start(project)
    try:
        content = read_content(project)
        tell("Comparing the examples with each other and with the test messages", 0.1)
        found = content_findings(content) + check_balance.unbalanced(content)
        found += _doubts(content, kept, published, tell)
        tell("Waiting for the bot's own check of its files", 0.9)
        return rasa_validation.findings(validation) + found
    finally:
        validation.kill()


def _doubts(content: Content, kept: Path, published: Optional[Path], tell: Tell) -> list[Finding]:
    """Examples that may stand in the wrong topic, as far as there is time to read them."""
    from evaluation import check_labels, vectors  # slow to import

    tell("Reading every example", 0.25)
    before = check_labels.pairs(published) if published else None
    texts = [example.text for example in content.examples]
    rows, known = vectors.vectors_of(texts, check_labels.reading_order(content, before), kept, SECONDS)
    tell("Looking for examples in the wrong topic", 0.6)
    seen = [example for example, is_known in zip(content.examples, known, strict=True) if is_known]
    found = check_labels.suspects(replace(content, examples=seen), rows[known], before)
    if len(seen) < len(texts):
        found.append(Finding("unread", f"{len(seen)} of {len(texts)} examples were.", must=False))
    return found


def main() -> int:
    """Runs the checks and prints what they say."""
    os.nice(10)  # visitors and staff come first
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that Rasa's validation ends with it
    threading.Thread(target=_end_with_the_desk, daemon=True).start()
    project, kept, *published = map(Path, sys.argv[1:4])
    found = run(project, kept, published[0] if published else None, _tell)
    _print({"findings": [asdict(one) for one in found]})
    return 0


def _end_with_the_desk() -> None:
    """Nobody writes to standard input: it ends when the desk does, and what nobody waits for need not go on."""
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _tell(stage: str, progress: float) -> None:
    _print({"stage": stage, "progress": progress})


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
