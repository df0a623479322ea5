"""The SQL behind the tracker store: one table of events, as stock Rasa has it. All of it blocks; see bounded.py."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Tuple

import sqlalchemy as sa
from rasa.core.tracker_store import create_engine_kwargs
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted

from channels.bounded import SECONDS, THREADS
from channels.event_rows import Row

ASIDE = "damaged:"  # prefix of the sender id of rows that cannot be read
Stamp = Tuple[int, int]  # how many rows a conversation has, and the highest id among them


class EventTable:
    """The table `events` of one database."""

    def __init__(self, url: Any, model: Any) -> None:
        """`model` is Rasa's SQLEvent."""
        self.engine = make_engine(url)
        self._events = model.__table__
        column = self._events.c
        mine = column.sender_id == sa.bindparam("sender_id")
        # By id, not by time as in stock Rasa: a clock that is set back must not hide events.
        start = sa.select(sa.func.max(column.id)).where(
            mine,
            column.type_name == ActionExecuted.type_name,
            column.action_name == ACTION_SESSION_START_NAME,
        )
        # Made once, because SQLAlchemy takes longer to make a statement than the database to answer it.
        self._read_all = sa.select(column.id, column.data).where(mine).order_by(column.id)
        self._read_session = self._read_all.where(column.id >= sa.func.coalesce(start.scalar_subquery(), 0))
        self._stamp = sa.select(sa.func.count(), sa.func.coalesce(sa.func.max(column.id), 0)).where(mine)

    def create(self) -> None:
        """Makes the table where it is missing."""
        self._events.metadata.create_all(self.engine)

    def ids(self) -> List[Text]:
        """The ids of all conversations."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(self._events.c.sender_id).distinct())
            return [one for (one,) in found if not one.startswith(ASIDE)]

    def read(self, sender_id: Text, full: bool, known: Optional[Stamp] = None) -> Tuple[Stamp, Optional[List[Row]]]:
        """A conversation's stamp, and its rows in order: all of them, or those since its last session began.

        None instead of the rows if the stamp is the one that is `known`.
        """
        wanted = self._read_all if full else self._read_session
        with self.engine.connect() as connection:
            stamp = self._stamp_of(connection, sender_id)
            if stamp == known:
                return stamp, None
            return stamp, [(row[0], row[1]) for row in connection.execute(wanted, {"sender_id": sender_id})]

    def _stamp_of(self, connection: Any, sender_id: Text) -> Stamp:
        count, last = connection.execute(self._stamp, {"sender_id": sender_id}).one()
        return count, last

    def insert(self, rows: List[Dict[Text, Any]], again: bool) -> Stamp:
        """Adds rows of one conversation; with `again`, only those that did not arrive the first time. Its new stamp."""
        sender_id = rows[0]["sender_id"]
        with self.engine.begin() as connection:
            if again:  # what seemed to fail may have arrived all the same
                mine = self._events.c.sender_id == sender_id
                stored = {data for (data,) in connection.execute(sa.select(self._events.c.data).where(mine))}
                rows = [row for row in rows if row["data"] not in stored]
            if rows:
                connection.execute(self._events.insert(), rows)
            return self._stamp_of(connection, sender_id)

    def delete(self, ids: List[Text]) -> None:
        """Deletes conversations, their damaged rows included."""
        every = [*ids, *(ASIDE + one for one in ids)]
        with self.engine.begin() as connection:
            connection.execute(self._events.delete().where(self._events.c.sender_id.in_(every)))

    def delete_before(self, moment: float) -> int:
        """Deletes conversations whose last event is older than `moment` (Unix time); the number of rows."""
        column = self._events.c
        rested = sa.select(column.sender_id).group_by(column.sender_id).having(sa.func.max(column.timestamp) < moment)
        with self.engine.begin() as connection:
            return connection.execute(self._events.delete().where(column.sender_id.in_(rested))).rowcount

    def set_aside(self, sender_id: Text, row_ids: List[int]) -> None:
        """Takes rows out of a conversation and keeps them for whoever repairs them."""
        chosen = self._events.update().where(self._events.c.id.in_(row_ids))
        with self.engine.begin() as connection:
            connection.execute(chosen.values(sender_id=ASIDE + sender_id))


def make_engine(url: Any) -> Any:
    """An engine with pooled connections, short waits, and errors that do not print the visitor's words."""
    kwargs = {**create_engine_kwargs(url), "hide_parameters": True}
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_timeout=SECONDS, pool_pre_ping=True, **kwargs)
    engine = sa.create_engine(
        url,
        poolclass=sa.pool.QueuePool,
        pool_size=THREADS,
        max_overflow=0,
        connect_args={"timeout": SECONDS / 2, "check_same_thread": False},
        **kwargs,
    )
    sa.event.listen(engine, "connect", _tune_sqlite)
    return engine


def _tune_sqlite(connection: Any, _: Any) -> None:
    """A write-ahead log: staff can read while visitors write, and a turn does not wait for the disk."""
    for setting in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {setting}")
