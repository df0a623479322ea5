"""The checks themselves: `python -m desk.check.job PROJECT KEPT`, a process of its own that the desk starts, and that
ends when its standard input does.

Prints JSON lines: {"stage", "progress"} while it works, {"findings"} at the end. KEPT is the file of the examples'
vectors, which make the second check quick.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable

from evaluation.content import read_content
from evaluation.content_checks import unreadable
from evaluation.findings import Finding, broken, content_findings

Tell = Callable[[str, float], None]


def run(project: Path, kept: Path, tell: Tell) -> list[Finding]:
    """All findings. Broken files are the only ones if there are any, because nothing else can be read then."""
    tell("Reading the files", 0.02)
    problems = unreadable(project)
    if problems:
        return broken(problems)
    from evaluation import check_balance, check_labels, rasa_validation  # slow to import

    validation = rasa_validation.start(project)
    try:
        content = read_content(project)
        tell("Comparing the examples with each other and with the test messages", 0.1)
        found = content_findings(content) + check_balance.unbalanced(content)
        tell("Reading every example", 0.25)
        vectors = check_labels.encoded([example.text for example in content.examples], kept)
        tell("Looking for examples in the wrong topic", 0.6)
        found += check_labels.suspects(content, vectors)
        tell("Waiting for the bot's own check of its files", 0.9)
        return rasa_validation.findings(validation) + found
    finally:
        validation.kill()


def main() -> int:
    """Runs the checks and prints what they say."""
    os.nice(10)  # visitors and staff come first
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that Rasa's validation ends with it
    threading.Thread(target=_end_with_the_desk, daemon=True).start()
    project, kept = map(Path, sys.argv[1:3])
    found = run(project, kept, lambda stage, progress: _print({"stage": stage, "progress": progress}))
    _print({"findings": [asdict(one) for one in found]})
    return 0


def _end_with_the_desk() -> None:
    """Nobody writes to standard input: it ends when the desk does, and what nobody waits for need not go on."""
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _print(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main())
