"""What visitors and staff write is text on every page: nothing of it runs, is loaded, or leads anywhere."""

from __future__ import annotations

import csv
import io
import time

import pytest

from desk.audit import record
from desk.database import bots, danger_edits, groups, labels, models, turns
from tests.browser.desk.test_every_route import addresses, fill_all

HOSTILE = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "<svg/onload=window.hacked=1>",
    "</textarea></script><script>window.hacked = 1</script>",
    '" autofocus onfocus="window.hacked = 1" x="',
    "' onmouseover='window.hacked = 1",
    "<a href=javascript:window.hacked=1>x</a> [x](javascript:window.hacked=1)",
    "{{ 7 * 191 }} ${7 * 191} {% include 'base.html' %}",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<div hx-get=/logout hx-trigger=load>",
)
ALL = " ".join(HOSTILE)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


@pytest.fixture
def page(desk, open_as):
    """An admin's page; the same hostile words stand wherever visitors, bots and staff can write."""
    page = open_as("admin", name="Barbara")
    fill_all(desk)
    engine = desk[0].state.desk.engine
    with engine.begin() as connection:
        said = {"text": ALL, "thumb_reason": ALL, "reply": [{"text": ALL}], "safety": {"found": [f"{ALL}:rule:{ALL}"]}}
        connection.execute(turns.update().values(**said, ranking=[["cost", 0.3]]))
        connection.execute(groups.update().values(text=ALL))
        connection.execute(labels.update().values(texts=[ALL], by=ALL[:80], topic="cost"))
        values = {"topic": "escalate_liver", "edits": [["escalate_liver", "", ALL]], "by": "Eve", "at": 1.0}
        connection.execute(danger_edits.insert().values(**values, state="waiting"))
        connection.execute(models.update().values(why=ALL))
        blocks = [{"bound": ALL, "passed": False, "sentences": [ALL]}]
        connection.execute(models.update().where(models.c.id == 3).values(gate=blocks))
        bot = {"name": ALL[:80], "seen_at": time.time() + 60, "in_use": "a" * 64, "reason": ALL}
        connection.execute(bots.insert().values(**bot))
        for words in (ALL, *FORMULAS):
            record(connection, words[:80], words[:40], words, diff=words, why=words, figures={"x": words})
    return page


def test_nothing_of_it_runs(page):
    dialogs, foreign = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda one: foreign.append(one.url) if "127.0.0.1" not in one.url else None)
    shown = 0
    for path in (*addresses(), "/audit?who=%3Cscript%3E", "/topics/cost?q=%3Cscript%3Ewindow.hacked=1%3C/script%3E"):
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        assert page.evaluate("window.hacked") is None, path
        assert page.locator("main script, main meta, main img, main [onerror], main [onfocus]").count() == 0, path
        assert page.locator("a[href^='javascript:']").count() == 0 and "1337" not in page.locator("main").inner_text()
        shown += HOSTILE[0] in page.locator("body").inner_text()
    assert shown >= 6, "it is shown as it was written"
    assert dialogs == [] and foreign == [] and page.url.startswith("http://127.0.0.1")
    assert all("404" in complaint for complaint in page.complaints), page.complaints


def test_the_files_to_download_hold_no_formula(page):
    text = page.request.get("/audit/record.csv").text()
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert sum(ALL in cell for cell in cells) >= 3
