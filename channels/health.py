"""Is the bot able to help? Not whether a process answers, but whether it still sees an emergency and can store it."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Callable

CANARY, EXPECTED = "he is not breathing and his lips are blue", "emergency_overdose"
FRESH = 10.0  # seconds for which an answer holds
STORE_SECONDS = 2.0
NOBODY = "0" * 32  # a conversation that never is


class Health:
    """Readiness, asked at most every FRESH seconds."""

    def __init__(self, agent: Callable[[], Any]) -> None:
        """`agent` gives Rasa's agent, or None while there is none."""
        self._agent, self._until, self._state = agent, 0.0, {"status": "starting"}
        self._asking = asyncio.Lock()

    async def state(self) -> dict[str, Any]:
        """{status: ok or failing, model, checks: {model, safety, store}}; each check is true or false."""
        async with self._asking:
            if time.monotonic() >= self._until:
                self._state = await _checks(self._agent())
                self._until = time.monotonic() + (FRESH if self._state["status"] == "ok" else 1.0)
            return self._state


async def _checks(agent: Any) -> dict[str, Any]:
    ready = bool(agent and agent.is_ready())
    checks = {"model": ready, "safety": ready and await _sees_danger(agent), "store": ready and await _stores(agent)}
    status = "ok" if all(checks.values()) else "failing"
    return {"status": status, "model": agent.model_id if ready else None, "checks": checks}


async def _sees_danger(agent: Any) -> bool:
    try:
        parsed = await agent.parse_message(CANARY)
        return parsed["intent"]["name"] == EXPECTED
    except Exception:
        return False


async def _stores(agent: Any) -> bool:
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)  # past the wrapper that hides errors
    try:
        await asyncio.wait_for(store.retrieve(NOBODY), STORE_SECONDS)
        return True
    except Exception:
        return False
