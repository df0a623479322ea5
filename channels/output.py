"""Where Rasa says something: each bot message goes, whole and with its metadata, to one function."""

from __future__ import annotations

from typing import Any, Callable, Dict, Text

from rasa.core.channels.channel import OutputChannel


class WebOutput(OutputChannel):
    """Hands each message over as Rasa has it, instead of taking it apart by format."""

    def __init__(self, hand_over: Callable[[Dict[Text, Any]], None]) -> None:
        """`hand_over` is called with each message, in order."""
        self._hand_over = hand_over

    @classmethod
    def name(cls) -> Text:
        """The channel's name, for responses that are written for one channel."""
        return "web"

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Takes one message (see BotUttered.message)."""
        self._hand_over(message)

    async def send_text_message(self, recipient_id: Text, text: Text, **kwargs: Any) -> None:
        """Takes a plain text (reminders and the like)."""
        self._hand_over({"text": text})
