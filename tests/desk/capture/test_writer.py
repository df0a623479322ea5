"""Writing: batches, a database that is away and comes back, thumbs, and forgetting."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from desk.capture.rows import thumb_entry, turn_entry
from desk.capture.spool import Spool
from desk.capture.writer import MOST_PENDING, Writer


def thumb(row: dict, way: str = "down") -> dict:
    keys = {"message": row["message"], "conversation": row["conversation"]}
    return thumb_entry({**keys, "thumb": way, "thumb_reason": "wrong"})


def put(writer: Writer, rows: list[dict]) -> None:
    for row in rows:
        writer.put(turn_entry(row))


def test_turns_are_written(writer, rows, database, spool):
    put(writer, rows)
    assert writer.flush() and spool.is_empty()
    stored = database.rows()
    assert [{key: row[key] for key in rows[0]} for row in stored] == rows


def test_twice_is_once_and_what_was_added_stays(writer, rows, database):
    put(writer, rows[:1])
    writer.put(thumb(rows[0]))
    put(writer, [{**rows[0], "latency": 9.0}])
    assert writer.flush()
    (stored,) = database.rows()
    assert (stored["thumb"], stored["thumb_reason"], stored["latency"]) == ("down", "wrong", 9.0)


def test_away_and_back_loses_and_doubles_nothing(writer, rows, database, spool):
    put(writer, rows[:2])
    assert writer.flush()
    database.is_there, writer._engine = False, None
    put(writer, rows[2:5])
    assert not writer.flush() and len(spool.read(99)) == 3
    put(writer, rows[5:])
    writer.put(thumb(rows[7]))
    assert not writer.flush() and len(spool.read(99)) == len(rows) - 1
    database.is_there = True
    assert writer.flush() and writer.flush() and spool.is_empty()
    stored = database.rows()
    assert len(stored) == len(rows) and stored[7]["thumb"] == "down"


def test_a_locked_database_makes_nobody_wait(writer, rows, database, spool):
    put(writer, rows[:1])
    writer.flush()
    path = database.url.removeprefix("sqlite:///")
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("begin exclusive")
        put(writer, rows[1:])
        assert not writer.flush() and len(spool.read(99)) == len(rows) - 1
        other.execute("rollback")
    assert writer.flush() and len(database.rows()) == len(rows)


def test_a_new_process_replays_what_the_last_one_left(writer, rows, database, tmp_path):
    database.is_there = False
    put(writer, rows)
    writer.close()
    database.is_there = True
    again = Writer(database.url, Spool(tmp_path / "spool.jsonl"), database.connect)
    assert again.flush() and len(database.rows()) == len(rows)


def test_killed_between_writing_and_clearing_the_spool(writer, rows, database, spool):
    put(writer, rows)
    writer.flush()
    spool.append([turn_entry(row) for row in rows])
    assert writer.flush() and len(database.rows()) == len(rows)


def test_while_the_database_hangs_the_spool_takes_over(rows, database, spool):
    held, entered = threading.Event(), threading.Event()

    def hang(url):
        entered.set()
        held.wait(20)
        return database.connect(url)

    writer = Writer(database.url, spool, hang)
    writer.start()
    put(writer, [{**rows[0], "message": "first"}])
    assert entered.wait(5)
    put(writer, [{**rows[0], "message": f"m{n}"} for n in range(MOST_PENDING + 50)])
    assert len(spool.read(99)) == 50
    held.set()
    writer.close(20)
    assert len(database.rows()) == MOST_PENDING + 51 and spool.is_empty()


def test_what_can_never_be_written_does_not_stop_the_rest(writer, rows, database):
    put(writer, [rows[0], {**rows[1], "at": None}, rows[2]])
    assert writer.flush() and len(database.rows()) == 2


def test_forgotten_everywhere(writer, rows, database, spool):
    other = {**rows[1], "conversation": "other"}
    put(writer, [rows[0], other])
    writer.flush()
    database.is_there, writer._engine = False, None
    put(writer, rows[2:4])
    writer.flush()  # into the spool
    put(writer, rows[4:5])
    writer.forget([rows[0]["conversation"]])
    assert not writer.flush()
    assert [entry["do"] for entry in spool.read(99)] == ["forget"]
    database.is_there = True
    assert writer.flush() and [row["message"] for row in database.rows()] == [other["message"]]


@pytest.mark.parametrize("again", [False, True])
def test_forgotten_while_a_batch_is_on_its_way(rows, database, spool, again):
    def failing(url):
        writer.forget([rows[0]["conversation"]])
        if again:
            raise OSError("away")
        return database.connect(url)

    writer = Writer(database.url, spool, failing)
    put(writer, rows)
    writer.flush()
    writer._connect = database.connect
    assert writer.flush() and database.rows() == []
