"""Is the bot able to help? Not whether a process answers, but whether it talks sense, sees danger and can store it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any, Callable, Optional

from channels.published.fetch import FILE_HASH, sha256_of
from channels.published.smoke import complaint

FRESH = 10.0  # seconds for which an answer holds
STORE_SECONDS = 2.0
NOBODY = "0" * 32  # a conversation that never is


class Health:
    """Readiness, asked at most every FRESH seconds; what waits to be stored is counted each time."""

    def __init__(self, agent: Callable[[], Any]) -> None:
        """`agent` gives Rasa's agent, or None while there is none."""
        self._agent, self._until = agent, 0.0
        self._state: dict[str, Any] = {"checks": {}}
        self._asking = asyncio.Lock()
        self._asked: Any = None  # the model that `_state` is about
        self._has_stored = False  # since the process began

    async def state(self) -> dict[str, Any]:
        """{status, model, sha256, wrong, checks: {model, safety, store}, waiting: {store, desk}}; a check is a bool.

        `status` is ok; degraded while visitors are answered but something cannot be stored; or failing. `model` is
        Rasa's id of the model in use, `sha256` that of its file, None if the file is not known, and `wrong` what is
        with it, in a line for staff. `waiting` counts conversations with turns that are not in the tracker store yet,
        and entries on their way to the desk.
        """
        async with self._asking:
            agent = self._agent()
            model = getattr(agent, "processor", None)
            if time.monotonic() >= self._until or model is not self._asked:
                self._state, self._asked = await _checks(agent), model
                self._until = time.monotonic() + (FRESH if all(self._state["checks"].values()) else 1.0)
            self._has_stored |= self._state["checks"]["store"]
            waiting = await _waiting(agent)
            return {"status": self._status(waiting), **self._state, "waiting": waiting}

    def _status(self, waiting: dict[str, int]) -> str:
        """A store that goes away later does not stop the answers, so nobody should stop the bot for it."""
        checks = self._state["checks"]
        if not (checks["model"] and checks["safety"] and (checks["store"] or self._has_stored)):
            return "failing"
        return "ok" if checks["store"] and not any(waiting.values()) else "degraded"


async def _checks(agent: Any) -> dict[str, Any]:
    ready = bool(agent and agent.is_ready())
    wrong = await complaint(agent.processor) if ready else "there is no model"
    checks = {
        "model": ready,
        "safety": not wrong,
        "store": ready and await _stores(agent),
    }
    model, sha256 = (agent.model_id, await _file_hash(agent)) if ready else (None, None)
    return {"model": model, "sha256": sha256, "wrong": wrong, "checks": checks}


async def _waiting(agent: Any) -> dict[str, int]:
    """How much is not stored yet; none where a store or a broker cannot tell."""
    store = _store_of(agent)
    desk = getattr(getattr(store, "event_broker", None), "waiting", None)
    loop = asyncio.get_running_loop()
    return {"store": getattr(store, "waiting", 0), "desk": await loop.run_in_executor(None, desk) if desk else 0}


async def _file_hash(agent: Any) -> Optional[str]:
    """Of the file that the model in use was read from; computed once for each model."""
    processor = agent.processor
    if not hasattr(processor, FILE_HASH):
        given = Path(processor.model_path)  # a file, or the folder that Rasa has looked into
        file = given / processor.model_filename if given.is_dir() else given
        try:
            found = await asyncio.get_running_loop().run_in_executor(None, sha256_of, file)
        except OSError:  # gone since
            found = None
        setattr(processor, FILE_HASH, found)
    return getattr(processor, FILE_HASH)


def _store_of(agent: Any) -> Any:
    store = getattr(agent, "tracker_store", None)
    return getattr(store, "_tracker_store", store)  # past the wrapper that hides errors


async def _stores(agent: Any) -> bool:
    try:
        await asyncio.wait_for(_store_of(agent).retrieve(NOBODY), STORE_SECONDS)
        return True
    except Exception:
        return False
