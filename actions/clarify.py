"""Unsure between topics: two to four buttons with the likeliest ones, and the way to a person."""

from __future__ import annotations

from typing import Any, Iterable

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.catalogue import Answer, answers_in, person_button

MOST, FEWEST = 4, 2


def choices(ranking: Iterable[dict[str, Any]], known: dict[str, Answer]) -> list[Answer]:
    """The two to four likeliest answers of a ranking, without those that only say the same again.

    An answer whose paragraphs are all in a likelier one is left out, until too few remain.
    """
    ranked = [known[guess["name"]] for guess in ranking if guess["name"] in known]
    chosen: list[Answer] = []
    for answer in ranked:
        if not any(set(answer.paragraphs) <= set(other.paragraphs) for other in chosen):
            chosen.append(answer)
    if len(chosen) < FEWEST:
        chosen = ranked
    return chosen[:MOST]


class ActionClarify(Action):
    """Asks which topic was meant."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_clarify"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Says the question with its buttons, or that nothing fits."""
        ranking = (tracker.latest_message or {}).get("intent_ranking") or []
        likely = choices(ranking, answers_in(domain))
        if len(likely) < FEWEST:
            dispatcher.utter_message(response="utter_out_of_scope")
            return []
        buttons = [{"title": answer.title, "payload": f"/{answer.topic}"} for answer in likely]
        dispatcher.utter_message(response="utter_clarify", buttons=[*buttons, person_button(domain)])
        return []
