"""What the channel knows of each visitor's conversation: rebuilt from the tracker store when not in memory."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable

from channels.history import count_turns, offered, replies
from channels.turns import Turn

MOST_TURNS = 100  # then a fresh Rasa conversation, because a turn costs more the longer the conversation is
MOST_CHATS = 300  # in memory, 1 kB a turn: 30 MB if all of them are long; others come back from the tracker store
MOST_WAITING = 8  # messages of one visitor that are not finished
Events = list[dict[str, Any]]


@dataclass
class Chat:
    """One visitor's conversation, which may run through several Rasa conversations."""

    id: str
    number: int = 0  # of the current Rasa conversation
    turns: int = 0  # messages of the visitor in it
    offered: set[str] = field(default_factory=set)  # payloads of the buttons that were sent
    by_id: OrderedDict[str, Turn] = field(default_factory=OrderedDict)
    opened: bool = False
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    order: asyncio.Lock = field(default_factory=asyncio.Lock)  # one message after the other

    @property
    def waiting(self) -> int:
        """How many messages are not finished."""
        return sum(1 for turn in self.by_id.values() if turn.is_running)

    def add(self, turn: Turn) -> None:
        """Remembers a turn, and forgets the oldest that are done."""
        self.by_id[turn.id] = turn
        for old in list(self.by_id.values())[:-MOST_TURNS]:
            if not old.is_running:
                del self.by_id[old.id]

    def next_number(self) -> int:
        """The Rasa conversation for the next message, which is counted."""
        if self.turns >= MOST_TURNS:
            self.number, self.turns = self.number + 1, 0
        self.turns += 1
        return self.number

    def has_message(self, id: str) -> bool:
        """Whether the visitor was sent the bot message `id`."""
        turns = self.by_id.values()
        return any(message["id"] == id for turn in turns for message in [*turn.messages, *(turn.reply or [])])

    def read(self, events: Events) -> None:
        """Takes over what the events of one more Rasa conversation say."""
        self.turns = count_turns(events)
        self.offered |= offered(events)
        for id, messages in replies(events).items():
            self.add(Turn(id, "", messages, reply=messages or None, handed=len(messages)))


class Chats:
    """The chats in memory; those unheard for longest are dropped and come back from the tracker store."""

    def __init__(self, read_events: Callable[[str, int], Awaitable[Events]], most: int = MOST_CHATS) -> None:
        """`read_events` gives the events of a chat's nth Rasa conversation; none if there is no such."""
        self._read_events, self._most = read_events, most
        self._chats: OrderedDict[str, Chat] = OrderedDict()

    async def get(self, id: str) -> Chat:
        """The chat with the id `id`, as it stands in the tracker store if it is not in memory."""
        chat = self._chats.setdefault(id, Chat(id))
        self._chats.move_to_end(id)
        self._drop_some()
        async with chat.opening:
            if not chat.opened:
                await self._open(chat)
        return chat

    def drop(self, id: str) -> None:
        """Forgets a chat."""
        self._chats.pop(id, None)

    async def _open(self, chat: Chat) -> None:
        chat.read(await self._read_events(chat.id, 0))
        while chat.turns >= MOST_TURNS:
            events = await self._read_events(chat.id, chat.number + 1)
            if not events:
                break
            chat.number += 1
            chat.read(events)
        chat.opened = True

    def _drop_some(self) -> None:
        for id in list(self._chats)[: max(0, len(self._chats) - self._most)]:
            if not self._chats[id].waiting and not self._chats[id].opening.locked():
                del self._chats[id]
