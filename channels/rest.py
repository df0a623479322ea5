"""Rasa's REST channel, hardened: same path, same request and reply format.

A leading "/" is text unless it is the payload of a button that this conversation was sent; ids and texts are
checked; an empty reply never leaves, and none takes longer than a visitor waits; the visitor's words are never logged.
"""

from __future__ import annotations

import logging
from typing import Any, Awaitable, Callable, Dict, List, Text

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from channels.hardening import harden, where
from channels.incoming import BadMessage, as_text, checked_sender, checked_text, json_object, sent_payloads
from channels.safe_reply import safe_reply
from channels.screen import full_screen
from channels.settle import settle_at_start
from channels.shutdown import SHUTDOWN
from channels.turns import in_own_task, until

logger = logging.getLogger(__name__)
OnMessage = Callable[[UserMessage], Awaitable[Any]]


class RestInput(InputChannel):
    """Answers POST /webhooks/rest/webhook with a list of messages."""

    @classmethod
    def name(cls) -> Text:
        """The channel's name, and so its path."""
        return "rest"

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """The channel's routes."""
        harden()
        routes = Blueprint("safe_rest", __name__)
        SHUTDOWN.listen(routes)
        settle_at_start(routes)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            try:
                SHUTDOWN.check()
                body = json_object(request.body)
                sender, text = checked_sender(body.get("sender", "default")), checked_text(body.get("message"))
            except BadMessage as error:
                return response.json({"error": {"code": error.code, "message": str(error)}}, error.status)
            with SHUTDOWN.request(request):
                return response.json(await self._reply(request, on_new_message, sender, text))

        return routes

    async def _reply(self, request: Request, on_new_message: OnMessage, sender: Text, text: Text) -> List[Dict]:
        collector = CollectingOutputChannel()
        # A visitor who closes the tab does not undo the turn, and a slow action does not hold up what was said.
        await until(in_own_task(self._turn(request, on_new_message, collector, sender, text)))
        return list(collector.messages) or safe_reply(sender, full_screen(request.app.ctx.agent, text))

    async def _turn(
        self, request: Request, on_new_message: OnMessage, collector: CollectingOutputChannel, sender: Text, text: Text
    ) -> None:
        try:
            if text.startswith("/") and text not in await self._offered(request, sender):
                text = as_text(text)
            await on_new_message(UserMessage(text, collector, sender, input_channel=self.name()))
        except Exception as error:
            logger.error("A turn failed (%s). The visitor gets the safe reply.", where(error))

    async def _offered(self, request: Request, sender: Text) -> set[str]:
        tracker = await request.app.ctx.agent.tracker_store.retrieve(sender)
        return sent_payloads(event.as_dict() for event in tracker.events) if tracker else set()
