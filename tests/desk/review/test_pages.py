"""The queue's pages, as a browser without script sees them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from components.encoder import shared_encoder
from desk.database import labels, turns
from desk.review.grouping import group_new_turns
from desk.review.pages import distinct
from desk.review.queue import front

SAID = "<script>alert(1)</script> can i eat grapefruit on it"


@pytest.fixture
def engine(desk_app):
    engine = desk_app.state.desk.engine
    turn = {
        "message": "m1",
        "conversation": "c1",
        "at": 0.0,
        "text": SAID,
        "tier": "out_of_scope",
        "topic": "out_of_scope",
        "ranking": [["side_effects", 0.3], ["interactions", 0.2]],
        "reply": [{"text": "I cannot answer this."}],
        "thumb": "down",
        "thumb_reason": "useless",
    }
    with engine.begin() as connection:
        connection.execute(turns.insert().values(**turn))
    group_new_turns(engine, shared_encoder().encode, 1000.0)
    return engine


def test_an_empty_queue_says_what_to_do(sign_in):
    page = sign_in().get("/")
    assert page.status_code == 200 and "Nothing to review" in page.text


def test_the_queue_shows_message_reason_and_count(engine, sign_in):
    page = sign_in().get("/").text
    assert "thumbs down" in page and "1 message" in page and "<script>alert" not in page


def test_a_group_offers_the_bots_topics_and_the_reply(engine, sign_in):
    page = sign_in().get(f"/review/{front(engine)[0]['id']}").text
    assert "I cannot answer this." in page and "30 %" in page and "<script>alert" not in page


@pytest.mark.parametrize(("score", "chosen"), [(0.3, True), (0.04, False)])
def test_a_topic_is_chosen_beforehand_only_if_the_bot_thinks_it_likely(engine, sign_in, score, chosen):
    with engine.begin() as connection:
        connection.execute(turns.update().values(ranking=[["side_effects", score]]))
    page = sign_in().get(f"/review/{front(engine)[0]['id']}").text
    assert ('value="side_effects" checked' in page) == chosen


def test_the_same_wording_is_one_line_with_its_count():
    said = [
        {"text": "a", "thumb": None, "id": 1},
        {"text": "a", "thumb": "down", "id": 2},
        {"text": "b", "thumb": None},
    ]
    assert [(message.get("id"), times) for message, times in distinct(said)] == [(2, 2), (None, 1)]


def test_a_decision_becomes_a_label_and_undo_brings_it_back(engine, sign_in):
    staff, id = sign_in(), front(engine)[0]["id"]
    answer = staff.post(f"/review/{id}", data={"decision": "topic", "topic": "side_effects", "text": SAID})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?done=1")
    assert "Take it back" in staff.get("/decided").text
    with engine.connect() as connection:
        label = connection.execute(sa.select(labels)).mappings().one()
    assert (label["state"], label["predicted"]) == ("ready", [[SAID, "out_of_scope"]])
    staff.post(f"/labels/{label['id']}/undo")
    assert front(engine)[0]["id"] == id


OTHERS = ("how often is the shot given", "can i eat a grapefruit on it")


def three_in_one_group(engine):
    """Two more messages in the group; its id."""
    with engine.begin() as connection:
        row = dict(connection.execute(turns.select()).mappings().one())
        for number, text in enumerate(OTHERS):
            connection.execute(turns.insert().values({**row, "id": None, "message": f"x{number}", "text": text}))
    return front(engine)[0]["id"]


def test_what_was_left_out_comes_back_on_its_own(engine, sign_in):
    id = three_in_one_group(engine)
    form = {"decision": "other", "other": "side_effects", "text": [SAID, OTHERS[1]]}
    assert sign_in().post(f"/review/{id}", data=form).status_code == 303
    with engine.connect() as connection:
        label = connection.execute(sa.select(labels)).mappings().one()
    assert (label["decision"], label["topic"], label["texts"]) == ("topic", "side_effects", [OTHERS[1], SAID][::-1])
    assert front(engine) == []
    assert group_new_turns(engine, shared_encoder().encode, 1000.0) == 1
    (row,) = front(engine)
    assert (row["text"], row["size"]) == (OTHERS[0], 1) and row["id"] != id


def test_the_last_decision_can_be_taken_back_at_once(engine, sign_in):
    ada, ben, id = sign_in(), sign_in(name="Ben"), front(engine)[0]["id"]
    there = ada.post(f"/review/{id}", data={"decision": "not_usable", "text": SAID}).headers["location"]
    assert 'action="/labels/1/undo"' in ada.get(there).text and "not usable" in ada.get(there).text
    assert 'action="/labels/1/undo"' not in ben.get(there).text  # nobody else's
    assert 'action="/labels/' not in ada.get("/?done=99").text and ada.get("/?done=x").status_code == 200
    assert ada.post("/labels/1/undo", data={"to": "group"}).headers["location"] == f"/review/{id}"
    assert front(engine)[0]["id"] == id and 'action="/labels/1/undo"' not in ada.get(there).text


@pytest.mark.parametrize(
    "form",
    [{"decision": "topic", "topic": "nope"}, {"decision": "danger"}, {"decision": "other"}, {"decision": "x"}, {}],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(engine, sign_in, form):
    id = front(engine)[0]["id"]
    assert sign_in().post(f"/review/{id}", data={**form, "text": SAID}).status_code in (409, 422)
    assert front(engine)[0]["id"] == id


def test_danger_needs_a_second_person(engine, sign_in):
    ada, ben, id = sign_in(), sign_in(name="Ben"), front(engine)[0]["id"]
    ada.post(f"/review/{id}", data={"decision": "danger", "danger": "escalate_liver", "text": SAID})
    assert "1 waiting for a second person" in ben.get("/").text  # and the way there
    assert ada.post("/labels/1/confirm").status_code == 409
    assert ben.post("/labels/1/confirm").status_code == 303


def test_export_and_import(engine, sign_in):
    staff = sign_in()
    staff.post(f"/review/{front(engine)[0]['id']}", data={"decision": "out_of_scope", "text": SAID})
    file = staff.get("/export")
    assert "grapefruit" in file.text
    assert staff.post("/import", data={"lines": file.text}).status_code == 303
    assert staff.post("/import", data={"lines": "{"}).status_code == 422


def test_a_group_that_is_gone(sign_in):
    assert sign_in().get("/review/99").status_code == 404
