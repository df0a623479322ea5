"""What the capture does to the database: turns in, thumbs on them, conversations out. Each may be done twice."""

from __future__ import annotations

from typing import Any, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from desk.capture.removal import remove_turns
from desk.database import turns

Entry = dict[str, Any]
TURN, THUMB, FORGET = "turn", "thumb", "forget"


def turn_entry(row: Entry) -> Entry:
    """An entry that writes a turn; `row` has the columns of `turns`."""
    return {"do": TURN, **row}


def thumb_entry(thumb: Entry) -> Entry:
    """An entry that puts a thumb on a turn (see turn.thumb_of)."""
    return {"do": THUMB, **thumb}


def forget_entry(conversations: Iterable[str]) -> Entry:
    """An entry that deletes conversations, by their keys."""
    return {"do": FORGET, "conversations": sorted(conversations)}


def apply(connection: Any, entries: Sequence[Entry]) -> None:
    """Does the entries in their order, in the transaction of `connection`."""
    for entry in entries:
        values = {key: value for key, value in entry.items() if key != "do"}
        if entry["do"] == TURN:
            _write(connection, values)
        elif entry["do"] == THUMB:
            thumb = {"thumb": values["thumb"], "thumb_reason": values["thumb_reason"]}
            connection.execute(turns.update().where(turns.c.message == values["message"]).values(**thumb))
        elif entry["do"] == FORGET:
            remove_turns(connection, turns.c.conversation.in_(values["conversations"]))


def without_forgotten(entries: Sequence[Entry]) -> list[Entry]:
    """The entries without those of conversations that a later entry forgets."""
    gone: set[str] = set()
    kept: list[Entry] = []
    for entry in reversed(entries):
        if entry["do"] == FORGET:
            gone.update(entry["conversations"])
        if entry["do"] == FORGET or entry.get("conversation") not in gone:
            kept.append(entry)
    return kept[::-1]


def _write(connection: Any, row: Entry) -> None:
    """A turn that is known gets what was said since; what staff and thumbs added to it stays."""
    insert: Any = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(turns).values(**row)
    fresh = {key: insert.excluded[key] for key in row if key not in ("message", "conversation", "at")}
    connection.execute(insert.on_conflict_do_update(index_elements=[turns.c.message], set_=fresh))


def is_hopeless(error: Exception) -> bool:
    """Whether an entry can never be written, as against a database that is away."""
    own_fault = (sa.exc.DataError, sa.exc.IntegrityError)
    other = isinstance(error, sa.exc.StatementError) and not isinstance(error, sa.exc.DBAPIError)
    return isinstance(error, (*own_fault, KeyError, TypeError, ValueError)) or other
