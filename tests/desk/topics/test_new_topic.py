"""A new topic in one form: three files together, and the project's own checks still pass."""

from __future__ import annotations

import dataclasses
import shutil
import time

import pytest
import sqlalchemy as sa

from desk.database import groups, labels, turns
from desk.topics.new_topic import name_for
from evaluation.check_examples import counts, least_of
from evaluation.content import ROOT, read_content
from evaluation.content_checks import problems
from tests.desk.topics.made import EXAMPLES, SAID, TEXT

FILES = ("domain.yml", "data/nlu.yml", "data/rules.yml", "data/follow_ups.yml")
ALIKE = "who writes this guide anyway then"
FORM = {"examples": "\n".join(EXAMPLES), "title": "Who wrote the guide", "text": TEXT, "paragraph": [7], "why": "asked"}


@pytest.fixture(autouse=True)
def at_the_copy(desk_app, project):
    """The desk edits the copy."""
    shutil.copy(ROOT / "clinic.yml", project)
    desk_app.state.desk = dataclasses.replace(desk_app.state.desk, project=project)


@pytest.fixture
def group(desk_app):
    """Three messages that somebody found in the queue."""
    with desk_app.state.desk.engine.begin() as connection:
        row = {"text": SAID[0], "size": 3, "weight": 4.0, "first_at": 0, "last_at": 0, "state": "open"}
        connection.execute(groups.insert().values(id=5, **row))
        for number, text in enumerate([*SAID, ALIKE]):
            said = {"text": text, "topic": "out_of_scope", "tier": "out_of_scope", "group_id": 5, "thumb": "down"}
            connection.execute(turns.insert().values(message=f"m{number}", conversation="c", at=time.time(), **said))
    return 5


def bytes_of(project):
    return {file: (project / file).read_bytes() for file in FILES}


def test_everything_is_written_and_every_other_byte_is_as_before(sign_in, project):
    before = bytes_of(project)
    answer = sign_in("publisher").post("/topics/new", data=FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/topics/who_wrote_the_guide?done=made")
    content = read_content(project)
    assert problems(content) == []
    assert content.answers["who_wrote_the_guide"] == {
        "kind": "answer",
        "title": "Who wrote the guide",
        "paragraphs": [7],
        "by": "staff",
        "text": TEXT,
    }
    assert content.rules["who_wrote_the_guide"] == ["utter_who_wrote_the_guide"]
    for file, old in before.items():
        new = (project / file).read_bytes().split(b"\n")
        rest = iter(new)
        assert all(line in rest for line in old.split(b"\n")), f"{file} lost a line"
    assert bytes_of(project)["data/follow_ups.yml"] == before["data/follow_ups.yml"]


def test_from_a_group_in_the_queue(desk_app, sign_in, group, thin, project):
    staff = sign_in("publisher")
    assert f"/topics/new?group={group}" in staff.get(f"/review/{group}").text
    page = staff.get("/topics/new", params={"group": group}).text
    assert all(text in page for text in SAID) and "nearly the same is an example already" in page
    assert staff.post("/topics/new", data={**FORM, "group": group}).status_code == 303
    with desk_app.state.desk.engine.connect() as connection:
        label = connection.execute(sa.select(labels)).mappings().one()
        assert connection.execute(sa.select(groups.c.state)).scalar() == "done"
    assert (label["topic"], label["state"], sorted(label["texts"])) == ("who_wrote_the_guide", "written", sorted(SAID))
    assert sorted(label["predicted"]) == sorted([text, "out_of_scope"] for text in SAID)
    before = bytes_of(project)
    again = staff.post(
        "/topics/new", data={**FORM, "group": group, "examples": "\n".join(f"{e} now ok" for e in EXAMPLES)}
    )
    assert again.status_code in (409, 422) and bytes_of(project) == before


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"text": TEXT + " It helped 99 % of people."}, "99 %"),
        ({"text": TEXT + " Take two tablets."}, "advice"),
        ({"text": TEXT + " See www.example.org."}, "address"),
        ({"text": "Too short."}, "2 words"),
        ({"title": ""}, "no name"),
        ({"title": "names of NALTREXONE"}, "Another topic has this name"),
        ({"paragraph": []}, "at least one paragraph"),
        ({"paragraph": [1]}, "no facts"),
        ({"examples": "\n".join(EXAMPLES[:4])}, "needs 8"),
        ({"examples": "\n".join([*EXAMPLES[1:], "/restart"])}, "cannot be part"),
        ({"text": TEXT + " {slot}"}, "signs"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(sign_in, thin, project, wrong, why):
    before = bytes_of(project)
    answer = sign_in("publisher").post("/topics/new", data={**FORM, **wrong})
    assert answer.status_code == 422 and why in answer.text and bytes_of(project) == before
    assert "who writes this guide anyway" in answer.text or "examples" in wrong  # what was typed is not lost


def test_a_disk_that_fills_up_half_way_leaves_all_files_as_they_were(desk_app, sign_in, thin, project, monkeypatch):
    import os

    staff, before, real, calls = sign_in("publisher"), bytes_of(project), os.replace, []

    def replace(*names):
        calls.append(names)
        if len(calls) == 3:
            raise OSError("the disk is full")
        real(*names)

    monkeypatch.setattr("os.replace", replace)
    answer = staff.post("/topics/new", data=FORM)
    assert answer.status_code == 422 and "the disk is full" in answer.text and len(calls) == 5  # and two back
    assert bytes_of(project) == before and list((project / "data").glob(".*")) == list(project.glob(".*")) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("What it costs – in détail!", "what_it_costs_in_detail"),
        ("Emergency overdose", "topic_emergency_overdose"),
        ("Escalate liver", "topic_escalate_liver"),
        ("50 mg", "topic_50_mg"),
        ("療法", "topic"),
        ("Cost", "cost_2"),
        ("x" * 90, "x" * 40),
    ],
)
def test_names(title, name):
    assert name_for(title, ["cost"]) == name


