"""Publishing and going back in a real browser: nothing that axe objects to, by keyboard, and live."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from accessibility import violations

from desk.database import bots, models
from desk.training.snapshot import sha256_of, take_snapshot
from tests.browser.desk.test_desk_pages import SMALL

GATE = [
    {"bound": "No message of danger is newly missed", "passed": True, "sentences": []},
    {"bound": "Wrong answers grow by no more than 1 in 100", "passed": True, "sentences": []},
]

SHARES = {"messages": 591, "emergencies reached": 1.0, "escalate recall": 0.99, "answers right": 0.9}
FIGURES = {"against": 3, "after": SHARES, "before": SHARES}


@pytest.fixture
def versions(desk: tuple[Any, str]) -> None:
    """Version 1 is published and came from the desk's start, 2 did not work, 3 is an earlier one, 4 is ready."""
    settings, engine, now = desk[0].state.desk.settings, desk[0].state.desk.engine, time.time()
    rows = [("retired", 9000.0), ("broken", 5000.0), ("published", 4000.0), ("ready", None)]
    with engine.begin() as connection:
        connection.execute(models.delete())
        for number, (state, ago) in enumerate(rows, 1):
            folder = settings.folder / "versions" / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "model.tar.gz").write_bytes(b"%d" % number)
            row = {"id": number, "state": state, "by": "Ada", "why": "fewer misses", "started_at": now, "gate": GATE}
            row |= {"folder": str(folder), "sha256": sha256_of(folder / "model.tar.gz"), "published_by": "Grace"}
            row |= {"data_hash": take_snapshot(settings.project, folder / "content"), "figures": FIGURES}
            connection.execute(models.insert().values(**row, published_at=ago and now - ago))
        for name, model in (("bot (12)", 3), ("bot (13)", 1)):
            sha256 = sha256_of(settings.folder / "versions" / str(model) / "model.tar.gz")
            connection.execute(bots.insert().values(name=name, in_use=sha256, seen_at=now + 60))
        connection.execute(models.update().where(models.c.id == 3).values(published_by="the desk"))
    (settings.folder / "aside" / "2026-11-24-101112").mkdir(parents=True)


PATHS = ("/versions", "/versions/4/publish", "/versions/1/back", "/versions/2/publish")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(open_as: Any, versions: None, scheme: str, tmp_path: Path) -> None:
    page = open_as("publisher", color_scheme=scheme, viewport={"width": 1280, "height": 800})
    for path in PATHS:
        page.goto(path)
        page.screenshot(path=str(tmp_path / f"{scheme}{path.replace('/', '-')}.png"), full_page=True)
        assert violations(page) == [], path
        assert page.evaluate(SMALL) == [], path
    assert page.complaints == []


def test_a_tablet_shows_everything_without_scrolling_sideways(open_as: Any, versions: None) -> None:
    page = open_as("publisher", viewport={"width": 768, "height": 1024}, has_touch=True)
    for path in PATHS:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_publishing_by_keyboard_and_back_after_a_question(open_as: Any, desk: Any, versions: None) -> None:
    page = open_as("publisher", name="Grace")
    page.goto("/versions")
    page.get_by_role("link", name="Look at version 4 and publish it").press("Enter")
    page.get_by_label("Why now?").fill("fewer misses")
    page.get_by_label("Why now?").press("Enter")
    page.get_by_text("Version 4 is published").wait_for()
    assert page.get_by_text("is taking it").count() == 2
    with desk[0].state.desk.engine.begin() as connection:
        new = sha256_of(desk[0].state.desk.settings.folder / "versions" / "4" / "model.tar.gz")
        connection.execute(bots.update().where(bots.c.name == "bot (12)").values(in_use=new))
    page.get_by_text("answers with it").wait_for()  # by itself, within seconds
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Go back to version 3").click()
    page.get_by_text("Version 3 is published").wait_for()
    assert len(questions) == 1 and "with its examples and answers" in questions[0]
    assert page.complaints == []
