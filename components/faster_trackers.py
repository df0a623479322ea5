"""What Rasa 3.6 does with each message for the whole of a long conversation, done once or for its end.

- For each action Rasa copies the tracker by playing all of its events again; a copy of what they led to is the same.
- For each prediction it builds the states of the whole conversation; rules and stories look at the last few of them.
- For each event that it reads back it goes through all classes of events to find the right one.

After sixty messages these together take longer than everything else that a message needs.
"""

from __future__ import annotations

import copy
import functools
from typing import Any

from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

TURNS = 3  # which policies see: more than any rule has, and than the 4 states of MemoizationPolicy's max_history
_rasas_copy, _rasas_predict = DialogueStateTracker.copy, MessageProcessor._predict_next_with_tracker
class_of_event = functools.lru_cache(maxsize=None)(Event.resolve_by_type)  # an unknown name raises each time


def make_trackers_faster() -> None:
    """Replaces the three functions for this process; again is harmless."""
    DialogueStateTracker.copy = copied
    MessageProcessor._predict_next_with_tracker = predict_next
    Event.resolve_by_type = staticmethod(class_of_event)


def copied(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """In place of DialogueStateTracker.copy: events are shared, as in Rasa's own, and whatever changes is not."""
    twin = copy.copy(tracker)
    twin.events = copy.copy(tracker.events)
    twin.slots = type(tracker.slots)({name: copy.copy(slot) for name, slot in tracker.slots.items()})
    twin.active_loop = copy.copy(tracker.active_loop)
    return twin


def predict_next(processor: MessageProcessor, tracker: DialogueStateTracker) -> Any:
    """In place of MessageProcessor._predict_next_with_tracker: the policies see the end of the conversation."""
    return _rasas_predict(processor, tracker if tracker.followup_action else the_end_of(tracker))


def the_end_of(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker of the last TURNS turns; the same one where it is shorter, or where earlier events count as well."""
    if tracker.active_loop or any(slot.influence_conversation for slot in tracker.slots.values()):
        return tracker
    events = tracker.applied_events()
    turns = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(turns) <= TURNS:
        return tracker
    end = tracker.init_copy()
    for event in events[turns[-TURNS] - 1 :]:  # before a visitor's message stands `action_listen`
        end.update(event)
    return end