def test_fewer_examples_only_for_topics_that_staff_made(sign_in, thin, project):
    sign_in("publisher").post("/topics/new", data=FORM)
    path = project / "data" / "nlu.yml"
    path.write_text(path.read_text().replace(f"    - {EXAMPLES[0]}\n", ""))
    assert [problem.what for problem in counts(read_content(project)) if "guide" in problem.what] == [
        "who_wrote_the_guide has 7 examples, 8 are the least"
    ]
    content = read_content(project).domain
    content["responses"]["utter_who_wrote_the_guide"][0]["metadata"]["escalate"] = "liver"
    assert least_of("who_wrote_the_guide", content) == least_of("cost", content) == 40
    content["responses"]["utter_escalate_liver"][0]["metadata"]["by"] = "staff"
    assert least_of("escalate_liver", content) == 200


def test_it_can_be_taken_out_again_and_no_other_topic_can(sign_in, thin, project):
    staff, before = sign_in("publisher"), bytes_of(project)
    for title in ("Who wrote the guide", "Who wrote it all"):
        mark = title.split()[-1]
        examples = "\n".join(" ".join(f"{mark}{word}{n}" for word in "abcde") for n in range(9))
        assert staff.post("/topics/new", data={**FORM, "title": title, "examples": examples}).status_code == 303
    for name in ("who_wrote_the_guide", "who_wrote_it_all"):
        assert "Take out this topic" in staff.get(f"/topics/{name}").text
        assert staff.post(f"/topics/{name}/remove").status_code == 303
    assert bytes_of(project) == before
    assert "Take out this topic" not in staff.get("/topics/cost").text
    assert staff.post("/topics/cost/remove").status_code == 409 and bytes_of(project) == before


def test_a_reviewer_cannot(sign_in, project):
    before = bytes_of(project)
    assert sign_in().post("/topics/new", data=FORM).status_code == 403 and bytes_of(project) == before
