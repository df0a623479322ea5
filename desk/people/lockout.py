"""Slows down guessing: so many wrong tries for a name and from an address, then a pause for both alike."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from desk.database import attempts
from desk.people.sessions import hash_of

WINDOW = 15 * 60.0  # seconds
FOR_NAME, FOR_ADDRESS = 5, 20  # wrong tries in the window


def keys_of(name: str, address: str) -> dict[str, int]:
    """What is counted for a try, and the limit of each. The name is hashed: some people type their password there."""
    return {f"name:{hash_of(name.casefold())}": FOR_NAME, f"address:{address[:100]}": FOR_ADDRESS}


def begin(engine: Any, name: str, address: str, now: float) -> float:
    """Counts a try before its password is looked at, so that many at once gain nothing.

    Seconds to wait if there were too many (then the try is not counted), 0 if it may go on.
    """
    limits = keys_of(name, address)
    with engine.begin() as connection:
        connection.execute(attempts.delete().where(attempts.c.at < now - WINDOW))
        ids = [connection.execute(attempts.insert().values(key=key, at=now)).inserted_primary_key[0] for key in limits]
    with engine.begin() as connection:
        wait = max(_wait(connection, key, limit, now) for key, limit in limits.items())
        if wait:
            connection.execute(attempts.delete().where(attempts.c.id.in_(ids)))
    return wait


def forgive(connection: Any, name: str, address: str) -> None:
    """After the right password: the name starts anew, and this try does not count for the address."""
    by_name, by_address = keys_of(name, address)
    connection.execute(attempts.delete().where(attempts.c.key == by_name))
    last = sa.select(sa.func.max(attempts.c.id)).where(attempts.c.key == by_address).scalar_subquery()
    connection.execute(attempts.delete().where(attempts.c.id == last))


def is_last(engine: Any, name: str) -> bool:
    """Whether the try just counted was the last that the name has in this window."""
    key = next(iter(keys_of(name, "")))
    with engine.connect() as connection:
        return bool(connection.execute(_tries(key)).scalar() == FOR_NAME)


def _tries(key: str) -> Any:
    return sa.select(sa.func.count()).select_from(attempts).where(attempts.c.key == key)


def _wait(connection: Any, key: str, limit: int, now: float) -> float:
    """Until the oldest of the tries leaves the window; 0 if the limit is kept, this try included."""
    if connection.execute(_tries(key)).scalar() <= limit:
        return 0.0
    oldest = connection.execute(sa.select(sa.func.min(attempts.c.at)).where(attempts.c.key == key)).scalar()
    return float(max(1.0, oldest + WINDOW - now))
