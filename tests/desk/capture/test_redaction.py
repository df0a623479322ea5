"""Redaction, measured on made-up messages. Rules were tuned on every other line; the rest is unseen."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from desk.capture.redaction import redact
from evaluation.check_answers import BRANDS, MEDICINES

LINES = [
    json.loads(line) for line in (Path(__file__).parent / "redaction.jsonl").read_text(encoding="utf-8").splitlines()
]
SECRET = [line for line in LINES if line["secrets"]]
HARMLESS = [line["text"] for line in LINES if not line["secrets"]]
TUNED, UNSEEN = SECRET[::2], SECRET[1::2]
LEAST, MOST = 0.97, 0.05


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", re.sub(r"\[[a-z -]+\]", " ", text))


def is_gone(secret: str, line: dict) -> bool:
    """Whether not one word of the secret is left; words that the line has elsewhere as well do not count."""
    left, elsewhere = words(redact(line["text"])), words(line["text"].replace(secret, " "))
    return not any(left.count(word) > elsewhere.count(word) for word in words(secret))


def missed(lines: list[dict]) -> list[str]:
    return [
        f"{secret!r} in {redact(line['text'])!r}"
        for line in lines
        for secret in line["secrets"]
        if not is_gone(secret, line)
    ]


def recall(lines: list[dict]) -> float:
    return 1 - len(missed(lines)) / sum(len(line["secrets"]) for line in lines)


def test_there_are_enough_lines():
    assert len(SECRET) >= 300 and len(HARMLESS) >= 100


def test_recall_over_all_lines():
    assert recall(SECRET) >= LEAST, "\n".join(missed(SECRET))


def test_harmless_lines_are_left_alone():
    changed = [redact(text) for text in HARMLESS if redact(text) != text]
    assert len(changed) <= MOST * len(HARMLESS), "\n".join(changed)


@pytest.mark.parametrize("name", sorted(BRANDS | MEDICINES | {"sinclair"}))
def test_medicines_and_brands_survive(name):
    for text in (
        f"Is {name.title()} better?",
        f"my doctor gave me {name}",
        f"{name.upper()} MADE ME SICK",
        f"{name.title()} told me",
    ):
        assert redact(text) == text
