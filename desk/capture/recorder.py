"""Where turns end: redacted, made into rows, and given to the writer. Runs in the capture's own process."""

from __future__ import annotations

import logging
from typing import Callable, Iterable, Sequence

from desk.capture.rows import thumb_entry, turn_entry
from desk.capture.turn import Event, as_turn, conversation_key, thumb_of
from desk.capture.writer import Writer

logger = logging.getLogger(__name__)
UNREADABLE = "[not stored]"  # in place of a text whose redaction failed


class Recorder:
    """What Stream gives its turns to, if that is in the same process."""

    def __init__(self, writer: Writer, redact: Callable[[str], str]) -> None:
        """`redact` takes out who wrote a text."""
        self._writer, self._redact = writer, redact

    def start(self) -> None:
        """Begins to write."""
        self._writer.start()

    def turn(self, events: Sequence[Event]) -> None:
        """Records a turn: a visitor's event and what followed it. Again, with more that followed, replaces it."""
        self._writer.put(turn_entry(as_turn(events, self.redacted)))

    def thumb(self, event: Event) -> None:
        """Records the newest thumb in a slot event."""
        thumb = thumb_of(event, self.redacted)
        if thumb:
            self._writer.put(thumb_entry(thumb))

    def forget(self, ids: Iterable[str]) -> None:
        """Forgets conversations by Rasa's sender ids, in the spool and in the database."""
        self._writer.forget(conversation_key(sender) for sender in ids)

    def waiting(self) -> int:
        """How many entries wait for the database to come back."""
        return self._writer.waiting()

    def close(self, seconds: float) -> None:
        """Writes what waits, for that many seconds at most; the rest is in the spool."""
        self._writer.close(seconds)

    def redacted(self, text: str) -> str:
        """`text` without who wrote it; nothing of it if that fails."""
        try:
            return self._redact(text)
        except Exception as error:
            logger.error("A message could not be redacted (%s) and is not stored.", type(error).__name__)
            return UNREADABLE
