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
from pathlib import Path
from typing import Any, Iterable, List, Optional, Set, Text

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from channels.bounded import PAUSE, Bounded, StoreError
from channels.event_rows import as_row, is_sound, readable
from channels.event_table import EventTable, Stamp
from channels.published.update import adjust_model_loading
from channels.recent_trackers import RecentTrackers, begins_anew
from channels.site import read_site

adjust_model_loading()  # here, because Rasa imports this file in each of its servers before it loads a model
logger = logging.getLogger(__name__)
MOST_UNSAVED = 1000  # conversations kept in memory while the database is away
EXPIRY = 3600.0  # seconds between two looks for conversations that are too old
DAY = 86400.0
# On a tracker: how many of its events the database holds, and how many the event broker was told.
_STORED, _STREAMED = "_events_in_store", "_events_streamed"
_STAMP = "_stamp_when_read"  # see event_table.py


class SafeSQLTrackerStore(SQLTrackerStore):
    """See the module. `host`, `dialect`, `db` and so on are those of Rasa's own SQL store."""

    def __init__(self, domain: Any = None, *, dialect: Text = "sqlite", db: Text = "rasa.db", **kwargs: Any) -> None:
        """Connects, and makes table and folder where they are missing."""
        if dialect == "sqlite" and db != ":memory:":
            Path(db).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(domain, dialect=dialect, db=db, **kwargs)
        stock: Any = self.engine
        stock.dispose()
        self._table = EventTable(stock.url, self.SQLEvent)
        self.engine: Any = self._table.engine
        self._database = Bounded()
        self._recent = RecentTrackers()
        self._unsaved: OrderedDict[Text, DialogueStateTracker] = OrderedDict()
        self._unread: Set[Text] = set()  # conversations whose reading failed and that have not been saved since
        self._catching_up = asyncio.Lock()
        self._retry: Optional[asyncio.Future[None]] = None
        self._next_expiry = 0.0

    @property
    def waiting(self) -> int:
        """How many conversations have turns that the database does not hold yet."""
        return len(self._unsaved)

    async def keys(self) -> Iterable[Text]:
        """All conversation ids."""
        return await self._database.run(self._table.ids)

    async def create_tracker(self, sender_id: Text, append_action_listen: bool = True) -> DialogueStateTracker:
        """A conversation's beginning, which is stored with its first turn and not, as in stock Rasa, on its own too."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        setattr(tracker, _STORED, 0)
        setattr(tracker, _STAMP, (0, 0))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Appends what is new. If the database fails, the turn waits in memory for the next save."""
        if not is_sound(tracker.sender_id):
            raise StoreError("This conversation id cannot be stored.")
        await self.stream_events(tracker)
        await self._expire()
        waited = self._unsaved.pop(tracker.sender_id, None) is not None
        try:
            if waited:
                await self._append_again(tracker)
            else:
                await self._append(tracker)
        except StoreError as error:
            logger.error("A turn could not be stored and waits in memory: %s", error)
            self._keep(tracker)

    async def stream_events(self, tracker: DialogueStateTracker) -> None:
        """Tells the event broker, if there is one, what is new; without reading the database for it."""
        new = list(tracker.events)[getattr(tracker, _STREAMED, 0) :]
        if self.event_broker and new:
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)
        setattr(tracker, _STREAMED, len(tracker.events))

    async def delete(self, conversation_ids: List[Text]) -> None:
        """Deletes conversations with all their events. Raises StoreError."""
        for one in conversation_ids:
            self._unsaved.pop(one, None)
        self._recent.forget(conversation_ids)
        self._forget_captured(conversation_ids)
        await self._database.run(self._table.delete, conversation_ids)

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
        self._unread.add(sender_id)
        known = None if fetch_events_from_all_sessions else self._recent.stamp(sender_id, self.domain)
        stamp, rows = await self._database.run(self._table.read, sender_id, fetch_events_from_all_sessions, known)
        self._unread.discard(sender_id)
        if rows is None:
            return self._recent.get(sender_id)
        events, damaged = readable(rows)
        if damaged:
            logger.error("%s damaged rows of a conversation were set aside.", len(damaged))
            await self._database.run(self._table.set_aside, sender_id, damaged)
        if not events:
            return None
        tracker = DialogueStateTracker.from_events(sender_id, events, self.domain.slots)
        for mark in (_STORED, _STREAMED):
            setattr(tracker, mark, len(tracker.events))
        setattr(tracker, _STAMP, stamp)
        return tracker

    async def _append(self, tracker: DialogueStateTracker, again: bool = False) -> None:
        """Stores the events that are new. `again`: an earlier try may have arrived all the same."""
        stored = getattr(tracker, _STORED, None)
        if stored is None and tracker.sender_id in self._unread:  # Rasa began a new one, and all of it is new
            stored = 0
        elif stored is None:  # a tracker that this store has not made
            stored = len((await self._database.run(self._table.read, tracker.sender_id, False))[1] or ())
        events = list(tracker.events)
        if events[stored:]:
            rows = [as_row(tracker.sender_id, event.as_dict()) for event in events[stored:]]
            stamp = await self._database.run(self._table.insert, rows, again)
            setattr(tracker, _STORED, len(events))
            self._remember(tracker, len(rows), stamp)
        self._unread.discard(tracker.sender_id)

    def _remember(self, tracker: DialogueStateTracker, added: int, stamp: Stamp) -> None:
        """Keeps a tracker for the next message, if nobody else has written to the conversation since it was read."""
        before: Optional[Stamp] = getattr(tracker, _STAMP, None)
        setattr(tracker, _STAMP, stamp)
        whole = before and stamp[0] == before[0] + added and len(tracker.events) == getattr(tracker, _STORED)
        if whole and not begins_anew(list(tracker.events)[-added:] if before != (0, 0) else []):
            self._recent.keep(tracker, stamp, self.domain)
        else:
            self._recent.forget([tracker.sender_id])

    async def _append_again(self, tracker: DialogueStateTracker) -> None:
        """Stores what could not be stored before, once: one after the other, and after whatever still hangs."""
        async with self._catching_up:
            await self._database.settle()
            await self._database.run(self._table.create)  # the database may be a new, empty one
            await self._append(tracker, again=True)

    def _keep(self, tracker: DialogueStateTracker) -> None:
        if getattr(tracker, _STORED, None) is None:
            setattr(tracker, _STORED, 0)
        self._unsaved[tracker.sender_id] = tracker
        while len(self._unsaved) > MOST_UNSAVED:
            self._unsaved.popitem(last=False)
            logger.error("Too many conversations wait in memory: the oldest is lost.")
        if self._retry is None or self._retry.done():
            self._retry = asyncio.ensure_future(self._save_waiting())

    async def _save_waiting(self) -> None:
        """Tries every few seconds, until all that waited is stored."""
        while self._unsaved:
            await asyncio.sleep(PAUSE)
            try:
                for sender_id, tracker in list(self._unsaved.items()):
                    await self._append_again(tracker)
                    if self._unsaved.get(sender_id) is tracker:
                        del self._unsaved[sender_id]
            except StoreError as error:
                logger.error("%s conversations still wait in memory: %s", len(self._unsaved), error)

    async def _expire(self) -> None:
        """Deletes, once an hour, conversations that have rested for longer than clinic.yml keeps them."""
        if time.monotonic() < self._next_expiry:
            return
        self._next_expiry = time.monotonic() + EXPIRY
        try:
            oldest = time.time() - read_site().keep_days * DAY
            gone = await self._database.run(self._table.delete_before, oldest)
            if gone:
                logger.info("%s events of conversations past their time were deleted.", gone)
        except StoreError as error:
            logger.error("Old conversations could not be deleted: %s", error)
