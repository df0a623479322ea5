"""How to reach the clinic, for a visitor who asked for a person or for what the document does not hold."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clinic import the_clinic
from actions.contact_card import contact_card


class ActionContact(Action):
    """Says the contact card, as far as clinic.yml is filled in."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_contact"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Says one line; with no phone set it says nothing, because the response before it did."""
        clinic = the_clinic()
        response, values = contact_card(clinic, clinic.now())
        if values:
            dispatcher.utter_message(response=f"{response}_plain", **values)
        return []
