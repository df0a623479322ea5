"""The pages: who may do what, what they show, and that the part which asks by itself is quiet when nothing is new."""

from __future__ import annotations

import re

import pytest

from desk.database import bots, sessions
from desk.publishing import publish


@pytest.fixture
def first(desk):
    publish.take_trained(desk)
    return 1


def test_a_reviewer_sees_and_changes_nothing(first, add_version, sign_in, version):
    number = add_version()
    reviewer = sign_in()
    page = reviewer.get("/versions").text
    assert "Version 1" in page and "A publisher can publish it" in page and "/publish" not in page
    assert reviewer.get(f"/versions/{number}/publish").status_code == 403
    answer = reviewer.post(f"/versions/{number}/publish", data={"why": "because", "instead_of": "1"})
    assert answer.status_code == 403 and version(number)["state"] == "ready"
    assert reviewer.post("/versions/1/back", data={"instead_of": "1"}).status_code == 403
    assert reviewer.post("/versions/aside/x").status_code == 403


def test_nobody_is_sent_to_the_log_in_page(first, stranger):
    for path in ("/versions", "/versions/live", "/versions/1/publish", "/versions/1/back"):
        assert stranger.get(path).headers["location"].startswith("/login")
    assert stranger.post("/versions/1/publish").status_code == 303


def test_a_post_without_its_token_is_refused(first, add_version, sign_in, version):
    number = add_version()
    answer = sign_in("publisher").post(
        f"/versions/{number}/publish", headers={"X-CSRF-Token": "no"}, data={"why": "abc"}
    )
    assert answer.status_code == 403 and version(number)["state"] == "ready"


def test_the_second_look_says_what_will_change(first, add_version, sign_in):
    shares = {"messages": 591, "answers right": 0.91, "escalate recall": None}
    compared = {"compared": True, "test": {"fixed": 12, "broken": 3}}
    number = add_version(figures={"against": 1, "after": shares, "before": {"answers right": 0.9}}, comparison=compared)
    page = sign_in("publisher").get(f"/versions/{number}/publish").text
    for words in (
        "version 1",
        "No message of danger is newly missed",
        "holds",
        "91 %",
        "12 messages",
        "Your name and this line",
    ):
        assert words in page


def test_publishing_and_the_way_back(first, add_version, sign_in, version):
    number, publisher = add_version(), sign_in("publisher", name="Grace")
    answer = publisher.post(f"/versions/{number}/publish", data={"why": "better", "instead_of": "1"})
    assert answer.status_code == 303 and version(number)["published_by"] == "Grace"
    page = publisher.get("/versions").text
    assert f"Version {number}</strong> is published" in page and "Go back to version 1" in page
    assert publisher.get("/versions/1/back").status_code == 200
    assert publisher.post("/versions/1/back", data={"instead_of": str(number)}).status_code == 303
    assert version(1)["state"] == "published"


def test_what_cannot_be_done_is_said(first, add_version, sign_in):
    publisher, refused = sign_in("publisher"), add_version("refused")
    page = publisher.get(f"/versions/{refused}/publish")
    assert "Only a version that is ready" in page.text and '<button class="primary"' not in page.text
    answer = publisher.post(f"/versions/{add_version()}/publish", data={"why": "", "instead_of": "1"})
    assert answer.status_code == 422 and "say why" in answer.text
    assert publisher.get("/versions/99/publish").status_code == 404
    assert publisher.get("/versions/1/steal").status_code == 404
    assert publisher.post("/versions/1/steal").status_code == 404
    assert publisher.post("/versions/aside/..%2F..").status_code in (404, 409)
    assert publisher.post("/versions/aside/none").status_code == 409


def test_the_live_part_is_quiet_unless_something_is_new(desk, first, sign_in, version):
    person = sign_in()
    part = person.get("/versions/live").text
    address = re.search(r'hx-get="([^"]+)"', part)[1]
    assert person.get(address).status_code == 204
    with desk.engine.begin() as connection:
        seen = connection.execute(sessions.select()).mappings().one()["seen_at"]
        connection.execute(bots.insert().values(name="bot 1", seen_at=seen, in_use=version(1)["sha256"]))
    answer = person.get(address)
    assert answer.status_code == 200 and "answers with it" in answer.text


@pytest.mark.parametrize(
    ("bot", "words"),
    [
        ({"in_use": "b" * 64}, "is taking it"),
        ({"in_use": "b" * 64, "seen": -60}, "not heard of"),
        ({"in_use": "b" * 64, "outcome": "broken", "reason": "no greeting"}, "could not take it"),
    ],
)
def test_where_each_bot_stands(desk, first, sign_in, version, bot, words):
    import time

    values = {"name": "bot 1", "in_use": bot["in_use"], "outcome": bot.get("outcome"), "reason": bot.get("reason")}
    values |= {"seen_at": time.time() + bot.get("seen", 0), "tried": version(1)["sha256"]}
    with desk.engine.begin() as connection:
        connection.execute(bots.insert().values(**values))
    assert words in sign_in().get("/versions").text
