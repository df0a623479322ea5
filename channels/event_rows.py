"""Events as rows of the tracker store's table, and back; whatever is damaged is told apart."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, List, Text, Tuple

from rasa.shared.core.events import Event

_SENDER = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
Row = Tuple[int, Text]


def is_sound(sender_id: Any) -> bool:
    """Whether a database can hold this id: some do not take NUL, lone surrogates or more than 255 characters."""
    return isinstance(sender_id, str) and _SENDER.fullmatch(sender_id) is not None


def readable(rows: List[Row]) -> Tuple[List[Event], List[int]]:
    """The events of the rows that can be read, and the row ids of those that cannot."""
    events, damaged = [], []
    for row_id, data in rows:
        try:
            event = Event.from_parameters(json.loads(data))
            if event is None:
                raise ValueError("no event")
            events.append(event)
        except Exception:  # whatever is wrong with one row, the others count
            damaged.append(row_id)
    return events, damaged


def as_row(sender_id: Text, event: Dict[Text, Any]) -> Dict[Text, Any]:
    """The table's row for an event, as stock Rasa writes it."""
    intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    return {
        "sender_id": sender_id,
        "type_name": event["event"],
        "timestamp": event.get("timestamp"),
        "intent_name": intent,
        "action_name": event.get("name"),
        "data": json.dumps(event),
    }
