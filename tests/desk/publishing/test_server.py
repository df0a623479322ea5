"""The model server, as Rasa and as anybody else meets it."""

from __future__ import annotations

import hashlib

import pytest
from starlette.testclient import TestClient

from desk.database import bots as bots_table
from desk.publishing import publish, versions
from tests.desk.conftest import DESK
from tests.desk.publishing.conftest import SECRET

KEY = {"Authorization": f"Bearer {SECRET}"}


@pytest.fixture
def bot(desk_app, desk):
    """A bot that knows the secret; version 1 is published."""
    publish.take_trained(desk)
    return TestClient(desk_app, base_url=DESK, headers=KEY, follow_redirects=False)


def test_the_published_model_is_served_with_its_hash(bot):
    answer = bot.get("/models/current")
    sha256 = hashlib.sha256(b"the trained model").hexdigest()
    assert answer.content == b"the trained model" and answer.headers["etag"] == f'"{sha256}"'
    assert answer.headers["filename"] == "version-1.tar.gz" and answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("form", ['"{}"', "{}", 'W/"{}"', '"nothing", "{}"'])
def test_a_bot_that_has_it_is_sent_nothing(bot, form):
    sha256 = hashlib.sha256(b"the trained model").hexdigest()
    answer = bot.get("/models/current", headers={"If-None-Match": form.format(sha256)})
    assert answer.status_code == 304 and answer.content == b""


def test_rasas_own_token_in_the_address_is_accepted(bot, stranger):
    assert stranger.get("/models/current", params={"token": SECRET}).status_code == 200


@pytest.mark.parametrize(
    "given", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": SECRET}, {"X-Token": SECRET}]
)
def test_nobody_else_gets_anything(bot, stranger, given):
    for answer in (
        stranger.get("/models/current", headers=given),
        stranger.post("/models/report", headers=given, json={}),
    ):
        assert answer.status_code == 401 and "trained" not in answer.text


def test_somebody_signed_in_has_no_token(bot, sign_in):
    assert sign_in("admin").get("/models/current").status_code == 401


def test_while_nothing_is_published_there_is_nothing(desk_app):
    bot = TestClient(desk_app, base_url=DESK, headers=KEY)
    assert bot.get("/models/current").status_code == 404


def test_a_changed_file_is_never_served(bot, desk, add_version, version):
    number = add_version()
    publish.publish(desk, "Grace", number, "because", 1)
    versions.model_file(version(number)).write_bytes(b"something else")
    assert bot.get("/models/current").status_code == 503
    assert version(number)["state"] == "broken"
    assert bot.get("/models/current").content == b"the trained model"


def says(client, **said):
    sha256 = hashlib.sha256(b"the trained model").hexdigest()
    report = {"bot": "bot 1", "sha256": sha256, "state": "loaded", "reason": "", "in_use": sha256, **said}
    return client.post("/models/report", json=report)


def test_a_report_shows_on_the_page(bot, sign_in):
    person = sign_in()
    assert "No bot has asked" in person.get("/versions").text
    assert says(bot).status_code == 204
    page = person.get("/versions").text
    assert "bot 1" in page and "answers with it" in page


def test_a_broken_report_goes_back_and_is_shown_escaped(bot, desk, add_version, version, sign_in):
    number = add_version()
    publish.publish(desk, "Grace", number, "because", 1)
    sha256 = version(number)["sha256"]
    assert says(bot, sha256=sha256, state="broken", reason="<b>no</b> greeting").status_code == 204
    assert version(number)["state"] == "broken" and version(1)["state"] == "published"
    page = sign_in("publisher").get("/versions").text
    assert f"Version {number} did not work" in page and "did not work" in page
    assert "&lt;b&gt;no" in sign_in("publisher", name="Eve").get("/audit").text


@pytest.mark.parametrize("state", ["loaded", "trouble"])
def test_other_reports_leave_what_is_published(bot, version, state):
    says(bot, state=state)
    assert version(1)["state"] == "published"


def test_a_report_on_another_version_leaves_what_is_published(bot, version):
    says(bot, state="broken", sha256="0" * 64)
    assert version(1)["state"] == "published"


@pytest.mark.parametrize(
    "said", [{"sha256": "x"}, {"state": "odd"}, {"bot": ""}, {"reason": None}, {"in_use": "no hash"}, {"bot": ["a"]}]
)
def test_an_odd_report_is_refused(bot, desk, said):
    assert says(bot, **said).status_code == 400
    with desk.engine.connect() as connection:
        assert not connection.execute(bots_table.select()).first()


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 100_000, b"{" + b" " * 9000 + b"}"])
def test_an_odd_body_is_refused(bot, body):
    assert bot.post("/models/report", content=body).status_code == 400


def test_asking_is_being_heard_of(bot, desk):
    sha256 = "a" * 64
    bot.get("/models/current", headers={"X-Bot": "bot 7", "If-None-Match": f'"{sha256}"'})
    with desk.engine.connect() as connection:
        row = connection.execute(bots_table.select()).mappings().one()
    assert row["name"] == "bot 7" and row["in_use"] == sha256
