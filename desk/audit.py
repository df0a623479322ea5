"""The record of who did what: rows are only added, and each holds the hash of the one before it.

A row that somebody changes, takes out or puts in afterwards breaks the chain, and `verify` finds the place. The last
hash is kept in the table `state` as well, so that cutting off the end is seen, too. Somebody who can write to the
database can build a whole new chain: an exported CSV, kept elsewhere, is what shows that.
"""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any, Mapping

import sqlalchemy as sa

from desk.database import audit, state

FIRST = "0" * 64  # what the first row says about the one before it
# Refused by the database itself, whoever asks: a change of a row, and taking one out.
ONLY_GROWS = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS audit_no_{step} BEFORE {step} ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the record only grows'); END"
        for step in ("update", "delete")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the record only grows'; END $$",
        "DROP TRIGGER IF EXISTS audit_only_grows ON audit",
        "CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    ],
}
FIELDS = ("previous", "at", "who", "what", "subject", "diff", "why", "figures")


def protect(engine: Any) -> None:
    """Makes the database refuse to change or delete a row of the record. Somebody with the file can undo that."""
    with engine.begin() as connection:
        for statement in ONLY_GROWS.get(engine.dialect.name, []):
            connection.execute(sa.text(statement))


def record(
    connection: Any,
    who: str,
    what: str,
    subject: str,
    diff: str | None = None,
    why: str | None = None,
    figures: Any = None,
) -> None:
    """Adds a row in the caller's transaction, so that a change and its record stand or fall together.

    `who`: a person's name; `what`: a few plain words ("topic changed"); `subject`: to what; `diff`: a unified diff;
    `figures`: anything that JSON can hold.
    """
    head = _lock_head(connection)
    entry = {"previous": head["hash"], "at": time.time(), "who": who, "what": what, "subject": subject}
    entry |= {"diff": diff, "why": why, "figures": json.loads(json.dumps(figures))}
    entry["hash"] = hash_of(entry)
    connection.execute(audit.insert().values(**entry))
    value = {"rows": head["rows"] + 1, "hash": entry["hash"]}
    connection.execute(state.update().where(state.c.key == "audit").values(value=value))


def hash_of(entry: Mapping[str, Any]) -> str:
    """The hash of a row, over all that it says and the hash of the row before."""
    said = json.dumps([entry[field] for field in FIELDS], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode("utf-8")).hexdigest()


def verify(connection: Any) -> int | None:
    """The id of the first row that does not fit; 0 if the end is missing; None if the chain is whole."""
    previous, rows = FIRST, 0
    for entry in connection.execute(audit.select().order_by(audit.c.id)).mappings():
        if entry["previous"] != previous or entry["hash"] != hash_of(entry):
            return int(entry["id"])
        previous, rows = entry["hash"], rows + 1
    head = connection.execute(sa.select(state.c.value).where(state.c.key == "audit")).scalar()
    return None if (head or {"rows": 0, "hash": FIRST}) == {"rows": rows, "hash": previous} else 0


def _lock_head(connection: Any) -> Any:
    """The end of the chain. Writing to it first keeps two people's changes one after the other."""
    row = state.c.key == "audit"
    if connection.execute(state.update().where(row).values(key="audit")).rowcount == 0:
        connection.execute(state.insert().values(key="audit", value={"rows": 0, "hash": FIRST}))
    return connection.execute(sa.select(state.c.value).where(row)).scalar_one()
