"""Is the bot ready, and what is to be done if not? Decisions only; scripts/watch.py asks and does it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Flag, auto

RESTART_AFTER, BACK_AFTER = 2, 4  # failures in a row
LOADING = 120.0  # seconds that a start may take: 15 on an idle machine, and to kill one that loads helps nobody


class Step(Flag):
    """What to do about a bot that failed."""

    NOTHING = 0
    RESTART = auto()
    GO_BACK = auto()


@dataclass(frozen=True)
class Seen:
    """What a look found: `wrong` in a line for staff, empty if nothing is; `sha256` of the model, if it told."""

    wrong: str = ""
    is_silent: bool = False  # no answer at all, rather than a wrong one
    is_listening: bool = True
    sha256: str = ""


def judged(status: int, body: bytes) -> Seen:
    """What an answer of `/webhooks/web/health` means. A database or a desk that is away is no fault of the bot."""
    if status == 404:
        return Seen()  # this bot has no web channel, and so nobody to ask
    try:
        said = json.loads(body)
        checks = said["checks"]
        is_well = bool(checks["model"] and checks["safety"])
    except (ValueError, LookupError, TypeError):
        return Seen(f"it answered {status} when it was asked how it is")
    if is_well:
        return Seen()
    return Seen(str(said.get("wrong") or "its model does not work"), sha256=str(said.get("sha256") or ""))


def is_loading(seen: Seen, waited: float) -> bool:
    """Whether silence is no failure yet: Rasa listens once it has loaded, so one that listens and is silent hangs.

    `waited`: seconds since it last listened, or was started again by the watch. A bot that ends whenever it starts is
    not excused for ever.
    """
    return not seen.is_listening and waited < LOADING


def step_after(failures: int, is_silent: bool, has_gone_back: bool) -> Step:
    """What to do after that many failures in a row. Going back happens once, until the bot was well in between.

    What still answers is not started a second time: it takes what the desk publishes by itself, and until then the
    channel's own safe replies stand behind it.
    """
    if failures == RESTART_AFTER:
        return Step.RESTART
    if failures < BACK_AFTER or failures % RESTART_AFTER:
        return Step.NOTHING
    back = Step.NOTHING if has_gone_back else Step.GO_BACK
    return back | (Step.RESTART if is_silent else Step.NOTHING)
