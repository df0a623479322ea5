"""Topic pages on a copy of the project's content."""

from __future__ import annotations

import dataclasses

import pytest

from desk.topics.answers import read_answer

TOPIC = "/topics/sinclair_method"


@pytest.fixture(autouse=True)
def at_the_copy(desk_app, project):
    """The desk edits the copy."""
    desk_app.state.desk = dataclasses.replace(desk_app.state.desk, project=project)


def form(answer, **changed):
    """The form of an answer as a browser posts it."""
    fields = {
        "text": answer.text,
        "title": answer.title,
        "paragraph": list(answer.paragraphs),
        "version": answer.version,
    }
    return {**fields, **changed}


def test_every_topic_is_listed_and_opens(project, sign_in):
    staff = sign_in()
    assert TOPIC in staff.get("/topics").text
    page = staff.get(TOPIC)
    assert page.status_code == 200 and "The facts it stands on" in page.text and "Save the answer" not in page.text


def test_a_publisher_changes_an_answer(project, sign_in):
    staff, old = sign_in("publisher"), read_answer(project, "sinclair_method")
    text = old.text + " Ask your provider if you want to know more."
    answer = staff.post(TOPIC, data=form(old, text=text, why="asked often"))
    assert answer.status_code == 303 and read_answer(project, "sinclair_method").text == text
    again = staff.post(TOPIC, data=form(old))
    assert again.status_code == 409 and "not lost" in again.text


def test_a_wrong_figure_is_refused(project, sign_in):
    staff, old = sign_in("publisher"), read_answer(project, "sinclair_method")
    answer = staff.post(TOPIC, data=form(old, text=old.text + " It works for 99 % of people."))
    assert answer.status_code == 422 and "99 %" in answer.text
    assert read_answer(project, "sinclair_method") == old


def test_live_checks(project, sign_in):
    assert "words" in sign_in().post(f"{TOPIC}/check", data={"text": "Too short."}).text


def test_who_may_not_and_what_is_not_there(project, sign_in):
    staff = sign_in()
    assert staff.post(TOPIC, data={"text": "x"}).status_code == 403
    assert staff.get("/topics/nope").status_code == 404
