"""Checks that the content holds together: `python -m evaluation.content_checks`, part of `make check`.

Prints each fault with its file, and its line where it has one; the exit code is 1 if there is any.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Callable

from evaluation import check_agreement, check_answers, check_examples
from evaluation.broken_files import broken_files
from evaluation.content import ROOT, Content, Problem, read_content

Check = Callable[[Content], list[Problem]]
CHECKS: tuple[Check, ...] = (
    check_answers.responses,
    check_answers.answers,
    check_answers.grounding,
    check_examples.counts,
    check_examples.repeated,
    check_examples.characters,
    check_examples.personal,
    check_examples.word_lists,
    check_examples.frozen,
    check_agreement.topics,
    check_agreement.rules,
    check_agreement.follow_ups,
    check_agreement.dangers,
    check_agreement.numbers,
)


def problems(content: Content) -> list[Problem]:
    """Everything that any check finds."""
    return [problem for check in CHECKS for problem in check(content)]


def all_problems(root: Path = ROOT) -> list[Problem]:
    """Everything that is wrong with the content in `root`: first the files themselves, then what they say."""
    return unreadable(root) or problems(read_content(root))


def unreadable(root: Path = ROOT) -> list[Problem]:
    """Files that somebody broke by hand, and YAML that is not the content which everything else expects."""
    broken = broken_files(root)
    if broken:
        return broken
    try:
        _touch(read_content(root))
    except json.JSONDecodeError as error:
        return [Problem("evaluation/cases", f"cannot be read: {error}")]
    except ValueError as error:
        where, _, what = str(error).partition(": ")
        return [Problem(where, what) if what else Problem("content", where)]
    except (OSError, KeyError, TypeError, AttributeError, IndexError) as error:
        return [Problem("content", f"has not the shape it should have ({type(error).__name__}: {error})")]
    return []


def _touch(content: Content) -> None:
    """Reaches for all that the checks take for granted."""
    for key in ("intents", "actions"):
        list(content.domain[key])
    for answer in content.answers.values():
        list(answer["paragraphs"])
    for entry in content.facts.values():
        list(entry["facts"])


def main() -> int:
    """Prints the problems; 1 if there are any."""
    found = all_problems()
    print("\n".join(map(str, found)) if found else "The content holds together.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
