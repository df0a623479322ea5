"""Sessions: a random cookie, of which the database keeps the hash; they end by idling, by age, by logging out."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import sqlalchemy as sa

from desk.database import people, sessions
from desk.people.access import Person, Visit

IDLE = 15 * 60.0  # seconds without a request
LONGEST = 8 * 3600.0  # seconds since logging in
TOUCH = 10.0  # seconds; the time of the last request is not written more often than that


def hash_of(token: str) -> str:
    """What the database keeps of a cookie's value."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def start(connection: Any, person_id: int, now: float) -> str:
    """A new session; the value for its cookie. Clears away what has ended."""
    connection.execute(sessions.delete().where(_ended(now)))
    token = secrets.token_urlsafe(32)
    values = {"person_id": person_id, "csrf": secrets.token_urlsafe(32), "created_at": now, "seen_at": now}
    connection.execute(sessions.insert().values(token=hash_of(token), **values))
    return token


def find(engine: Any, token: str, now: float, is_idle: bool = False) -> Visit:
    """The visit behind a cookie; an empty one if the session has ended or the person was deactivated.

    `is_idle`: the request came from the page by itself (a progress bar), so the session goes on idling.
    """
    key = hash_of(token)
    query = sa.select(sessions, people.c.name, people.c.role, people.c.toured).where(
        sessions.c.token == key, people.c.id == sessions.c.person_id, people.c.active, sa.not_(_ended(now))
    )
    with engine.connect() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        return Visit()
    if not is_idle and now - row["seen_at"] > TOUCH:
        _touch(engine, key, now)
    return Visit(Person(row["person_id"], row["name"], row["role"], row["toured"]), row["csrf"], key)


def end(connection: Any, key: str) -> None:
    """Ends one session (its hash)."""
    connection.execute(sessions.delete().where(sessions.c.token == key))


def end_all(connection: Any, person_id: int, but: str = "") -> None:
    """Ends all sessions of a person, except the one with the hash `but`."""
    connection.execute(sessions.delete().where(sessions.c.person_id == person_id, sessions.c.token != but))


def _ended(now: float) -> Any:
    return sa.or_(sessions.c.seen_at < now - IDLE, sessions.c.created_at < now - LONGEST)


def _touch(engine: Any, key: str, now: float) -> None:
    """Notes the request. A database that is locked for a moment must not turn a page away, so that is let go."""
    try:
        with engine.begin() as connection:
            connection.execute(sessions.update().where(sessions.c.token == key).values(seen_at=now))
    except sa.exc.OperationalError:
        pass
