"""A clinic to choose, and what an action says when it runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import contact, escalate
from actions.clinic import DAYS, Clinic
from evaluation.content import ROOT, read_yaml

Said = tuple[list[dict[str, Any]], list[dict[str, Any]]]


@pytest.fixture
def clinic(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Clinic]:
    """Makes the actions see a clinic with this name, phone, and hours (the same every day)."""

    def use(name: str = "", phone: str = "", hours: tuple[int, int] | None = None) -> Clinic:
        spans = [(time(hours[0]), time(hours[1]))] if hours else []
        made = Clinic(name, phone, "America/New_York", dict.fromkeys(DAYS, spans))
        for module in (contact, escalate):
            monkeypatch.setattr(module, "the_clinic", lambda: made)
        return made

    return use


@pytest.fixture(scope="session")
def run() -> Callable[..., Said]:
    """Runs an action on a conversation: the messages that it says, and the events that it returns.

    `domain` is what Rasa sends of the model in use; the project's own if there is none.
    """
    own = read_yaml(ROOT / "domain.yml")

    def run(
        action: Action,
        parse: dict[str, Any] | None = None,
        events: tuple[dict[str, Any], ...] = (),
        domain: dict[str, Any] | None = None,
    ) -> Said:
        dispatcher = CollectingDispatcher()
        tracker = Tracker("visitor", {}, parse or {}, list(events), False, None, {}, "action_listen")
        returned = action.run(dispatcher, tracker, domain or own)
        return dispatcher.messages, returned

    return run
