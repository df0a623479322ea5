"""The change to a fresh Rasa conversation after chats.MOST_TURNS, which the visitor must not notice.

The next message is read after the one before it: "i mean it" goes on being an emergency, "how long do they last?" has
a topic. So the fresh conversation begins with how the last message was read, without its words, and the last answer.
"""

from __future__ import annotations

import logging
from typing import Any, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered

from channels.hardening import where

logger = logging.getLogger(__name__)


async def carry_over(agent: Any, old: str, new: str) -> None:
    """Begins the Rasa conversation `new` with what the next message must know of `old`. Raises nothing."""
    try:
        before = await agent.tracker_store.retrieve(old)
        known = context(list(before.events)) if before else []
        if known:
            tracker = await agent.processor.fetch_tracker_with_initial_session(new)
            for event in known:
                tracker.update(event, agent.processor.domain)
            await agent.processor.save_tracker(tracker)
    except Exception as error:  # the message itself matters more
        logger.error("A fresh conversation begins without what was said before (%s).", where(error))


def context(events: Sequence[Any]) -> list[Any]:
    """The events that stand for a conversation; none of them has a text, so that no history shows them."""
    asked = next((one for one in reversed(events) if isinstance(one, UserUttered)), None)
    answer = next((one for one in reversed(events) if isinstance(one, BotUttered) and _kind(one) == "answer"), None)
    found: list[Any] = []
    if answer is not None and answer.metadata.get("utter_action"):
        kept = {key: answer.metadata[key] for key in ("utter_action", "metadata")}
        found += [ActionExecuted(kept["utter_action"]), BotUttered("", metadata=kept)]
    if asked is not None:
        read = {key: asked.parse_data[key] for key in ("intent", "safety") if asked.parse_data.get(key)}
        found += [UserUttered("", intent=read.get("intent"), parse_data={**read, "text": "", "entities": []})]
    return [*found, ActionExecuted(ACTION_LISTEN_NAME)] if found else []


def _kind(said: BotUttered) -> Any:
    return (said.metadata.get("metadata") or {}).get("kind")
