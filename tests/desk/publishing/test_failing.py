"""What watches the bot reports a model that fails in use, and the desk goes back by itself."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from desk.audit import verify
from desk.database import audit, bots
from desk.publishing import publish, versions
from tests.desk.conftest import DESK
from tests.desk.publishing.conftest import SECRET

WHY = "“good morning” was answered with nothing"


@pytest.fixture
def watch(desk_app, desk):
    """What watches the bot; version 1 is published."""
    publish.take_trained(desk)
    return TestClient(desk_app, base_url=DESK, headers={"Authorization": f"Bearer {SECRET}"})


def says(watch, sha256=""):
    answer = watch.post("/models/failing", json={"sha256": sha256, "reason": WHY})
    assert answer.status_code == 200
    return answer.json()["version"]


@pytest.mark.parametrize("is_named", [True, False])
def test_the_version_before_takes_over_and_the_content_stays(watch, desk, add_version, version, is_named):
    number = add_version()
    publish.publish(desk, "Grace", number, "better", 1)
    domain = desk.project / "domain.yml"
    domain.write_bytes(domain.read_bytes() + b"# being mended\n")
    assert says(watch, version(number)["sha256"] if is_named else "") == 1
    assert [version(one)["state"] for one in (1, number)] == ["published", "broken"]
    assert domain.read_bytes().endswith(b"# being mended\n")
    with desk.engine.connect() as connection:
        assert verify(connection) is None
        entries = list(connection.execute(audit.select().order_by(audit.c.id.desc()).limit(2)).mappings())
        assert not connection.execute(bots.select()).first()  # it is no bot
    assert [(one["who"], one["what"]) for one in entries] == [
        ("the desk", "went back by itself"),
        ("the desk", "version broken"),
    ]
    assert entries[1]["why"] == f"supervisor: {WHY}"


def test_staff_are_told(watch, desk, add_version, sign_in):
    publish.publish(desk, "Grace", add_version(), "better", 1)
    says(watch)
    page = sign_in("admin").get("/versions").text
    assert "Version 2 did not work, and the desk went back to version 1 by itself" in page
    assert "it failed while visitors talked to it" in page


def test_without_a_version_before_nothing_changes(watch, version):
    assert says(watch) == 0 and version(1)["state"] == "published"


def test_a_model_that_is_no_longer_published_changes_nothing(watch, desk, add_version, version):
    publish.publish(desk, "Grace", add_version(), "better", 1)
    assert says(watch, version(1)["sha256"]) == 0 and version(2)["state"] == "published"


def test_a_version_before_whose_files_are_gone_is_no_way_back(watch, desk, add_version, version):
    publish.publish(desk, "Grace", add_version(), "better", 1)
    versions.model_file(version(1)).unlink()
    assert says(watch) == 0 and version(2)["state"] == "published"


@pytest.mark.parametrize("body", [b"", b"[]", b'{"sha256": "x", "reason": "r"}', b'{"sha256": ""}', b"[" * 9000])
def test_what_is_no_report(watch, version, body):
    assert watch.post("/models/failing", content=body).status_code == 400
    assert version(1)["state"] == "published"


def test_nobody_else_can_say_so(watch, stranger, sign_in, desk, add_version, version):
    publish.publish(desk, "Grace", add_version(), "better", 1)
    said = {"sha256": "", "reason": WHY}
    for somebody in (stranger, sign_in("admin")):
        assert somebody.post("/models/failing", json=said).status_code == 401
    assert version(2)["state"] == "published"
