"""After the provider line: the card, the grounded answer where the message holds a general question, a ticket."""

import pytest

from actions.catalogue import Answer, read_answers
from actions.escalate import SURE, SURE_OF_KIND, ActionEscalate, grounded_answer

KNOWN = {
    "liver_tests": Answer("liver_tests", "Liver tests", (110,), "liver"),
    "cost": Answer("cost", "What it costs", (34,), None),
}


def parse(*guesses, tier="escalate", kind="liver"):
    """Parse data of an escalated message: the danger, and the guesses [(topic, confidence)] below it."""
    ranking = [{"name": f"{tier}_{kind}", "confidence": 1.0}, *({"name": n, "confidence": c} for n, c in guesses)]
    return {
        "intent_ranking": ranking,
        "message_id": "m1",
        "safety": {"tier": tier, "kind": kind, "source": "rule:liver_named", "score": 1.0, "found": ["..."]},
    }


@pytest.mark.parametrize(
    "message, response",
    [
        (parse(("liver_tests", SURE_OF_KIND)), "utter_liver_tests"),
        (parse(("liver_tests", SURE_OF_KIND - 0.01)), None),
        (parse(("liver_tests", SURE_OF_KIND), kind="withdrawal"), None),
        (parse(("liver_tests", SURE), kind="withdrawal"), "utter_liver_tests"),
        (parse(("cost", SURE)), "utter_cost"),
        (parse(("cost", SURE - 0.01)), None),
        (parse(("cost", 0.1), ("liver_tests", 0.9)), None),  # an unsure first guess is not skipped
        (parse(("greet", 0.3), ("escalate_liver", 0.3), ("cost", 0.5)), "utter_cost"),
        (parse(("greet", 0.9)), None),
        (parse(("liver_tests", 0.99), tier="emergency", kind="seizure"), None),
        ({"intent_ranking": [{"name": "cost", "confidence": 0.9}]}, None),
        ({"intent_ranking": None, "safety": {"tier": "escalate"}}, None),
        ({}, None),
    ],
)
def test_which_answer_follows_the_provider_line(message, response):
    assert grounded_answer(message, KNOWN) == response


def test_the_action_says_card_and_answer_and_leaves_a_ticket(clinic, run):
    clinic(name="Harbor", phone="555")
    messages, (ticket,) = run(ActionEscalate(), parse(("liver_tests", 0.9)))
    assert [message["response"] for message in messages] == ["utter_contact_phone", "utter_liver_tests"]
    assert (ticket["event"], ticket["name"], ticket["value"]) == (
        "slot",
        "escalation",
        {"tier": "escalate", "kind": "liver", "source": "rule:liver_named", "score": 1.0, "message": "m1"},
    )


@pytest.mark.parametrize("phone, said", [("555", ["utter_contact_phone"]), ("", [])])
def test_beside_emergency_numbers_stands_only_what_one_can_call(clinic, run, phone, said):
    clinic(name="Harbor", phone=phone)
    messages, (ticket,) = run(ActionEscalate(), parse(("cost", 0.99), tier="emergency", kind="seizure"))
    assert [message["response"] for message in messages] == said
    assert ticket["value"]["tier"] == "emergency"


def test_a_ticket_holds_none_of_the_visitors_words(clinic, run):
    clinic()
    _, (ticket,) = run(ActionEscalate(), {**parse(("cost", 0.9)), "text": "my eyes are yellow"})
    assert "yellow" not in str(ticket)


@pytest.mark.parametrize("message", [{}, {"safety": None}, {"intent_ranking": []}])
def test_parse_data_with_gaps_do_not_stop_it(clinic, run, message):
    clinic()
    messages, events = run(ActionEscalate(), message)
    assert messages[0]["response"] == "utter_contact_unknown"
    assert len(events) == 1


def test_every_answer_of_the_domain_is_known():
    assert read_answers()["liver_tests"].escalate == "liver"
    assert all(answer.title and answer.paragraphs for answer in read_answers().values())
