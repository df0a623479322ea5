"""What is said when the bot says nothing."""

from __future__ import annotations

import pytest

from channels import safe_reply as module
from channels.safe_reply import safe_messages, safe_reply
from channels.screen import full_screen, is_covered, lexicon_screen
from components.safety.tiers import KINDS, Finding

ALL = [(tier, kind) for tier, kinds in KINDS.items() for kind in kinds]


@pytest.mark.parametrize("tier, kind", ALL)
def test_each_danger_has_its_line_first(tier, kind):
    said = safe_messages(Finding(tier, kind, "rule:x", 1.0, ""))
    assert said[0]["kind"] == tier and said[0]["response"] == f"utter_{tier}_{kind}"
    words = " ".join(message["text"] for message in said)
    assert "provider" in words and any(number in said[0]["text"] for number in ("911", "988", "1-800-222-1222"))
    assert all(message["text"] and "{" not in message["text"] for message in said)


def test_no_danger():
    said = safe_messages()
    assert said[0]["kind"] == "chitchat" and "988" in said[0]["text"] and "911" in said[0]["text"]
    assert [set(one) for one in safe_reply("me")] == [{"recipient_id", "text"}] * len(said)


def test_a_broken_clinic_file_does_not_silence_it(monkeypatch):
    def broken():
        raise OSError

    monkeypatch.setattr(module, "the_clinic", broken)
    assert len(safe_messages(Finding("escalate", "liver", "rule:x", 1.0, ""))) == 2
    assert safe_messages()


@pytest.mark.parametrize(
    "text, tier", [("he is not breathing", "emergency"), ("my eyes are yellow and my urine is like cola", "escalate")]
)
def test_the_screen_works_without_a_model(text, tier):
    assert lexicon_screen(None, text).tier == tier
    assert full_screen(None, text).tier == tier


def test_the_screen_lets_harmless_words_be():
    assert lexicon_screen(None, "what does it cost?") is None


def test_what_covers_a_danger():
    emergency, escalate = (Finding(tier, "x", "rule:x", 1.0, "") for tier in ("emergency", "escalate"))
    assert is_covered(None, [])
    assert not is_covered(emergency, [{"kind": "escalate"}]) and is_covered(emergency, [{"kind": "emergency"}])
    assert is_covered(escalate, [{"kind": "answer"}, {"kind": "emergency"}]) and not is_covered(
        escalate, [{"kind": "answer"}]
    )
