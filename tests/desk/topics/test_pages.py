"""Topic pages on a copy of the project's content."""

from __future__ import annotations

import dataclasses
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from desk.database import audit
from desk.topics.answers import all_answers, read_answer
from evaluation.content import ROOT

TOPIC = "/topics/sinclair_method"


@pytest.fixture(autouse=True)
def at_the_copy(desk_app, project, thin):
    """The desk edits the copy."""
    shutil.copy(ROOT / "clinic.yml", project)
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


def test_two_saves_in_the_same_instant(desk_app, project, sign_in):
    staff, old = [sign_in("publisher", name=name) for name in ("Ada", "Ben", "Eve")], read_answer(project, "cbt")
    texts = [f"{old.text} Ask your provider about {word}." for word in ("that", "this", "more")]
    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(one.post, "/topics/cbt", data=form(old, text=text)) for one, text in zip(staff, texts)]
        codes = [job.result().status_code for job in jobs]
    assert sorted(codes) == [303, 409, 409]
    assert read_answer(project, "cbt").text == texts[codes.index(303)]
    with desk_app.state.desk.engine.connect() as connection:
        assert [row.who for row in connection.execute(audit.select())] == [("Ada", "Ben", "Eve")[codes.index(303)]]


def test_the_name_and_the_paragraphs_change_too(project, sign_in):
    staff, old = sign_in("publisher"), read_answer(project, "brand_names")
    assert (
        staff.post("/topics/brand_names", data=form(old, title="Its names", paragraph=[18, 30, 35, 36])).status_code
        == 303
    )
    assert read_answer(project, "brand_names") == dataclasses.replace(
        old, title="Its names", paragraphs=(18, 30, 35, 36)
    )


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"paragraph": [3, 4, 5, 6, 7, 8, 10]}, "7 paragraphs are chosen"),
        ({"title": "Vicodin"}, "in the name is not in the cited facts"),
        ({"text": "Call 802-555-0142 or write to a@b.org."}, "phone number or an address"),
    ],
)
def test_what_else_is_refused(project, sign_in, changed, why):
    old = read_answer(project, "sinclair_method")
    answer = sign_in("publisher").post(TOPIC, data=form(old, **changed))
    assert answer.status_code == 422 and why in answer.text and read_answer(project, "sinclair_method") == old


def test_a_paragraph_stays_within_reach(project, sign_in):
    answers = all_answers(project)
    only = next(
        (topic, number)
        for topic, answer in answers.items()
        for number in answer.paragraphs
        if len(answer.paragraphs) > 1 and sum(number in other.paragraphs for other in answers.values()) == 1
    )
    topic, number = only
    kept = [n for n in answers[topic].paragraphs if n != number]
    answer = sign_in("publisher").post(f"/topics/{topic}", data=form(answers[topic], paragraph=kept))
    assert answer.status_code == 422 and f"No other answer cites paragraph {number}" in answer.text


def test_a_preview_is_for_staff_alone(desk_app, project, sign_in, stranger):
    staff = sign_in()
    page = staff.post(f"{TOPIC}/preview", data={"text": "A <b>draft</b>.", "title": "x", "paragraph": ["3"]})
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "SAMEORIGIN" and "unsafe" not in page.headers["content-security-policy"]
    place = re.search(r'data-endpoint="([^"]+)"', page.text)[1]
    (said,) = staff.post(f"{place}/message", json={"text": "hello"}).json()["messages"]
    assert (said["text"], said["kind"]) == ("A <b>draft</b>.", "answer")
    assert said["sources"] == [{"section": "What Does Naltrexone Do?", "paragraph": 3}]
    assert staff.post(f"{place}/session", json={}).json()["emergency"]["emergency"] == "911"
    assert staff.post("/preview/guess/message", json={}).status_code == 404
    assert stranger.post(f"{place}/message", json={}).status_code == 303
    del staff.headers["X-CSRF-Token"]
    assert staff.post(f"{place}/message", json={}).status_code == 403
    assert "frame-ancestors 'none'" in staff.get(TOPIC).headers["content-security-policy"]
    assert staff.get("/static/widget/widget.js").headers["content-type"].startswith("text/javascript")
    assert (
        staff.get("/static/widget/..%2fapi.js").status_code == staff.get("/static/widget/demo.html").status_code == 404
    )
