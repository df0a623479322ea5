"""What Rasa's settings don't offer: logs without the visitor's words."""

from __future__ import annotations

import logging
import traceback

_LOGGERS = ("rasa.core.processor", "rasa.core.actions.action", "asyncio", "sanic.error")


def where(error: BaseException) -> str:
    """An error's type and place, without its message, which may quote the visitor."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


class WithoutWords(logging.Filter):
    """Replaces an exception's traceback by its type and place, back to the first cause."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through, made safe."""
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        chain: list[str] = []
        while error is not None and len(chain) < 5:
            chain.append(where(error))
            error = error.__cause__ or error.__context__
        if chain:
            record.msg, record.args = f"{record.getMessage()} [{' <- '.join(chain)}]", ()
            record.exc_info = record.exc_text = None
        return True


def harden() -> None:
    """Makes Rasa's own log records safe; again is harmless."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, WithoutWords) for one in logger.filters):
            logger.addFilter(WithoutWords())
