"""Why a version ends before it is finished: its state, and a sentence for staff."""

from __future__ import annotations

import errno
from typing import Any, Optional

from desk.training.gate import NOTHING_LOST, bound
from desk.training.log import redacted
from desk.training.worker import WorkerFailed, WorkerGone
from evaluation.content import Problem

NO_ROOM = "The disk is full. Nothing has changed for visitors; make room, and train again."


class Stopped(Exception):
    """The version ends here: its state, a sentence for staff, and what stands in its way."""

    def __init__(self, state: str, why: str, rows: Optional[list[dict[str, Any]]] = None) -> None:
        super().__init__(why)
        self.state, self.rows = state, rows


def stop_for(found: list[Problem], state: str, fewer: Optional[dict[str, list[str]]] = None) -> None:
    """Raises Stopped, with all that was found, if anything was; `fewer` is what danger topics have lost."""
    if found:
        rows = [bound("The content can be trained", [str(one) for one in found])]
        if fewer:
            rows.append(bound(NOTHING_LOST, [f"{topic}: {line}" for topic, lines in fewer.items() for line in lines]))
        raise Stopped(state, "The content has to be put right first. Nothing was trained.", rows)


def too_long(*_: Any) -> None:
    """What the alarm clock calls."""
    raise Stopped("failed", "It took longer than ten minutes, so it was stopped. Nothing has changed for visitors.")


def sentence_for(error: Exception) -> str:
    """What staff are told of an error that nobody foresaw; the log has the rest."""
    if (isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)) or "No space left" in str(error):
        return NO_ROOM
    if isinstance(error, WorkerFailed) and not isinstance(error, WorkerGone):
        return f"It broke off: {redacted(str(error))}. Nothing has changed for visitors."
    return "It broke off; the last lines of its log say where. Nothing has changed for visitors."
