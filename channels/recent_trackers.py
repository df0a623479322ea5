"""Conversations as they were stored last, so that a long one is not read back whole for each message.

What is kept counts only while the database holds just what it held then (a stamp of its rows): another process that
writes or deletes is always heard. After sixty messages reading back would take as long as understanding the message.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, List, NamedTuple, Optional, Text

from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, Event
from rasa.shared.core.trackers import DialogueStateTracker

from channels.event_table import Stamp
from components.faster_trackers import copied

MOST_EVENTS = 5_000  # in all conversations together: eight hundred turns of 11 kB


def begins_anew(events: List[Event]) -> bool:
    """Whether a session begins in `events`: from then on those before it are no longer read."""
    return any(isinstance(one, ActionExecuted) and one.action_name == ACTION_SESSION_START_NAME for one in events)


class _Kept(NamedTuple):
    tracker: DialogueStateTracker
    stamp: Stamp
    domain: Any


class RecentTrackers:
    """The conversations that were stored last, the longest unheard forgotten first."""

    def __init__(self, most_events: int = MOST_EVENTS) -> None:
        """`most_events`: in all conversations together."""
        self._kept: OrderedDict[Text, _Kept] = OrderedDict()
        self._most, self._events = most_events, 0

    def keep(self, tracker: DialogueStateTracker, stamp: Stamp, domain: Any) -> None:
        """Remembers a tracker as it was stored, for the domain that its slots are of."""
        self.forget([tracker.sender_id])
        self._kept[tracker.sender_id] = _Kept(copied(tracker), stamp, domain)
        self._events += len(tracker.events)
        while self._events > self._most:
            self.forget([next(iter(self._kept))])

    def stamp(self, sender_id: Text, domain: Any) -> Optional[Stamp]:
        """What the database must still say; None if nothing is kept for this domain."""
        kept = self._kept.get(sender_id)
        return kept.stamp if kept and kept.domain is domain else None

    def get(self, sender_id: Text) -> DialogueStateTracker:
        """A tracker of its own for whoever asks. Raises KeyError if none is kept."""
        return copied(self._kept[sender_id].tracker)

    def forget(self, sender_ids: List[Text]) -> None:
        """Drops conversations."""
        for one in sender_ids:
            kept = self._kept.pop(one, None)
            self._events -= len(kept.tracker.events) if kept else 0
