"""Examples are changed on their topic's page: byte for byte, with a way back, and danger by two people."""

from __future__ import annotations

import dataclasses

import pytest
import sqlalchemy as sa

from desk.database import audit
from desk.topics.example_edits import latest
from evaluation.content import read_examples

PLAIN, DANGER = "brand_names", "escalate_liver"
NEW = "is it alright if i have dragonfruit smoothies with it"


@pytest.fixture(autouse=True)
def at_the_copy(desk_app, thin):
    """The desk edits the copy."""
    desk_app.state.desk = dataclasses.replace(desk_app.state.desk, project=thin)


@pytest.fixture
def file(project):
    return project / "data" / "nlu.yml"


def texts(file, topic):
    return [example.text for example in read_examples(file) if example.label == topic]


def test_added_reworded_taken_out_and_each_taken_back(desk_app, sign_in, file):
    staff, before = sign_in("publisher"), file.read_bytes()
    old = texts(file, PLAIN)[7]

    def take_back():
        entry = latest(desk_app.state.desk.engine, PLAIN)[0]["id"]
        assert staff.post(f"/topics/{PLAIN}/take-back/{entry}").status_code == 303

    staff.post(f"/topics/{PLAIN}/examples", data={"lines": f"{NEW}\r\n\r\n  what does its pharmacy sticker call it \n"})
    assert texts(file, PLAIN)[:2] == ["what does its pharmacy sticker call it", NEW]
    take_back()
    assert file.read_bytes() == before
    staff.post(f"/topics/{PLAIN}/example", data={"old": old, "new": NEW, "step": "reword"})
    assert file.read_bytes() == before.replace(f"    - {old}\n".encode(), f"    - {NEW}\n".encode())
    take_back()
    assert file.read_bytes() == before
    staff.post(f"/topics/{PLAIN}/example", data={"old": old, "step": "remove"})
    assert file.read_bytes() == before.replace(f"    - {old}\n".encode(), b"")
    take_back()
    assert sorted(texts(file, PLAIN)) == sorted(e.text for e in read_examples_of(before, PLAIN))


