"""While a file is broken by hand, no page of the desk fails without a word: it names the file, and the line."""

from __future__ import annotations

import time

import pytest

from desk.database import groups, turns

PAGES = ("/", "/review/1", "/decided", "/topics", "/topics/cost", "/topics/new", "/check", "/training", "/versions")
TAB, LATIN, QUOTE = b"\n\t- x: y\n", "\n# caf\u00e9\n".encode("latin-1"), b'\nz: "abc\n'


@pytest.fixture
def staff(desk_app, project, sign_in):
    """A publisher, and a message to look at."""
    with desk_app.state.desk.engine.begin() as connection:
        said = {"text": "is it dear", "at": 0.0, "group_id": 1, "tier": "clarify", "ranking": [["cost", 0.4]]}
        connection.execute(turns.insert().values(message="m", conversation="c", **said))
        row = {"text": "is it dear", "reasons": {"clarify": 1}, "first_at": 0, "last_at": 0}
        connection.execute(groups.insert().values(id=1, **row))
    return sign_in("publisher")


@pytest.mark.parametrize("name", ["data/nlu.yml", "domain.yml", "data/facts.yml"])
@pytest.mark.parametrize("what", [TAB, LATIN, QUOTE, b"", None], ids=["tab", "latin-1", "quote", "empty", "missing"])
def test_every_page_opens_or_names_the_file(project, staff, name, what):
    path = project / name
    whole = path.read_bytes()
    if what is None:
        path.unlink()
    else:
        path.write_bytes(whole + what if what else b"")
    answers = {page: staff.get(page) for page in PAGES}
    assert {answer.status_code for answer in answers.values()} <= {200, 409}
    named = [page for page, answer in answers.items() if name in answer.text]
    assert "/check" in named and {page for page, answer in answers.items() if answer.status_code == 409} <= set(named)
    if what in (TAB, LATIN, QUOTE):
        first = whole.count(b"\n") + 1  # the parser may see an open quote only at the end of the file
        assert any(f"{name}:{line}" in answers["/check"].text for line in range(first, first + 3))


@pytest.mark.parametrize("name", ["data/nlu.yml", "domain.yml", "data/facts.yml"])
def test_fifty_megabytes_keep_nobody_waiting(project, staff, name):
    (project / name).write_bytes(b"- x\n" * (50 * 2**18))
    for page in PAGES:
        began = time.monotonic()
        answer = staff.get(page)
        assert time.monotonic() - began < 2, page
        assert answer.status_code == 200 or f"{name}: it is larger than 20 MB" in answer.text, page


def test_nothing_is_written_beside_a_broken_file(project, staff):
    path = project / "data" / "nlu.yml"
    path.write_bytes(path.read_bytes() + TAB)
    before, domain = path.read_bytes(), (project / "domain.yml").read_bytes()
    for address, form in (
        ("/topics/cost/examples", {"lines": "what would a month of this set me back"}),
        ("/topics/new", {"title": "A name", "text": "An answer.", "examples": "one"}),
        ("/learn", {}),
    ):
        assert "data/nlu.yml:" in staff.post(address, data=form).text, address
    assert (path.read_bytes(), (project / "domain.yml").read_bytes()) == (before, domain)


@pytest.mark.parametrize("address", ["/review/{}", "/training/{}", "/versions/{}/publish", "/audit?before={}"])
def test_a_number_that_no_row_can_have(staff, address):
    assert staff.get(address.format("9" * 30)).status_code == 404
