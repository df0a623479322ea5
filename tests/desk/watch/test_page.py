"""The watch page with nothing, and with something to show before and since a publication."""

from __future__ import annotations

import re
import time

import pytest

from desk.capture.retention import delete_old
from desk.database import groups, models, turns
from desk.watch.figures import DAY

SAID = (  # days ago, tier, topic, thumb, group
    (20, "answer", "cost", "up", 0),
    (19, "answer", "cost", "up", 0),
    (18, "out_of_scope", "out_of_scope", None, 1),
    (2, "out_of_scope", "out_of_scope", None, 1),
    (2, "out_of_scope", "out_of_scope", None, 1),
    (1, "answer", "side_effects", "down", 0),
)


def test_nobody_has_written(sign_in):
    assert "Nobody has written yet" in sign_in().get("/watch").text


@pytest.fixture
def page(desk_app, sign_in):
    """The page ten days after the last publication, without its markup."""
    now = time.time()
    with desk_app.state.desk.engine.begin() as connection:
        for number, (ago, tier, topic, thumb, group) in enumerate(SAID):
            row = {"message": str(number), "conversation": "c", "at": now - ago * DAY, "text": "may i juggle"}
            connection.execute(turns.insert().values(**row, tier=tier, topic=topic, thumb=thumb, group_id=group))
        row = {"id": 1, "text": "may i juggle", "reasons": {"out_of_scope": 3}, "first_at": 0, "last_at": now}
        connection.execute(groups.insert().values(**row))
        version = {"state": "published", "by": "Ada", "started_at": now, "published_at": now - 10 * DAY}
        connection.execute(models.insert().values(**version))
    return sign_in().get("/watch")


def cells(page, head):
    """The two cells of a row of a table."""
    row = re.search(rf"<tr><th scope=\"row\">{head}.*?</tr>", page.text, re.DOTALL)
    assert row, head
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row[0], re.DOTALL)]


def test_every_chart_has_the_line_of_the_last_publication(page):
    assert page.status_code == 200
    assert page.text.count("<svg") == 3 and page.text.count('class="published"') == 3
    for words in ("by what the bot did", "had no answer to", "Thumbs a day"):
        assert words in page.text


def test_figures_before_and_since(page):
    assert cells(page, "messages<") == ["3", "3"] and cells(page, "messages a day") == ["0.2", "0.3"]
    assert cells(page, "answered") == ["66.7 %", "33.3 %"] and cells(page, "no answer") == ["33.3 %", "66.7 %"]
    assert cells(page, "thumbs up") == ["100 % of 2", "0 % of 1"]
    before, since = map(int, cells(page, "topics that nobody asked about"))
    assert before == since > 20


def test_what_moved_and_what_has_no_answer(page):
    assert cells(page, "Not something we answer") == ["33.3 %", "66.7 %"]
    assert cells(page, '<a href="/review/1">“may i juggle”') == ["1", "2"]
    assert "has moved by 0." in page.text


def test_the_retention_job_is_shown(desk_app, sign_in, page):
    assert "has not run yet" in page.text
    delete_old(desk_app.state.desk.engine, time.time(), 15)
    shown = sign_in(name="Eve").get("/watch").text
    assert "deleted after 15 days" in shown and "and deleted 3." in shown
