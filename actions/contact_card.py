"""Picks the response that tells a visitor how to reach the clinic."""

from __future__ import annotations

from datetime import datetime

from actions.clinic import Clinic


def contact_card(clinic: Clinic, at: datetime) -> tuple[str, dict[str, str]]:
    """The response's name and the values it needs, for the clinic's local time `at`."""
    values = {"clinic": clinic.name or "the clinic", "phone": clinic.phone}
    if not clinic.phone:
        return "utter_contact_unknown", {}
    if not any(clinic.hours.values()):
        return "utter_contact_phone", values
    if clinic.is_open(at):
        return "utter_contact_open", values
    opening = clinic.next_opening(at)
    return "utter_contact_closed", {**values, "opens": f"{opening:%A} at {opening:%H:%M}" if opening else "later"}
