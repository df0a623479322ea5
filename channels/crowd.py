"""More messages than this machine can answer: new ones are turned away at once, instead of all being answered late.

Without this, each reply that comes too late costs more than it saves: the channel looks for danger once more, says who
to call and stores that, while the turn goes on; soon nobody is answered in time. A message that is turned away costs
next to nothing, the widget keeps it and sends it again by itself, and danger in it is answered even so (see web.py).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

FEW = 8  # conversations; with no more than that, it is not the crowd that takes long
MANY = 60  # conversations; beyond that nobody would be answered in time, however short they have waited
LONG = 0.7  # seconds that the first in line has waited; there are 2 until something must be said


class Crowd:
    """The conversations whose visitor has heard nothing yet, in the order in which they began to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._since: OrderedDict[str, float] = OrderedDict()

    def enter(self, conversation: str) -> None:
        """Its visitor waits from now on, if not already."""
        self._since.setdefault(conversation, self._clock())

    def leave(self, conversation: str) -> None:
        """Its visitor has heard something. What is said later, by an action for example, holds up nobody else."""
        self._since.pop(conversation, None)

    @property
    def is_too_large(self) -> bool:
        """Whether a further message would wait for too long."""
        if len(self._since) <= FEW:
            return False
        return len(self._since) > MANY or self._clock() - next(iter(self._since.values())) > LONG
