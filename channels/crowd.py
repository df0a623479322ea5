"""Many messages at once: few are worked on at a time, others wait in line, and who would wait too long is turned away.

Without this each of a hundred turns gets a hundredth of the machine, and so does the clock that was to answer in time:
replies take twenty seconds, the database seems to hang, and what the channel does about late turns makes it worse. A
message that is turned away costs next to nothing, and the widget keeps it and sends it again by itself. To danger the
channel answers at once, and it comes first in the line (see Visits.keep).
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from channels.limits import TooMany

AT_A_TIME = (os.cpu_count() or 2) + 2  # turns: as many as are understood at once, and some in the steps around that
PLACE = 1.0  # seconds, after which a turn waits for something else than the processor, and is no longer counted
FEW = 8  # conversations; with no more than that, it is not the crowd that takes long
MANY = 30  # conversations; a sudden crowd beyond that would not be answered in time
MOST = 300  # conversations; as many signs of danger are worked on, be it after the channel's own words
LONG = 0.7  # seconds that the first in line has waited; there are 2 until something must be said


class Crowded(TooMany):
    """A message that is turned away because of all the others."""


class Crowd:
    """The conversations whose visitor has heard nothing yet, in the order in which they began to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._since: OrderedDict[str, float] = OrderedDict()
        self._line: deque[asyncio.Future[None]] = deque()
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._places: dict[str, asyncio.TimerHandle] = {}
        self._taken = 0  # places, those included that were just handed to the next in line

    def enter(self, conversation: str) -> None:
        """Its visitor waits from now on, if not already."""
        self._since.setdefault(conversation, self._clock())

    async def turn(self, conversation: str, urgent: bool = False) -> None:
        """Returns when it is the turn of a conversation that has entered; `urgent` ones come first."""
        loop = asyncio.get_running_loop()
        if self._taken < AT_A_TIME:
            self._taken += 1
        else:
            place = loop.create_future()
            (self._urgent if urgent else self._line).append(place)
            await place
        self._places[conversation] = loop.call_later(PLACE, self.leave, conversation)

    def leave(self, conversation: str) -> None:
        """Its visitor has heard something, or nothing is to come. Again is harmless.

        What is said later, by an action for example, holds up nobody else.
        """
        self._since.pop(conversation, None)
        self._free(conversation)

    def is_too_large(self, urgent: bool = False) -> bool:
        """Whether a further message would wait for too long; an `urgent` one will, where there is no room for more."""
        if urgent:
            return len(self._since) > MOST
        if len(self._since) <= FEW:
            return False
        return len(self._since) > MANY or self._clock() - next(iter(self._since.values())) > LONG

    def _free(self, conversation: str) -> None:
        timer = self._places.pop(conversation, None)
        if timer is None:
            return
        timer.cancel()
        while self._urgent or self._line:
            first = (self._urgent or self._line).popleft()
            if not first.done():
                first.set_result(None)
                return
        self._taken -= 1
