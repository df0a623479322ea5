"""Rasa's SQL tracker store, made safe.

Stock Rasa ends the process on a malformed row or id, blocks every visitor while the database hangs, and forgets
what it could not save. This one works in threads with a time limit, sets damaged rows aside, keeps unsaved turns
in memory until the database is back, and can delete a conversation. Same table, same keys in endpoints.yml.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Optional, Text, TypeVar

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, create_engine_kwargs
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from channels.event_rows import Row, as_row, is_sound, readable
from channels.site import read_site

logger = logging.getLogger(__name__)
T = TypeVar("T")
SECONDS = 1.5  # for one visit to the database; the visitor waits 2 s at most
THREADS = 4
MOST_UNSAVED = 1000  # conversations kept in memory while the database is away
ASIDE = "damaged:"  # prefix of the sender id of rows that cannot be read
EXPIRY = 3600.0  # seconds between two looks for conversations that are too old
DAY = 86400.0
PAUSE = 5.0  # seconds in which a database that has just hung is not asked again
# On a tracker: how many of its events the database holds, and how many the event broker was told.
_STORED, _STREAMED = "_events_in_store", "_events_streamed"


class StoreError(RuntimeError):
    """The database did not do what was asked; the message holds no data of a visitor."""


class SafeSQLTrackerStore(SQLTrackerStore):
    """See the module. `host`, `dialect`, `db` and so on are those of Rasa's own SQL store."""

    def __init__(self, domain: Any = None, *, dialect: Text = "sqlite", db: Text = "rasa.db", **kwargs: Any) -> None:
        """Connects, and makes table and folder where they are missing."""
        if dialect == "sqlite" and db != ":memory:":
            Path(db).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, dialect=dialect, db=db, **kwargs)
        stock: Any = self.engine
        stock.dispose()
        self.engine: Any = make_engine(stock.url)
        self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="tracker-store")
        self._unsaved: OrderedDict[Text, DialogueStateTracker] = OrderedDict()
        self._closed_until = self._next_expiry = 0.0

    async def keys(self) -> Iterable[Text]:
        """All conversation ids."""
        ids = await self._bounded(self._all_ids)
        return [one for one in ids if not one.startswith(ASIDE)]

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Appends what is new. If the database fails, the turn waits in memory for the next save."""
        if not is_sound(tracker.sender_id):
            raise StoreError("This conversation id cannot be stored.")
        await self.stream_events(tracker)
        await self._expire()
        self._unsaved.pop(tracker.sender_id, None)
        try:
            written = await self._append(tracker)
        except StoreError as error:
            logger.error("A turn could not be stored and waits in memory: %s", error)
            self._keep(tracker)
            return
        if written and self._unsaved:
            await self._save_waiting()

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Tells the event broker, if there is one, what is new; without reading the database for it."""
        new = list(tracker.events)[getattr(tracker, _STREAMED, 0) :]
        if self.event_broker and new:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)
        setattr(tracker, _STREAMED, len(tracker.events))

    async def delete(self, conversation_ids: List[Text]) -> None:
        """Deletes conversations with all their events. Raises StoreError."""
        ids = [*conversation_ids, *(ASIDE + one for one in conversation_ids)]
        for one in conversation_ids:
            self._unsaved.pop(one, None)
        self._forget_captured(conversation_ids)
        await self._bounded(self._delete_rows, ids)

    def _forget_captured(self, conversation_ids: List[Text]) -> None:
        """Tells an event broker that keeps what it heard, such as the desk's, to forget it as well."""
        forget = getattr(self.event_broker, "forget", None)
        try:
            if forget:
                forget(conversation_ids)
        except Exception as error:
            logger.error("The event broker could not forget a conversation (%s).", type(error).__name__)

    async def _retrieve(self, sender_id: Text, fetch_events_from_all_sessions: bool) -> Optional[DialogueStateTracker]:
        if not is_sound(sender_id):
            raise StoreError("This conversation id cannot be stored.")
        if sender_id in self._unsaved:
            return self._unsaved[sender_id]
        rows = await self._bounded(self._read_rows, sender_id, fetch_events_from_all_sessions)
        events, damaged = readable(rows)
        if damaged:
            logger.error("%s damaged rows of a conversation were set aside.", len(damaged))
            await self._bounded(self._set_aside, sender_id, damaged)
        if not events:
            return None
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots)
        for mark in (_STORED, _STREAMED):
            setattr(tracker, mark, len(tracker.events))
        return tracker

    async def _append(self, tracker: DialogueStateTracker, again: bool = False) -> bool:
        """Stores the events that are new; whether there were any."""
        stored = getattr(tracker, _STORED, None)
        if stored is None:  # a tracker that this store has not made
            stored = len(await self._bounded(self._read_rows, tracker.sender_id, False)) if tracker.events else 0
        events = list(tracker.events)
        if events[stored:]:
            rows = [as_row(tracker.sender_id, event.as_dict()) for event in events[stored:]]
            await self._bounded(self._insert_rows, rows, again)
        setattr(tracker, _STORED, len(events))
        return len(events) > stored

    def _keep(self, tracker: DialogueStateTracker) -> None:
        if getattr(tracker, _STORED, None) is None:
            setattr(tracker, _STORED, 0)
        self._unsaved[tracker.sender_id] = tracker
        while len(self._unsaved) > MOST_UNSAVED:
            self._unsaved.popitem(last=False)

    async def _save_waiting(self) -> None:
        """Stores what waited while the database was away."""
        try:
            await self._bounded(self.Base.metadata.create_all, self.engine)  # it may be a new, empty one
            for sender_id in list(self._unsaved):
                await self._append(self._unsaved[sender_id], again=True)
                self._unsaved.pop(sender_id, None)
        except StoreError as error:
            logger.error("Turns still wait in memory: %s", error)

    async def _bounded(self, work: Callable[..., T], *arguments: Any) -> T:
        """`work` in a thread, for SECONDS at most. Raises StoreError without the statement's values."""
        if time.monotonic() < self._closed_until:
            raise StoreError("the database hung a moment ago")
        running = asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*arguments))
        try:
            return await asyncio.wait_for(running, SECONDS)
        except asyncio.TimeoutError:
            self._closed_until = time.monotonic() + PAUSE
            raise StoreError(f"{work.__name__.strip('_')}: no answer in {SECONDS} s") from None
        except (Exception, SystemExit) as error:
            raise StoreError(f"{work.__name__.strip('_')}: {type(error).__name__}") from None

    async def _expire(self) -> None:
        """Deletes, once an hour, conversations that have rested for longer than clinic.yml keeps them."""
        if time.monotonic() < self._next_expiry:
            return
        self._next_expiry = time.monotonic() + EXPIRY
        try:
            gone = await self._bounded(self._delete_before, time.time() - read_site().keep_days * DAY)
            if gone:
                logger.info("%s events of conversations past their time were deleted.", gone)
        except StoreError as error:
            logger.error("Old conversations could not be deleted: %s", error)

    def _delete_before(self, moment: float) -> int:
        event = self.SQLEvent.__table__
        rested = (
            sa.select(event.c.sender_id).group_by(event.c.sender_id).having(sa.func.max(event.c.timestamp) < moment)
        )
        with self.engine.begin() as connection:
            return connection.execute(event.delete().where(event.c.sender_id.in_(rested))).rowcount

    def _all_ids(self) -> List[Text]:
        with self.sessionmaker() as session:
            return [one for (one,) in session.query(self.SQLEvent.sender_id).distinct()]

    def _read_rows(self, sender_id: Text, full: bool) -> List[Row]:
        event = self.SQLEvent
        with self.sessionmaker() as session:
            query = session.query(event.id, event.data).filter(event.sender_id == sender_id)
            if not full:
                # By id, not by time as in stock Rasa: a clock that is set back must not hide events.
                start = (
                    session.query(sa.func.max(event.id))
                    .filter(
                        event.sender_id == sender_id,
                        event.type_name == ActionExecuted.type_name,
                        event.action_name == ACTION_SESSION_START_NAME,
                    )
                    .scalar()
                )
                query = query.filter(event.id >= (start or 0))
            return [tuple(row) for row in query.order_by(event.id)]

    def _insert_rows(self, rows: List[Dict[Text, Any]], again: bool) -> None:
        table = self.SQLEvent.__table__
        with self.engine.begin() as connection:
            if again:  # what seemed to fail may have arrived all the same
                known = connection.execute(sa.select(table.c.data).where(table.c.sender_id == rows[0]["sender_id"]))
                stored = {data for (data,) in known}
                rows = [row for row in rows if row["data"] not in stored]
            if rows:
                connection.execute(table.insert(), rows)

    def _delete_rows(self, ids: List[Text]) -> None:
        with self.engine.begin() as connection:
            connection.execute(self.SQLEvent.__table__.delete().where(self.SQLEvent.sender_id.in_(ids)))

    def _set_aside(self, sender_id: Text, row_ids: List[int]) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                self.SQLEvent.__table__.update()
                .where(self.SQLEvent.id.in_(row_ids))
                .values(sender_id=ASIDE + sender_id)
            )


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
