"""Live checks of an answer while staff write it, in plain words."""

from __future__ import annotations

from evaluation.check_answers import HARDEST, WORDS, grade, ungrounded


def complaints(text: str, facts: str) -> list[str]:
    """What is wrong with `text` beside the `facts` of the paragraphs it cites; empty if nothing."""
    found = []
    length = len(text.split())
    if not WORDS[0] <= length <= WORDS[1]:
        found.append(f"The answer has {length} words; it should have {WORDS[0]} to {WORDS[1]}.")
    if text.strip() and grade(text) > HARDEST:
        found.append(f"The answer is hard to read (grade {grade(text):.1f}); {HARDEST:.0f} is the most.")
    return found + [
        f"“{claim}” is not in the facts of the paragraphs that this answer cites." for claim in ungrounded(text, facts)
    ]
