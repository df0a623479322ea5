"""The whole capture with real events: redacted on the way, never in the way."""

from __future__ import annotations

import time

from desk.capture.recorder import UNREADABLE, Recorder
from desk.capture.rows import TURN
from desk.capture.stream import Stream

SECRETS = ("Dana", "212-555-0142")


def test_a_conversation_is_captured(stream, events, database, until):
    for event in events:
        stream.publish(event)
    assert until(lambda: len(database.rows()) == 13 and database.rows()[12]["thumb"] == "up")
    first, second = database.rows()[:2]
    assert first["thumb"] is None
    assert (second["thumb"], second["thumb_reason"]) == ("down", "my name is [name], call [phone]")


def test_nothing_unredacted_reaches_a_disk(stream, events, database, tmp_path, until):
    asked = {**events[3], "text": "I'm Dana, 212-555-0142, how long does a shot last?"}
    database.is_there = False
    for event in [asked, *events[4:]]:
        stream.publish(event)
    assert until(lambda: (tmp_path / "spool.jsonl").is_file())
    time.sleep(1)
    database.is_there = True
    assert until(lambda: len(database.rows()) == 13)
    assert database.rows()[0]["text"] == "I'm [name], [phone], how long does a shot last?"
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert not any(secret.encode() in kept for secret in SECRETS)


def test_a_flood_neither_waits_nor_grows(writer, events):
    stream = Stream(Recorder(writer, str), most=1000)  # nobody takes anything out
    for _ in range(50_000):
        stream.publish(events[3])
    assert len(stream._events) == 1000 and stream.dropped == 49_000


def test_what_cannot_be_redacted_is_not_stored(writer, events):
    def broken(text: str) -> str:
        raise RuntimeError(text)

    stream = Stream(Recorder(writer, broken))
    for event in events:
        stream.publish(event)
    stream.drain()
    assert {entry["text"] for entry in writer._pending if entry["do"] == TURN} == {"", UNREADABLE}


def test_odd_events_cost_nothing_but_themselves(writer, events):
    stream = Stream(Recorder(writer, str))
    odd = [{}, {"event": "user", "text": 7}, {**events[3], "parse_data": 5}, {"event": "slot", "name": "feedback"}]
    for event in [*odd, *events]:
        stream.publish(event)
    stream.drain()
    assert len({entry["message"] for entry in writer._pending}) == 13


def test_a_late_safe_reply_joins_its_turn(writer, events, database):
    stream = Stream(Recorder(writer, str))
    safe = {**events[5], "event": "bot", "text": "Call 911.", "metadata": {"metadata": {"kind": "emergency"}}}
    for event in [*events[:7], safe]:
        stream.publish(event)
    stream.drain()
    writer.flush()
    (row,) = database.rows()
    assert row["tier"] == "emergency" and len(row["reply"]) == 2


def test_forget_reaches_queue_and_database(stream, events, database, until):
    for event in events:
        stream.publish(event)
        stream.publish({**event, "sender_id": "visitor-2"})
    assert until(lambda: len(database.rows()) == 26)
    for event in events:
        stream.publish(event)
    stream.forget(["visitor-1"])
    assert until(lambda: len(database.rows()) == 13)
    time.sleep(0.5)
    assert len({row["conversation"] for row in database.rows()}) == 1
