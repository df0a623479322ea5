"""The contact card says what clinic.yml holds and invents nothing."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from actions.contact import ActionContact
from actions.contact_card import contact_card
from evaluation.content import ROOT, read_yaml

NOON, NIGHT = (datetime(2026, 3, 2, hour, tzinfo=ZoneInfo("America/New_York")) for hour in (12, 23))
RESPONSES = read_yaml(ROOT / "domain.yml")["responses"]


@pytest.mark.parametrize(
    "setting, at, response, values",
    [
        ({}, NOON, "utter_contact_unknown", {}),
        ({"name": "Harbor"}, NOON, "utter_contact_unknown", {}),
        ({"hours": (9, 17)}, NIGHT, "utter_contact_unknown", {}),
        ({"phone": "555"}, NOON, "utter_contact_phone", {"clinic": "the clinic", "phone": "555"}),
        ({"name": "Harbor", "phone": "555"}, NIGHT, "utter_contact_phone", {"clinic": "Harbor", "phone": "555"}),
        ({"phone": "555", "hours": (9, 17)}, NOON, "utter_contact_open", {"clinic": "the clinic", "phone": "555"}),
        (
            {"phone": "555", "hours": (9, 17)},
            NIGHT,
            "utter_contact_closed",
            {"clinic": "the clinic", "phone": "555", "opens": "Tuesday at 09:00"},
        ),
    ],
)
def test_which_card_and_what_it_says(clinic, setting, at, response, values):
    assert contact_card(clinic(**setting), at) == (response, values)


@pytest.mark.parametrize("at", [NOON, NIGHT])
@pytest.mark.parametrize("setting", [{}, {"phone": "555"}, {"phone": "555", "hours": (9, 17)}])
@pytest.mark.parametrize("ending", ["", "_plain"])
def test_each_card_has_a_wording_and_all_its_values(clinic, setting, at, ending):
    response, values = contact_card(clinic(**setting), at)
    if values or not ending:  # with no phone there is nothing to add to a plain reply
        assert set(re.findall(r"{(\w+)}", RESPONSES[response + ending][0]["text"])) <= set(values)


def test_with_nothing_set_no_number_is_said(clinic):
    response, values = contact_card(clinic(), NOON)
    assert not re.search(r"\d", RESPONSES[response][0]["text"] + "".join(values.values()))


def test_the_action_says_one_plain_line(clinic, run):
    clinic(name="Harbor", phone="555")
    (message,), events = run(ActionContact())
    assert (message["response"], message["clinic"], message["phone"], events) == (
        "utter_contact_phone_plain",
        "Harbor",
        "555",
        [],
    )


def test_without_a_phone_the_action_has_nothing_to_add(clinic, run):
    clinic(name="Harbor", hours=(9, 17))
    assert run(ActionContact()) == ([], [])
