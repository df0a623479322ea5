"""Turns out of the events of a real conversation (conversation.jsonl, as the bot published them)."""

from __future__ import annotations

import pytest

from desk.capture.turn import as_turn, conversation_key, message_key, thumb_of
from desk.database import turns


def test_a_turn_has_the_columns_of_the_table(rows):
    later = {"id", "thumb", "thumb_reason", "reasons", "group_id"}
    assert set(rows[0]) == {column.name for column in turns.c} - later


def test_an_answer(rows):
    row = rows[1]
    assert (row["text"], row["topic"], row["tier"]) == ("what side effects are common", "side_effects", "answer")
    assert row["sources"] == [76, 97, 131] and row["reply"][0]["response"] == "utter_side_effects"
    assert 0.6 < row["confidence"] < 0.7 and 0.4 < row["margin"] < 0.5
    assert row["model"] == "388c7ade9c864d5d972494d22c4677bb" and 0 < row["latency"] < 1
    assert row["conversation"] == conversation_key("visitor-1") and row["message"] == message_key(
        "visitor-1", "message-0002"
    )


def test_two_questions_are_no_rivals(rows):
    assert rows[2]["margin"] is None and len(rows[2]["reply"]) == 2 and rows[2]["topic"] == "cost"


def test_a_follow_up_names_no_helper_topic(rows):
    assert rows[3]["topic"] == "implant" and [name for name, _ in rows[3]["ranking"]] == ["implant"]


def test_asking_back_and_the_pressed_button(rows):
    asked, pressed = rows[4], rows[5]
    assert (asked["tier"], asked["topic"]) == ("clarify", "clarify") and "nlu_fallback" not in dict(asked["ranking"])
    assert (pressed["text"], pressed["choice"], pressed["tier"]) == ("", "what_is_naltrexone", "answer")


def test_danger_with_what_saw_it(rows):
    row = rows[6]
    assert (row["tier"], row["kind"], row["topic"]) == ("escalate", "liver", "escalate_liver")
    assert "escalate_liver:rule:yellow_eyes" in row["safety"]["found"]
    assert rows[8]["tier"] == "emergency" and rows[9]["safety"]["source"] == "context"


def test_thumbs(events):
    found = [thumb for thumb in (thumb_of(event, str.upper) for event in events) if thumb]
    assert [one["thumb"] for one in found] == ["down", "up"]
    assert found[0]["message"] == message_key("visitor-1", "message-0002")
    assert found[0]["thumb_reason"] == "MY NAME IS DANA, CALL 212-555-0142" and found[1]["thumb_reason"] is None
    safe = {**events[0], "event": "slot", "name": "feedback", "value": [{"message": "abc-1-safe-0", "thumb": "up"}]}
    assert thumb_of(safe, str)["message"] == message_key("visitor-1", "abc-1")


def test_two_visitors_may_choose_the_same_message_id(events):
    asked = next(event for event in events if event["event"] == "user")
    keys = {as_turn([{**asked, "sender_id": sender}], str)["message"] for sender in ("a", "b")}
    assert len(keys) == 2


def test_a_turn_that_failed_is_captured_too():
    row = as_turn([{"event": "user", "text": "hel\x00lo \ud800", "sender_id": "a", "message_id": "m"}], str)
    assert (row["text"], row["tier"], row["reply"], row["ranking"]) == ("hello ?", None, [], [])


def test_only_a_visitor_begins_a_turn():
    with pytest.raises(ValueError):
        as_turn([{"event": "user", "text": "EXTERNAL: remind"}], str)
