"""What a visitor can do, apart from HTTP: write, resume, give feedback, be forgotten."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from typing import Any, Awaitable, Callable, Optional

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered

from channels.chats import MOST_WAITING, Chat, Chats
from channels.crowd import Crowd, Crowded
from channels.hardening import where
from channels.history import SLOT, delete_conversations, lines, with_feedback
from channels.incoming import BadMessage, as_text
from channels.limits import TooMany
from channels.output import WebOutput
from channels.rotation import carry_over
from channels.screen import lexicon_screen, screened
from channels.sessions import rasa_conversation
from channels.turns import Turn, in_own_task, reply_of, until
from components.safety.tiers import Finding

logger = logging.getLogger(__name__)
OnMessage = Callable[[UserMessage], Awaitable[Any]]
Messages = list[dict[str, Any]]
MOST_FORGOTTEN = 10_000  # ids of deleted chats that are refused until the process ends
BUSY = 3.0  # seconds after which a message may be tried again that came while many were unfinished
CHANNEL = "web"


class Visits:
    """All visitors of one server. `agent` gives Rasa's agent, or None while there is none."""

    def __init__(self, secret: bytes, agent: Callable[[], Any]) -> None:
        """`secret` is that of the sessions."""
        self._secret, self._agent = secret, agent
        self._chats, self._crowd = Chats(self._events), Crowd()
        self._forgotten: OrderedDict[str, None] = OrderedDict()

    def is_forgotten(self, conversation: str) -> bool:
        """Whether the visitor has had this conversation deleted."""
        return conversation in self._forgotten

    async def answer(
        self, conversation: str, on_message: OnMessage, id: str, text: str = "", choice: str = ""
    ) -> tuple[Messages, bool]:
        """The reply to the message `id`, and whether more is to come. A known `id` is not handled again.

        Raises BadMessage for a choice that was never offered, and TooMany while many are unfinished: of this visitor,
        or of all together.
        """
        chat = await self._chats.get(conversation)
        turn = chat.by_id.get(id) or self._start(chat, on_message, id, text, choice)
        if turn.task is not None and turn.is_running:
            await until(turn.task)
        danger = await self._danger(turn) if turn.reply is None else None
        first = turn.reply is None  # asked once more: the same message may have come twice
        reply = reply_of(turn, chat.by_id.values(), danger)
        safe = [message for message in reply if message["id"].startswith(f"{id}-safe-")]
        if first and safe:
            in_own_task(self._remember(chat, turn, safe))
        return reply, turn.is_running

    async def keep(self, conversation: str, on_message: OnMessage, id: str, text: str, reply: Messages) -> None:
        """Has a message of danger handled and stored to which the channel itself gave `reply`, for want of time."""
        chat = await self._chats.get(conversation)
        if id not in chat.by_id and not self._crowd.is_too_large(urgent=True):
            turn = self._begin(chat, on_message, id, text, urgent=True)
            turn.reply = reply
            in_own_task(self._remember(chat, turn, reply))

    async def history(self, conversation: str) -> Messages:
        """The lines of the current Rasa conversation and of the one before it."""
        chat = await self._chats.get(conversation)
        events = await self._events(chat.id, chat.number - 1) if chat.number else []
        return lines(events + await self._events(chat.id, chat.number))

    async def feedback(self, conversation: str, message: str, thumb: str, reason: str) -> None:
        """Keeps a thumb for one bot message in the slot `feedback`. Raises BadMessage for a message never sent."""
        chat = await self._chats.get(conversation)
        if not chat.has_message(message):
            raise BadMessage("unknown_message", "This message is not part of the conversation.")
        entry = {"message": message, "thumb": thumb, "reason": reason, "time": time.time()}
        await until(in_own_task(self._keep_feedback(chat, entry)))

    async def forget(self, conversation: str) -> None:
        """Deletes the conversation from the tracker store, now and after a turn that is still running."""
        chat = await self._chats.get(conversation)
        self._forgotten[conversation] = None
        while len(self._forgotten) > MOST_FORGOTTEN:
            self._forgotten.popitem(last=False)
        try:
            await self._delete(chat)
        except Exception:
            self._forgotten.pop(conversation, None)  # so that the visitor can try again
            raise
        if chat.order.locked():
            in_own_task(self._delete_later(chat))
        self._chats.drop(conversation)

    def _start(self, chat: Chat, on_message: OnMessage, id: str, text: str, choice: str) -> Turn:
        if choice and choice not in chat.offered:
            raise BadMessage("bad_choice", "This choice was not offered in this conversation.")
        if chat.waiting >= MOST_WAITING:
            raise TooMany(BUSY)
        if self._crowd.is_too_large():
            raise Crowded(BUSY)
        return self._begin(chat, on_message, id, text, choice)

    def _begin(
        self, chat: Chat, on_message: OnMessage, id: str, text: str, choice: str = "", urgent: bool = False
    ) -> Turn:
        turn = Turn(id, text)
        chat.add(turn)
        if not chat.order.locked():  # else it waits for its own visitor's message before, and for nobody else
            self._crowd.enter(chat.id)
        turn.runs_in(in_own_task(self._handle(chat, turn, on_message, choice or as_text(text), urgent)))
        return turn

    async def _handle(self, chat: Chat, turn: Turn, on_message: OnMessage, words: str, urgent: bool) -> None:
        try:
            async with chat.order:
                if not self.is_forgotten(chat.id):
                    self._crowd.enter(chat.id)
                    await self._crowd.turn(chat.id, urgent)
                    await self._ask(chat, turn, on_message, words)
        finally:
            self._crowd.leave(chat.id)

    async def _ask(self, chat: Chat, turn: Turn, on_message: OnMessage, words: str) -> None:
        """Has Rasa answer `words`. Raises nothing of Rasa's."""

        def hear(said: dict[str, Any]) -> None:
            self._crowd.leave(chat.id)
            turn.hear(said)
            chat.offered.update(button["payload"] for last in turn.messages[-1:] for button in last["buttons"])

        before = rasa_conversation(chat.id, chat.number, self._secret)
        sender = rasa_conversation(chat.id, chat.next_number(), self._secret)
        if sender != before:
            await carry_over(self._agent(), before, sender)
        try:
            await on_message(UserMessage(words, WebOutput(hear), sender, input_channel=CHANNEL, message_id=turn.id))
        except Exception as error:
            logger.error("A turn failed (%s). The visitor gets the safe reply.", where(error))

    async def _danger(self, turn: Turn) -> Optional[Finding]:
        """The danger in the visitor's words; with all that we have where the bot itself said nothing."""
        if not turn.text:
            return None
        return lexicon_screen(self._agent(), turn.text) if turn.messages else await screened(self._agent(), turn.text)

    async def _remember(self, chat: Chat, turn: Turn, safe: Messages) -> None:
        """Stores a safe reply, and the visitor's message if the turn that failed did not."""
        logger.error("A message got the safe reply.")
        async with chat.order:
            processor = getattr(self._agent(), "processor", None)
            if processor is None or self.is_forgotten(chat.id):
                return
            try:
                sender = rasa_conversation(chat.id, chat.number, self._secret)
                tracker = await processor.fetch_tracker_with_initial_session(sender)
                known = any(event.as_dict().get("message_id") == turn.id for event in tracker.events)
                for event in _as_events(turn, safe, known):
                    tracker.update(event, processor.domain)
                await processor.save_tracker(tracker)
            except Exception as error:
                logger.error("A safe reply could not be stored (%s).", where(error))

    async def _keep_feedback(self, chat: Chat, entry: dict[str, Any]) -> None:
        store = self._agent().tracker_store
        async with chat.order:
            for number in (chat.number, chat.number - 1):
                sender = rasa_conversation(chat.id, max(0, number), self._secret)
                tracker = await store.retrieve(sender)
                if tracker is not None and not self.is_forgotten(chat.id):
                    tracker.update(SlotSet(SLOT, with_feedback([e.as_dict() for e in tracker.events], entry)))
                    await store.save(tracker)
                    return

    async def _events(self, id: str, number: int) -> Messages:
        agent = self._agent()
        if agent is None:
            return []
        tracker = await agent.tracker_store.retrieve_full_tracker(rasa_conversation(id, number, self._secret))
        return [event.as_dict() for event in tracker.events] if tracker else []

    async def _delete(self, chat: Chat) -> None:
        ids = [rasa_conversation(chat.id, number, self._secret) for number in range(chat.number + 1)]
        await delete_conversations(self._agent().tracker_store, ids)

    async def _delete_later(self, chat: Chat) -> None:
        async with chat.order:
            try:
                await self._delete(chat)
            except Exception as error:
                logger.error("A running turn of a deleted chat could not be deleted (%s).", where(error))


def _as_events(turn: Turn, safe: Messages, known: bool) -> list[Any]:
    """The events of a safe reply; `known` says whether the visitor's message is stored already."""
    bots = [
        BotUttered(
            one["text"],
            metadata={
                "utter_action": f"utter_{one['topic']}",
                "message_id": one["id"],
                "metadata": {"kind": one["kind"]},
            },
        )
        for one in safe
    ]
    if known:
        return bots
    asked = UserUttered(turn.text or "?", input_channel=CHANNEL, message_id=turn.id)
    return [asked, *bots, ActionExecuted(ACTION_LISTEN_NAME)]
