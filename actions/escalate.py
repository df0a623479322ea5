"""After the provider line has been said: how to reach the clinic, the grounded answer, a ticket for staff."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.catalogue import Answer, answers_in
from actions.clinic import the_clinic
from actions.contact_card import contact_card

SURE = 0.4  # a topic below this share of the ranking is a guess, and a guess is worse than the provider line alone
SURE_OF_KIND = 0.2  # enough for a topic that is about this very kind of danger


def grounded_answer(parse: dict[str, Any], known: dict[str, Answer]) -> str | None:
    """The response that answers the general question in a message that was escalated, if it holds one.

    `parse` is the message's parse data. Emergencies get no answer: nothing may stand beside the numbers.
    """
    danger = parse.get("safety") or {}
    if danger.get("tier") != "escalate":
        return None
    for guess in parse.get("intent_ranking") or []:
        answer = known.get(guess["name"])
        if answer:
            needed = SURE_OF_KIND if answer.escalate == danger.get("kind") else SURE
            return answer.response if guess["confidence"] >= needed else None
    return None


class ActionEscalate(Action):
    """Adds what needs the clinic's state; the line that matters was said before by a plain response."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_escalate"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Says the contact card and the grounded answer; returns the ticket as a slot event."""
        clinic, parse = the_clinic(), tracker.latest_message or {}
        danger = parse.get("safety") or {}
        response, values = contact_card(clinic, clinic.now())
        if values or danger.get("tier") != "emergency":  # beside emergency numbers only what one can call
            dispatcher.utter_message(response=response, **values)
        answer = grounded_answer(parse, answers_in(domain))
        if answer:
            dispatcher.utter_message(response=answer)
        ticket = {key: danger.get(key) for key in ("tier", "kind", "source", "score")}
        return [SlotSet("escalation", {**ticket, "message": tracker.latest_message.get("message_id")})]
