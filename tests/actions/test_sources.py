""" "How do you know that?" names the sections of the last answer."""

import pytest

from actions.catalogue import read_sections, sections
from actions.sources import ActionSources, last_paragraphs


def bot(kind, *paragraphs):
    return {"event": "bot", "metadata": {"metadata": {"kind": kind, "paragraphs": list(paragraphs)}}}


@pytest.mark.parametrize(
    "events, paragraphs",
    [
        ([], []),
        ([bot("answer", 3, 4)], [3, 4]),
        ([bot("answer", 3), {"event": "user"}, bot("answer", 5)], [5]),
        ([bot("answer", 3), bot("chitchat"), {"event": "user"}], [3]),
        ([bot("escalate", 9)], []),
        ([{"event": "bot"}, {"event": "bot", "metadata": None}, {"event": "bot", "metadata": {"metadata": None}}], []),
        ([{"event": "action"}, {}], []),
    ],
)
def test_the_paragraphs_of_the_last_answer(events, paragraphs):
    assert last_paragraphs(events) == paragraphs


def test_each_section_is_named_once_in_the_answers_order(run):
    first, other = sections()[3], sections()[133]
    (message,), events = run(ActionSources(), events=(bot("answer", 3, 4, 133),))
    assert (message["response"], message["sections"]) == ("utter_sources", f"{first}; {other}")
    assert events == []


@pytest.mark.parametrize("events", [(), (bot("chitchat"),), (bot("answer", 99_999),), (bot("answer"),)])
def test_without_an_answer_it_says_where_answers_come_from(run, events):
    (message,), _ = run(ActionSources(), events=events)
    assert message["response"] == "utter_sources_general"


def test_every_cited_paragraph_has_a_section():
    assert all(isinstance(name, str) and name for name in read_sections().values())
