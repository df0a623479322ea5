"""Watches the bot from outside: one that hangs or talks nonsense is started again, and then the desk goes back.

It asks `/webhooks/web/health`, where the model in use holds the conversation of channels/published/canaries.yml, aside
from all real ones. Through the visitors' own door the canaries of danger would write tickets and reach the desk, and
the channel's safe reply would hide a model that says nothing.
"""

from __future__ import annotations

import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from scripts.readiness import Seen, Step, is_loading, judged, step_after

EVERY = 30.0  # seconds between two looks
PATIENCE = 10.0  # seconds for an answer; a machine that is merely busy takes one or two
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy between our own servers
FAILURES = (OSError, http.client.HTTPException, ValueError, LookupError, TypeError)


class Watch:
    """Counts the failures of one bot and acts on them."""

    def __init__(
        self,
        restart: Callable[[], None],
        look: Callable[[], Seen],
        go_back: Callable[[Seen], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`look` asks the bot, `restart` ends it at once: what hangs does not heed a polite request.

        `go_back` gives the version that is published then, 0 for none, or raises FAILURES.
        """
        self._restart, self._look, self._back, self._clock = restart, look, go_back, clock
        self._failures, self._has_gone_back = 0, False
        self._up = clock()  # when it last listened, or was started again

    def look(self) -> None:
        """One look, and what follows from it."""
        seen = self._look()
        if is_loading(seen, self._clock() - self._up):
            return
        if seen.is_listening:
            self._up = self._clock()
        if not seen.wrong:
            self._failures, self._has_gone_back = 0, False
            return
        self._failures += 1
        _say(f"Rasa is not well: {seen.wrong} ({self._failures} in a row).")
        step = step_after(self._failures, seen.is_silent, self._has_gone_back)
        if Step.GO_BACK in step:
            self._go_back(seen)
        if Step.RESTART in step:
            self._up = self._clock()
            self._restart()

    def look_safely(self) -> None:
        """The same. Raises nothing: whatever it is, nobody watches once the thread has ended."""
        try:
            self.look()
        except Exception as error:
            _say(f"A look at Rasa failed ({type(error).__name__}).")

    def _go_back(self, seen: Seen) -> None:
        try:
            version = self._back(seen)
        except FAILURES as error:
            _say(f"The desk could not be asked to go back ({type(error).__name__}).")
            return
        self._has_gone_back = bool(version)
        _say(f"The desk went back to version {version}." if version else "There is no earlier version to go back to.")

    def keep_looking(self, every: float) -> None:
        """Looks every so many seconds, in a thread that ends with the process."""

        def rounds() -> None:
            while True:
                time.sleep(every)
                self.look_safely()

        threading.Thread(target=rounds, name="watch", daemon=True).start()


def ask(base: str) -> Seen:
    """Asks the bot at the address `base` how it is. Raises nothing."""
    try:
        return judged(*_opened(f"{base}/webhooks/web/health"))
    except FAILURES as error:
        reason = getattr(error, "reason", error)  # urllib wraps what befell the connection
        is_listening = not isinstance(reason, ConnectionRefusedError)
        return Seen(f"it does not answer ({type(reason).__name__})", is_silent=True, is_listening=is_listening)


def ask_desk(seen: Seen) -> int:
    """Has the desk at DESK_URL go back; the version that is published then, 0 for none. Raises FAILURES."""
    desk, secret = os.environ.get("DESK_URL", "").rstrip("/"), os.environ.get("DESK_SECRET", "")
    if not desk:
        return 0
    body = json.dumps({"sha256": seen.sha256, "reason": seen.wrong}).encode()
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    status, said = _opened(urllib.request.Request(f"{desk}/models/failing", body, headers))  # noqa: S310 - our own desk
    if status != 200:
        raise ValueError(f"the desk answered {status}")
    return int(json.loads(said)["version"])


def _opened(what: str | urllib.request.Request) -> tuple[int, bytes]:
    try:
        with _OPENER.open(what, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()


def _say(sentence: str) -> None:
    print(f"  {sentence}", flush=True)