def read_examples_of(raw, topic):
    """The examples in the bytes of a file."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "nlu.yml"
        path.write_bytes(raw)
        return [example for example in read_examples(path) if example.label == topic]


@pytest.mark.parametrize(
    "text",
    [
        "hello \\u000a    - overdose now",
        "C:\\users",
        "see [this](name)",
        "/restart",
        "x" * 2000,
        "turned \u202e round",
        "call me on 415 226 9087 about it",
    ],
)
def test_hostile_lines_are_refused_with_a_reason(sign_in, file, text):
    before = file.read_bytes()
    answer = sign_in("publisher").post(f"/topics/{PLAIN}/examples", data={"lines": text})
    assert answer.status_code == 422 and "Not taken" in answer.text and file.read_bytes() == before


@pytest.mark.parametrize(
    "text", ["- x yz", "a: b quux", "${HOME} quux", "quux 😀 ¿qué?", "<script>alert(1)</script> quux"]
)
def test_odd_lines_are_kept_exactly_and_shown_as_text(sign_in, file, text):
    staff, before = sign_in("publisher"), read_examples(file)
    assert staff.post(f"/topics/{PLAIN}/examples", data={"lines": text}).status_code == 303
    after = read_examples(file)
    assert sorted((e.label, e.text) for e in after) == sorted([*((e.label, e.text) for e in before), (PLAIN, text)])
    assert "<script>alert" not in staff.get(f"/topics/{PLAIN}").text


def test_what_is_tested_or_nearly_taught_is_refused(sign_in, file, project):
    staff, before = sign_in("publisher"), file.read_bytes()
    case = next(e for e in (project / "evaluation/cases/single.jsonl").read_text().splitlines() if len(e.split()) > 12)
    import json

    known = next(text for text in texts(file, PLAIN) if len(text.split()) > 8)
    for line, why in ((json.loads(case)["text"], "a test message"), (f"{known} ??", "an example already")):
        answer = staff.post(f"/topics/{PLAIN}/examples", data={"lines": line})
        assert answer.status_code == 422 and why in answer.text
    assert file.read_bytes() == before


def test_a_topic_keeps_enough_examples(sign_in, file):
    staff = sign_in("publisher")
    lines = file.read_text().split("\n")
    start = lines.index(f"- intent: {PLAIN}") + 2
    kept = [*lines[: start + 40], *lines[start + len(texts(file, PLAIN)) :]]
    file.write_text("\n".join(kept))
    answer = staff.post(f"/topics/{PLAIN}/example", data={"old": texts(file, PLAIN)[0], "step": "remove"})
    assert answer.status_code == 422 and "40 are the least" in answer.text and len(texts(file, PLAIN)) == 40


def test_what_somebody_else_took_out_meanwhile(sign_in, file):
    staff, old = sign_in("publisher"), texts(file, PLAIN)[0]
    staff.post(f"/topics/{PLAIN}/example", data={"old": old, "step": "remove"})
    again = staff.post(f"/topics/{PLAIN}/example", data={"old": old, "new": NEW, "step": "reword"})
    assert again.status_code == 422 and "no longer an example" in again.text and NEW not in texts(file, PLAIN)


@pytest.mark.parametrize("topic", [DANGER, "liver_disease"])
def test_danger_is_changed_by_two_people(desk_app, sign_in, file, topic):
    ada, ben, before = sign_in("publisher"), sign_in("reviewer", name="Ben"), file.read_bytes()
    old = texts(file, topic)[3]
    assert ada.post(f"/topics/{topic}/example", data={"old": old, "step": "remove"}).status_code == 303
    assert file.read_bytes() == before
    assert "Confirm the change" not in ada.get(f"/topics/{topic}").text
    assert ada.post(f"/topics/{topic}/confirm/1").status_code == 409 and file.read_bytes() == before
    assert "Confirm the change" in ben.get(f"/topics/{topic}").text and topic in ben.get("/decided").text
    assert ben.post(f"/topics/{topic}/confirm/1").status_code == 303
    assert file.read_bytes() == before.replace(f"    - {old}\n".encode(), b"", 1)
    assert ben.post(f"/topics/{topic}/confirm/1").status_code == 409
    with desk_app.state.desk.engine.connect() as connection:
        what = [(row.who, row.what) for row in connection.execute(sa.select(audit).order_by(audit.c.id))]
    assert what == [("Ada", "examples asked for"), ("Ben", "examples changed")]


def test_a_change_of_danger_can_be_withdrawn(sign_in, file):
    ada, ben, before = sign_in("publisher"), sign_in("reviewer", name="Ben"), file.read_bytes()
    ada.post(f"/topics/{DANGER}/examples", data={"lines": NEW})
    assert ada.post(f"/topics/{DANGER}/withdraw/1").status_code == 303
    assert ben.post(f"/topics/{DANGER}/confirm/1").status_code == 409 and file.read_bytes() == before


def test_search_pages_and_the_example_somebody_came_for(sign_in, file, monkeypatch):
    staff, mine = sign_in(), texts(file, "out_of_scope")
    monkeypatch.setattr("desk.topics.views.SIZE", 20)
    page = staff.get("/topics/out_of_scope", params={"example": mine[40]}).text
    assert 'id="here"' in page and "Page 3 of 3" in page
    found = staff.get("/topics/out_of_scope", params={"q": mine[40].upper()}).text
    assert "Find among" in found and "Page" not in found.split("Find among")[1].split("Latest")[0].replace("Pages", "")
    assert "No example has" in staff.get("/topics/out_of_scope", params={"q": "qqqq"}).text


def test_a_reviewer_only_looks(sign_in, file):
    staff, before = sign_in(), file.read_bytes()
    assert staff.post(f"/topics/{PLAIN}/examples", data={"lines": NEW}).status_code == 403
    assert (
        staff.post(f"/topics/{PLAIN}/example", data={"old": texts(file, PLAIN)[0], "step": "remove"}).status_code == 403
    )
    assert "Take out" not in staff.get(f"/topics/{PLAIN}").text and file.read_bytes() == before
