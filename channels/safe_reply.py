"""What a visitor gets when the bot itself has nothing to say: never silence, and every word from domain.yml."""

from __future__ import annotations

import functools
from typing import Any

import yaml

from actions.catalogue import ROOT
from actions.clinic import ClinicError, the_clinic
from actions.contact_card import contact_card
from components.safety.tiers import EMERGENCY, ESCALATE, Finding

PERSON, NO_DANGER = "utter_talk_to_person", "chitchat"


@functools.lru_cache(maxsize=1)
def _texts() -> dict[str, str]:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    return {name: variants[0].get("text") or "" for name, variants in responses.items()}


def _contact(danger: Finding | None) -> list[tuple[str, str]]:
    """How to reach the clinic, as (response, text); beside an emergency's numbers only a real phone."""
    try:
        clinic = the_clinic()
        name, values = contact_card(clinic, clinic.now())
    except (ClinicError, OSError):  # a broken clinic.yml must not silence the line that matters
        name, values = "utter_contact_unknown", {}
    if not values and danger and danger.tier == EMERGENCY:
        return []
    return [(name, _texts()[name].format(**values))]


def safe_messages(danger: Finding | None = None) -> list[dict[str, Any]]:
    """The reply as messages {response, kind, text}: the provider line first, then the clinic's contact.

    `danger` is what the screen found in the visitor's message, or None.
    """
    if danger is None:
        lines, kind = [PERSON], NO_DANGER
    elif danger.tier == EMERGENCY:
        lines, kind = [f"utter_{danger.intent}", "utter_emergency_provider"], EMERGENCY
    else:
        lines, kind = [f"utter_{danger.intent}"], ESCALATE
    said = [{"response": name, "kind": kind, "text": _texts()[name]} for name in lines]
    contact_kind = kind if danger is None else ESCALATE
    return said + [{"response": name, "kind": contact_kind, "text": text} for name, text in _contact(danger)]


def safe_reply(recipient: str, danger: Finding | None = None) -> list[dict[str, str]]:
    """The same in the REST channel's format."""
    return [{"recipient_id": recipient, "text": message["text"]} for message in safe_messages(danger)]
