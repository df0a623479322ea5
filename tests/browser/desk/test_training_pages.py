"""Train and compare in a real browser: a training with its progress, what blocks a version, both versions side by side."""

from __future__ import annotations

import os
import time

import pytest
from accessibility import violations, violations_in_both

from desk.database import models
from desk.training import lock
from tests.desk.training.made import outcome_of, records


def add(engine, folder, state, **values):
    """A version; its number."""
    row = {"state": state, "by": "Ada", "why": "more wordings", "started_at": time.time() - 60, "folder": str(folder)}
    with engine.begin() as connection:
        return connection.execute(models.insert().values(**{**row, **values})).inserted_primary_key[0]


@pytest.fixture
def versions(desk, tmp_path):
    """One of each kind, by its state; the last is in training, and this process is its job."""
    app, _ = desk
    engine, folder = app.state.desk.engine, tmp_path / "desk" / "models" / "1"
    folder.mkdir(parents=True)
    (folder / "model.tar.gz").write_bytes(b"")
    (folder / "train.log").write_text("Starting to train\nDone.\n")
    before = records(19, "clarify")
    found = {
        "published": add(engine, folder, "published", published_at=time.time(), **outcome_of(None, before)),
        "ready": add(
            engine, folder, "ready", data_hash="a" * 64, **outcome_of(before, records(23, "offered", "answer"))
        ),
        "refused": add(engine, folder, "refused", **outcome_of(before, records(11, "wrong"))),
        "failed": add(engine, tmp_path / "none", "failed", figures={"problem": "The disk is full."}),
        "cancelled": add(engine, tmp_path / "none", "cancelled"),
    }
    file = lock.take(tmp_path / "desk")
    figures = {"since": time.time() - 20}
    found["training"] = add(
        engine, folder, "training", stage="training", progress=0.0, process=os.getpid(), figures=figures
    )
    yield found
    os.close(file)


def test_every_page_is_accessible(open_as, versions):
    page = open_as("publisher", viewport={"width": 1280, "height": 800})
    for path in ("/training", *(f"/training/{number}" for number in versions.values())):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert violations_in_both(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert page.complaints == []


def test_a_tablet_shows_everything_without_scrolling_sideways(open_as, versions):
    page = open_as("reviewer", viewport={"width": 768, "height": 1024}, has_touch=True)
    for path in ("/training", *(f"/training/{number}" for number in versions.values())):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_what_blocks_a_version_is_named(open_as, versions):
    page = open_as()
    page.goto(f"/training/{versions['refused']}")
    page.get_by_text("This version cannot be published.").wait_for()
    blocking = page.locator(".gate .blocks")
    assert "No message of danger is newly missed" in blocking.first.inner_text()
    assert "before: sent to the provider; now: a wrong answer" in blocking.first.inner_text()
    assert page.get_by_role("button", name="Publish").count() == 0


def test_progress_moves_by_itself_and_ends_in_the_result(desk, open_as, versions):
    page, number = open_as(), versions["training"]
    page.goto(f"/training/{number}")
    bar = page.get_by_role("progressbar", name="How far it is")
    assert 5 < int(bar.get_attribute("value")) < 60
    engine = desk[0].state.desk.engine
    with engine.begin() as connection:
        figures = {"since": time.time()}
        values = {"state": "comparing", "stage": "testing", "progress": 0.5, "figures": figures}
        connection.execute(models.update().where(models.c.id == number).values(**values))
    page.get_by_role("listitem").filter(has_text="Asking both versions").and_(page.locator("[aria-current]")).wait_for()
    assert page.locator("#stage").inner_text() == "Asking both versions the test messages"
    assert int(bar.get_attribute("value")) > 60
    with engine.begin() as connection:
        connection.execute(models.update().where(models.c.id == number).values(state="ready", stage=None))
    page.get_by_text("This version holds everything").wait_for()
    assert page.complaints == []


def test_a_training_is_begun_with_a_reason_and_only_once(open_as, versions):
    page = open_as()
    page.goto("/training")
    page.get_by_role("link", name="See how far it is").wait_for()
    assert page.get_by_role("button", name="Train a new version").count() == 0


def test_without_any_version_the_page_says_what_to_do(open_as, desk):
    with desk[0].state.desk.engine.begin() as connection:
        connection.execute(models.delete())  # the model of `make train`, which the desk takes over at its start
    page = open_as()
    page.goto("/")
    page.get_by_role("link", name="Train", exact=True).click()
    page.get_by_text("There is no version yet.").wait_for()
    page.get_by_role("button", name="Train a new version").click()
    assert page.evaluate("document.activeElement.id") == "why"  # the browser asks for it
    assert violations(page) == []


def test_trying_a_version_whose_files_are_gone_is_said(open_as, versions):
    page = open_as()
    page.goto(f"/training/{versions['ready']}")
    page.get_by_label("A message, as a visitor would type it").fill("my eyes are yellow")
    page.get_by_role("button", name="Ask both").click()
    page.get_by_text("The files of this version are no longer kept.").wait_for()
