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
    """Readiness, asked at most every FRESH seconds."""

    def __init__(self, agent: Callable[[], Any]) -> None:
        """`agent` gives Rasa's agent, or None while there is none."""
        self._agent, self._until, self._state = agent, 0.0, {"status": "starting"}
        self._asking = asyncio.Lock()
        self._asked: Any = None  # the model that `_state` is about

    async def state(self) -> dict[str, Any]:
        """{status: ok or failing, model, sha256, checks: {model, safety, store}}; each check is true or false.

        `model` is Rasa's id of the model in use, `sha256` that of its file, None if the file is not known.
        """
        async with self._asking:
            agent = self._agent()
            model = getattr(agent, "processor", None)
            if time.monotonic() >= self._until or model is not self._asked:
                self._state, self._asked = await _checks(agent), model
                self._until = time.monotonic() + (FRESH if self._state["status"] == "ok" else 1.0)
            return self._state


async def _checks(agent: Any) -> dict[str, Any]:
    ready = bool(agent and agent.is_ready())
    checks = {
        "model": ready,
        "safety": ready and not await complaint(agent.processor),
        "store": ready and await _stores(agent),
    }
    status = "ok" if all(checks.values()) else "failing"
    model, sha256 = (agent.model_id, await _file_hash(agent)) if ready else (None, None)
    return {"status": status, "model": model, "sha256": sha256, "checks": checks}


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


async def _stores(agent: Any) -> bool:
    store = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)  # past the wrapper that hides errors
    try:
        await asyncio.wait_for(store.retrieve(NOBODY), STORE_SECONDS)
        return True
    except Exception:
        return False
