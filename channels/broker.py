"""Rasa's event broker that feeds the staff desk: it takes each event at once and never fails a turn."""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, Optional, Text

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from desk.capture.courier import Courier
from desk.capture.stream import Stream
from desk.settings import Settings

logger = logging.getLogger(__name__)


class DeskBroker(EventBroker):
    """See the module. In endpoints.yml `url` is the desk's database; without it, DESK_DATABASE_URL or var/desk.db."""

    def __init__(self, stream: Stream) -> None:
        """Starts `stream`."""
        self._stream = stream
        stream.start()

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig, event_loop: Optional[asyncio.AbstractEventLoop] = None
    ) -> DeskBroker:
        """Makes the broker; the database need not be there."""
        url, folder = where(broker_config.url, os.environ)
        return cls(Stream(Courier(url, folder)))

    def publish(self, event: Dict[Text, Any]) -> None:
        """Takes an event. Waits for nothing and raises nothing."""
        try:
            self._stream.publish(event)
        except Exception as error:
            logger.error("An event was not captured (%s).", type(error).__name__)

    def forget(self, ids: Iterable[Text]) -> None:
        """Deletes conversations, by Rasa's sender ids, wherever the desk has them."""
        self._stream.forget(ids)

    def waiting(self) -> int:
        """How many entries cannot reach the desk's database at the moment. Reads a file, so not for the event loop."""
        return self._stream.waiting()

    async def close(self) -> None:
        """Writes what waits; what cannot be written is on disk afterwards."""
        await asyncio.get_running_loop().run_in_executor(None, self._stream.close)


def where(url: Optional[Text], environment: Mapping[Text, Text]) -> tuple[Text, Path]:
    """The database's URL and the spool's folder, as the desk's own settings have them."""
    folder = Path(environment.get("DESK_FOLDER") or Settings.folder)
    return url or environment.get("DESK_DATABASE_URL") or Settings.database_url, folder
