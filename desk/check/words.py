"""What staff read for each kind of finding: a heading, what it means, and what to do."""

from __future__ import annotations

from evaluation.findings import Finding

WORDS = {
    "broken": (
        "A file cannot be read",
        "Somebody changed it by hand and made a slip. Show this to the person who looks after the computer.",
    ),
    "system": (
        "The bot's own check of its files",
        "Show this to the person who looks after the computer.",
    ),
    "agreement": (
        "Files that do not fit together",
        "Something was changed in one place and not in another. Show this to the person who looks after the computer.",
    ),
    "answer": ("Answers with a fault", "Open the topic; its page says what does not fit."),
    "leak": (
        "Test messages among the examples",
        "The bot would know the test by heart, and the test would say nothing. Take the example out.",
    ),
    "twice": ("The same example twice", "Keep the one in the right topic and take the other out."),
    "near": (
        "Nearly the same example twice",
        "In one topic it teaches nothing; in two topics the bot cannot tell them apart. Take one of them out.",
    ),
    "sign": (
        "Examples with odd signs",
        "They would be read as something else, or may be somebody's. Change or take out.",
    ),
    "few": ("Too few examples", "The bot cannot learn a topic from so few. Add some."),
    "suspect": (
        "Maybe in the wrong topic",
        "A test program that had not seen these examples would have put them elsewhere. Those that are new since the "
        "last publication come first. It is often wrong, most of all about the others; you decide.",
    ),
    "unread": (
        "Not every example was looked at for its topic",
        "Reading them for the first time takes long. Start the check again: it goes on where it ended.",
    ),
    "balance": ("Topics much larger or smaller than others", "The bot leans to the large ones and forgets the small."),
}


def plain(finding: Finding) -> str:
    """A finding in one line, for the record."""
    said = [finding.example, finding.other, finding.what]
    return f"{WORDS[finding.kind][0]}: {' / '.join(part for part in said if part)}"
