"""No page is forgotten: every address of the desk that can be opened is looked at by axe, in light and in dark."""

from __future__ import annotations

import re
import time

from accessibility import violations_in_both

from desk.app import PARTS
from desk.database import groups, models, turns
from desk.review.labelling import Decision, decide
from tests.browser.desk.test_desk_pages import fill
from tests.desk.training.made import outcome_of, records

# What stands for the variable parts of an address: one address or more for each route.
PAGES = {
    "/review/{id:int}": ("/review/1", "/review/99"),
    "/topics/{name}": ("/topics/cost", "/topics/escalate_liver", "/topics/out_of_scope", "/topics/nothing"),
    "/topics/new": ("/topics/new", "/topics/new?group=1"),
    "/training/{id:int}": ("/training/1", "/training/2", "/training/3", "/training/99"),
    "/versions/{number:int}/{step}": ("/versions/2/publish", "/versions/1/back"),
}
# Parts of pages that htmx asks for (seen on their pages), files, and what programs ask for.
NO_PAGES = {
    "/check/progress",
    "/training/{id:int}/progress",
    "/training/{id:int}/log",
    "/versions/live",
    "/preview/{ticket}/history",
    "/static/widget/{name}.js",
    "/audit/record.csv",
    "/export",
    "/alive",
    "/models/current",
}


def fill_all(desk):
    """Messages, people and a record; version 1 is published, 2 is ready, 3 was refused."""
    engine, folder = desk[0].state.desk.engine, desk[0].state.desk.settings.folder / "versions" / "1"
    folder.mkdir(parents=True)
    (folder / "model.tar.gz").write_bytes(b"")
    fill(engine)
    before = records(19, "clarify")
    rows = (
        {"state": "published", "published_at": time.time(), "published_by": "Grace", **outcome_of(None, before)},
        {"state": "ready", **outcome_of(before, records(23, "offered", "answer"))},
        {"state": "refused", **outcome_of(before, records(11, "wrong"))},
    )
    with engine.begin() as connection:
        connection.execute(models.delete())
        for number, row in enumerate(rows, 1):
            values = {"id": number, "by": "Ada", "why": "more wordings", "started_at": time.time() - 60}
            connection.execute(models.insert().values(**values, folder=str(folder), **row))


def addresses() -> list[str]:
    """One or more for each route that can be opened. A new route with a variable part has to be added above."""
    paths = [route.path for route in PARTS if "GET" in route.methods and route.path not in NO_PAGES]
    return [address for path in paths for address in PAGES.get(path, (path,))]


# What staff never read; what visitors and the bot said, and figures of the record, are left out of the look.
FOREIGN = re.compile(
    r"(?i)\b(intents?|nlu|yaml|json|sql\w*|slots?|responses?|pipeline|entit(?:y|ies)|tracker|rasa|utter\w*|[a-z]+(?:_[a-z]+)+)\b"
)
WORDS = """() => { const copy = document.body.cloneNode(true);
  copy.querySelectorAll('q, .said, .reply, pre, script, svg title, textarea, input').forEach(node => node.remove());
  return copy.textContent; }"""


def test_no_page_speaks_the_language_of_developers(desk, open_as):
    page = open_as("admin", name="Barbara")
    fill_all(desk)
    engine, found = desk[0].state.desk.engine, {"found": ["escalate_liver:rule:yellow_skin", "escalate_liver:detector"]}
    blocks = [
        {"bound": "No danger has lost its examples", "passed": False, "sentences": ["escalate_liver: 9 are gone"]}
    ]
    with engine.begin() as connection:
        connection.execute(turns.update().values(safety=found))
        connection.execute(models.update().where(models.c.id == 3).values(gate=blocks))
    decide(engine, "Ada", 1, Decision("danger", "escalate_liver", ["is grapefruit ok"]))
    with engine.begin() as connection:
        connection.execute(groups.update().values(state="open"))
    for path in addresses():
        page.goto(path)
        words = page.evaluate(WORDS)
        assert FOREIGN.findall(words) == [], (path, FOREIGN.search(words), words)
    page.goto("/review/1")
    assert "sent to the provider: liver, by the phrase “yellow skin”" in page.content()


def test_axe_objects_to_nothing_on_any_page(desk, open_as):
    found = addresses()
    assert not [path for path in found if "{" in path] and len(found) > 18
    page = open_as("admin", name="Barbara", viewport={"width": 1280, "height": 800})
    fill_all(desk)
    for path in found:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        assert violations_in_both(page) == [], path
    assert all("404" in complaint for complaint in page.complaints), page.complaints
