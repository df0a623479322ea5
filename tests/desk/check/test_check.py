"""The Check page, and a whole check in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from desk.check import runner
from desk.database import audit, checks
from desk.training import lock
from evaluation.content import ROOT
from evaluation.findings import Finding
from evaluation.fingerprint import data_hash

NEAR = Finding("near", topic="cost", example="<b>how much is it then", other_topic="cbt", other="so how much is it")
SUSPECT = Finding("suspect", topic="cost", example="yellow eyes", other_topic="escalate_liver", must=False)


def keep(desk_app, hash, *findings, **values):
    row = {"state": "done", "started_at": time.time(), "finished_at": time.time(), **values}
    with desk_app.state.desk.engine.begin() as connection:
        connection.execute(checks.insert().values(data_hash=hash, findings=[asdict(one) for one in findings], **row))


def test_before_the_first_check(project, sign_in):
    page = sign_in().get("/check").text
    assert "Nothing has been checked yet" in page and "Start the check" in page


def test_findings_link_to_their_place(project, desk_app, sign_in):
    keep(desk_app, data_hash(project), NEAR, SUSPECT)
    staff = sign_in()
    page = staff.get("/check").text
    assert "To be mended before a training" in page and "<b>" not in page
    assert '/topics/cost?example=yellow%20eyes#here"' in page and "/topics/escalate_liver" in page
    assert "nothing has changed since" in page
    with (project / "data" / "nlu.yml").open("a") as file:
        file.write("\n")
    assert "Something was changed after this check" in staff.get("/check").text


def test_a_doubt_can_be_put_aside_with_a_reason_and_brought_back(project, desk_app, sign_in):
    keep(desk_app, data_hash(project), NEAR, SUSPECT)
    staff = sign_in()
    assert staff.post("/check/put-aside", data={"finding": SUSPECT.key, "why": " "}).status_code == 422
    assert staff.post("/check/put-aside", data={"finding": NEAR.key, "why": "no"}).status_code == 409
    assert staff.post("/check/put-aside", data={"finding": SUSPECT.key, "why": "seen by Dr. X"}).status_code == 303
    page = staff.get("/check").text
    assert "1 put aside" in page and "seen by Dr. X" in page and "It is right as it is" not in page
    assert staff.post("/check/bring-back", data={"finding": SUSPECT.key}).status_code == 303
    assert "It is right as it is" in staff.get("/check").text
    with desk_app.state.desk.engine.connect() as connection:
        said = [row.what for row in connection.execute(sa.select(audit).order_by(audit.c.id))]
    assert said == ["finding put aside", "finding brought back"]


def test_a_file_broken_by_hand_is_shown_at_once_on_every_page(project, sign_in):
    staff = sign_in("publisher")
    text = (project / "domain.yml").read_text().replace("intents:\n", "intents:\n\t- oops\n", 1)
    line = text[: text.index("\t- oops")].count("\n") + 1
    (project / "domain.yml").write_text(text)
    page = staff.get("/check")
    assert page.status_code == 200 and f"domain.yml:{line}" in page.text and "Start the check" not in page.text
    assert f"domain.yml:{line}" in staff.get("/topics").text
    assert f"domain.yml:{line}" in staff.get("/topics/cost").text


def test_progress_and_a_check_that_nobody_works_on_any_more(project, desk_app, sign_in):
    staff, desk = sign_in(), desk_app.state.desk
    held = lock.take(desk.settings.folder, runner.LOCK)
    keep(desk_app, "x", state="running", stage="Reading every example", progress=0.4, finished_at=None)
    assert "Reading every example" in staff.get("/check").text
    assert "Reading every example" in staff.get("/check/progress").text
    assert runner.start(desk) is None
    os.close(held)
    assert staff.get("/check/progress").headers["hx-redirect"] == "/check"
    assert "did not come to its end" in staff.get("/check").text


def test_two_who_start_a_check_in_one_instant_start_one(project, desk_app):
    desk = desk_app.state.desk
    both = threading.Barrier(2)

    def begin(_):
        both.wait()
        return runner.start(desk)

    with ThreadPoolExecutor(2) as pool:
        (started,) = [one for one in pool.map(begin, range(2)) if one]
    os.kill(runner.latest(desk)["process"], signal.SIGTERM)
    started.join(20)
    assert runner.latest(desk)["state"] == "failed" and not lock.is_taken(desk.settings.folder, runner.LOCK)


def test_a_check_ends_with_the_desk_that_started_it(project, desk_app):
    """Here the desk is a process that is killed while the check runs; its lock is free soon after."""
    folder = desk_app.state.desk.settings.folder
    code = (
        "import sys, time; from pathlib import Path; from types import SimpleNamespace as S; from desk import database;"
        "from desk.check import runner; project, folder, url = sys.argv[1:];"
        "settings = S(folder=Path(folder)); engine = database.connect(url);"
        "runner.start(S(project=Path(project), settings=settings, engine=engine));"
        "print('started', flush=True); time.sleep(60)"
    )
    given = [str(project), str(folder), desk_app.state.desk.settings.database_url]
    with subprocess.Popen([sys.executable, "-c", code, *given], cwd=ROOT, stdout=subprocess.PIPE) as desk:
        assert desk.stdout.readline()
        assert lock.is_taken(folder, runner.LOCK)
        desk.kill()
    until = time.monotonic() + 30
    while lock.is_taken(folder, runner.LOCK):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert runner.latest(desk_app.state.desk)["state"] == "failed"


@pytest.fixture
def thinned(project):
    """The copy with twelve examples a topic, so that a whole check is quick."""
    path = project / "data" / "nlu.yml"
    head, *blocks = re.split(r"(?m)^(?=- intent: )", path.read_text())
    path.write_text(head + "".join("".join(block.splitlines(True)[:14]) for block in blocks))
    rules = project / "data" / "rules.yml"
    rules.write_text(rules.read_text().replace("- action: utter_cost\n", "- action: utter_nonsense\n"))
    return project


def test_a_whole_check(thinned, desk_app, sign_in):
    staff, desk = sign_in(), desk_app.state.desk
    began = time.monotonic()
    assert staff.post("/check").status_code == 303
    while (newest := runner.latest(desk))["state"] == "running":
        assert time.monotonic() - began < 280
        time.sleep(0.5)
    assert newest["state"] == "done", newest
    found = [Finding(**one) for one in runner.result_for(desk.engine, data_hash(thinned))]
    kinds = {one.kind for one in found}
    assert {"few", "agreement", "system", "balance"} <= kinds
    assert any("utter_nonsense" in one.what for one in found if one.kind == "system")
    assert any(one.topic == "cost" for one in found if one.kind == "few")
    assert "The bot's own check of its files" in staff.get("/check").text.replace("&#39;", "'")
