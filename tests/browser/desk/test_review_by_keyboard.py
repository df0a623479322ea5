"""Ten messages are labelled without a mouse: each choice has its key, and the last one is taken back with one."""

from __future__ import annotations

import time

import pytest

from desk.database import groups, labels, turns

TEXTS = ("is it dear", "can i see in the dark on it", "my skin is yellow", "asdf asdf", "will i need new shoes")


@pytest.fixture
def engine(desk):
    """Five groups of one message each, the first of the list first."""
    engine = desk[0].state.desk.engine
    with engine.begin() as connection:
        for number, text in enumerate(TEXTS, 1):
            said = {"message": str(number), "conversation": "c", "at": time.time(), "text": text, "tier": "clarify"}
            ranking = [["cost", 0.5], ["side_effects", 0.2]]
            connection.execute(turns.insert().values(**said, group_id=number, ranking=ranking))
            row = {"text": text, "reasons": {"clarify": 1}, "weight": 9.0 - number, "first_at": 0, "last_at": 0}
            connection.execute(groups.insert().values(id=number, **row))
    return engine


def decided(engine):
    with engine.connect() as connection:
        rows = connection.execute(labels.select().order_by(labels.c.id)).mappings()
        return [(row["decision"], row["topic"], row["state"]) for row in rows]


def step_to(page, value):
    """Steps down the list that has the focus. Typing its words would do too, but not if the machine is slow for once."""
    for _ in range(20):
        if page.evaluate("document.activeElement.value") == value:
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"{value} is not in the list that has the focus")


def test_each_choice_has_its_key(desk, open_as, engine):
    page = open_as("publisher", viewport={"width": 1280, "height": 800})
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_text(TEXTS[0]).wait_for()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.get_by_text(TEXTS[1]).wait_for()
    page.keyboard.press("u")
    page.get_by_text(TEXTS[0]).wait_for()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.get_by_text(TEXTS[1]).wait_for()
    page.keyboard.press("o")
    page.get_by_text(TEXTS[2]).wait_for()
    page.keyboard.press("d")
    step_to(page, "escalate_liver")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text(TEXTS[3]).wait_for()
    assert page.get_by_text("waits for a second person").is_visible()
    page.keyboard.press("x")
    page.get_by_text(TEXTS[4]).wait_for()
    page.keyboard.press("n")
    page.get_by_role("heading", name="A new topic").wait_for()
    assert page.get_by_label("What visitors type").input_value() == TEXTS[4]
    page.go_back()
    page.keyboard.press("t")
    page.keyboard.type("cost")
    assert page.evaluate("document.activeElement.id") == "other"
    assert page.complaints == []
    assert decided(engine) == [
        ("topic", "side_effects", "undone"),
        ("topic", "cost", "ready"),
        ("out_of_scope", "out_of_scope", "ready"),
        ("danger", "escalate_liver", "waiting"),
        ("not_usable", None, "ready"),
    ]
