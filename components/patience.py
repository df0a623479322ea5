"""How long Rasa waits for the action server: 1.2 seconds instead of five minutes.

Rasa 3.6 has no setting for it; the constant is read at each call (rasa/core/actions/action.py). A danger reply is
said before any action runs, but a channel that answers in one piece holds it back until the action has ended.
"""

from __future__ import annotations

import rasa.core.actions.action

SECONDS = 1.2


def limit_patience() -> None:
    """Sets the limit for this process."""
    rasa.core.actions.action.DEFAULT_REQUEST_TIMEOUT = SECONDS
