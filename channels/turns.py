"""One visitor message on its way: handled once, in a task of its own, and answered in time whatever happens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Awaitable, Iterable, Optional

from channels.messages import as_message, safe_as_messages
from channels.safe_reply import safe_messages
from channels.screen import is_covered
from components.safety.tiers import Finding

PATIENCE = 1.8  # seconds until something is said; policy.md promises 2
_running: set[asyncio.Task[Any]] = set()  # asyncio itself keeps no task alive


@dataclass(slots=True)
class Turn:
    """A visitor's message and what became of it. `reply` is fixed the first time that somebody is answered."""

    id: str
    text: str  # what is screened for danger: the visitor's words, nothing for a pressed button
    messages: list[dict[str, Any]] = field(default_factory=list)
    task: Optional[asyncio.Task[Any]] = None
    reply: Optional[list[dict[str, Any]]] = None
    handed: int = 0  # how many of `messages` the visitor has got
    said: int = 0  # how many bot messages there were, those without text included

    def runs_in(self, task: asyncio.Task[Any]) -> None:
        """The task that handles it, which is let go when it is done: a chat remembers a hundred turns."""
        self.task = task
        task.add_done_callback(lambda _: setattr(self, "task", None))

    @property
    def is_running(self) -> bool:
        """Whether more may come."""
        return self.task is not None and not self.task.done()

    def hear(self, said: dict[str, Any]) -> None:
        """Takes one message from Rasa (see BotUttered.message)."""
        message = as_message(said, f"{self.id}-{self.said}")
        self.said += 1
        if message:
            self.messages.append(message)

    def take(self) -> list[dict[str, Any]]:
        """The messages that the visitor has not got yet, which counts as handing them over."""
        fresh = self.messages[self.handed :]
        self.handed = len(self.messages)
        return fresh


def in_own_task(work: Awaitable[Any]) -> asyncio.Task[Any]:
    """Starts `work` so that no request which waits for it can cancel it."""
    task = asyncio.ensure_future(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def until(task: asyncio.Task[Any], seconds: float = PATIENCE) -> bool:
    """Waits for `task`, for some seconds at most; whether it is done. Being cancelled here does not cancel it."""
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return bool(done)


def are_running() -> bool:
    """Whether any turn is not finished."""
    return bool(_running)


async def finish_all(seconds: float = 10.0) -> None:
    """Waits until all turns are stored, or that many seconds."""
    if _running:
        await asyncio.wait(set(_running), timeout=seconds)


def reply_of(turn: Turn, earlier: Iterable[Turn], danger: Optional[Finding]) -> list[dict[str, Any]]:
    """What the visitor gets for `turn`: late messages of earlier ones, then its own, and never nothing.

    `danger` is that in the visitor's words. The same turn gives the same reply each time.
    """
    if turn.reply is None:
        answered = [other for other in earlier if other is not turn and other.reply is not None]
        late = [message for other in answered for message in other.take()]
        turn.reply = late + with_safety(turn.take(), danger, turn.id)
    return turn.reply


def with_safety(said: list[dict[str, Any]], danger: Optional[Finding], turn: str) -> list[dict[str, Any]]:
    """What the bot `said`, with the safe reply before it if that is nothing, or does not fit the danger."""
    if said and is_covered(danger, said):
        return said
    return safe_as_messages(safe_messages(danger), turn) + said
