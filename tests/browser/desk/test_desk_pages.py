"""The desk's own pages in a real browser: nothing that axe objects to, nothing that the policy blocks, keys, sizes."""

from __future__ import annotations

import time

import pytest
from accessibility import violations, violations_in_both

from desk.audit import record
from desk.database import groups, labels, sessions, turns
from desk.people import staff

PAGES = (
    *("/", "/review/1", "/decided", "/topics", "/topics/sinclair_method", "/watch"),
    *("/account", "/tour", "/people", "/audit", "/audit?who=Nobody", "/nothing"),
)
SMALL = """() => [...document.querySelectorAll('button, .button, select, textarea, summary, nav a, input:not([type=hidden])')]
  .filter(node => node.checkVisibility() && !node.classList.contains('hidden'))
  .map(node => node.matches('[type=radio], [type=checkbox]') ? node.closest('label, .choice') ?? node : node)
  .map(node => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 || box.width < 44)
  .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)"""


def fill(engine):
    """Some people, entries and messages, so that the pages have something to show."""
    said = {"text": "is grapefruit ok", "tier": "out_of_scope", "topic": "out_of_scope", "group_id": 1, "thumb": "down"}
    said |= {"ranking": [["side_effects", 0.3]], "reply": [{"text": "I can't answer that one."}], "at": time.time()}
    row = {"text": "is grapefruit ok", "size": 1, "reasons": {"out_of_scope": 1}, "weight": 1.5}
    label = {"decision": "danger", "topic": "escalate_liver", "texts": ["yellow eyes"], "by": "Eve", "at": 0.0}
    with engine.begin() as connection:
        connection.execute(turns.insert().values(message="m", conversation="c", **said))
        connection.execute(groups.insert().values(id=1, first_at=0, last_at=0, state="open", **row))
        for state in ("waiting", "ready"):
            connection.execute(labels.insert().values(group_id=9, state=state, **label))
        for name, role in (("Grace Hopper", "publisher"), ("Eve", "reviewer")):
            staff.add(connection, "Ada", name, role, "a good long password")
        staff.set_active(connection, "Ada", staff.person_named(connection, "Eve")["id"], False)
        record(connection, "Ada", "topic changed", "Side effects", diff="-old\n+new", why="clearer", figures={"x": 1})


def test_every_page_is_accessible(desk, open_as):
    page = open_as("admin", viewport={"width": 1280, "height": 800})
    fill(desk[0].state.desk.engine)
    for path in PAGES:
        page.goto(path)
        assert violations_in_both(page) == [], path
        assert page.evaluate(SMALL) == [], path
    assert all("404" in complaint for complaint in page.complaints), page.complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_logging_in_is_accessible(open_as, scheme):
    page = open_as(None, color_scheme=scheme)
    page.goto("/people")
    assert violations(page) == []
    page.get_by_label("Name").fill("Nobody")
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("do not fit together").wait_for()
    assert violations(page) == []
    assert page.evaluate(SMALL) == []


def test_a_tablet_shows_everything_without_scrolling_sideways(desk, open_as):
    page = open_as("admin", viewport={"width": 768, "height": 1024}, has_touch=True)
    fill(desk[0].state.desk.engine)
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_from_logging_in_through_the_tour_to_logging_out(desk, open_as):
    app, _ = desk
    with app.state.desk.engine.begin() as connection:
        staff.add(connection, "test", "Ada Byron", "admin", "a good long password")
    page = open_as(None)
    page.goto("/people")
    page.get_by_label("Name").fill("Ada Byron")
    page.get_by_label("Password").fill("a good long password")
    page.get_by_label("Password").press("Enter")
    page.get_by_role("heading", name="What is this?").wait_for()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("link", name="People").click()
    page.get_by_label("Name, as").fill("Grace Hopper")
    page.get_by_label("Publisher").check()
    page.get_by_role("button", name="Add, and make a password").click()
    page.get_by_role("heading", name="Grace Hopper was added").wait_for()
    page.get_by_role("link", name="I have written it down").click()
    questions = []
    page.on("dialog", lambda dialog: (questions.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="Switch off Grace Hopper").click()
    page.get_by_text("can no longer log in").wait_for()
    assert questions == ["Switch Grace Hopper off? They are logged out at once."]
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("heading", name="Log in").wait_for()
    assert page.complaints == []


def test_the_first_tab_stop_skips_to_the_page(open_as):
    page = open_as()
    page.goto("/account")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "old"


def idle(desk, page, seconds, minutes):
    """Nobody has touched the page for so long: `seconds` by the desk's clock, `minutes` by the browser's."""
    page.clock.install()
    page.goto("/account")
    with desk[0].state.desk.engine.begin() as connection:
        connection.execute(sessions.update().values(seen_at=time.time() - seconds))
    page.clock.run_for(minutes * 60 * 1000)


def test_somebody_who_idles_is_warned_and_can_stay(desk, open_as):
    page = open_as()
    idle(desk, page, 800, 13.5)
    page.get_by_role("button", name="Stay logged in").click()
    page.get_by_text("will be logged out").wait_for(state="detached")
    with desk[0].state.desk.engine.connect() as connection:
        assert connection.execute(sessions.select()).mappings().one()["seen_at"] > time.time() - 60


def test_somebody_who_is_gone_sees_the_log_in_page(desk, open_as):
    page = open_as()
    idle(desk, page, 1000, 16)
    page.get_by_role("heading", name="Log in").wait_for()
