"""The record: whole, or broken and noticed; filtered; and a CSV that no spreadsheet computes."""

from __future__ import annotations

import csv
import io
import threading

import pytest
import sqlalchemy as sa

from desk.audit import protect, record, verify
from desk.audit_pages import safe_cell
from desk.database import audit, connect


@pytest.fixture
def engine(tmp_path):
    """A database with five entries."""
    engine = connect(f"sqlite:///{tmp_path / 'record.db'}")
    with engine.begin() as connection:
        for number in range(5):
            record(
                connection, "Ada", "topic changed", f"topic {number}", diff="-a\n+b", figures={number: 0.1, "x": (1, 2)}
            )
    return engine


def broken(engine):
    """What verify says."""
    with engine.connect() as connection:
        return verify(connection)


def test_the_chain_is_whole(engine):
    assert broken(engine) is None


def test_an_empty_record_is_whole(tmp_path):
    assert broken(connect(f"sqlite:///{tmp_path / 'empty.db'}")) is None


@pytest.mark.parametrize("column", ["who", "what", "subject", "diff", "why", "previous", "hash"])
def test_a_changed_row_is_noticed(engine, column):
    with engine.begin() as connection:
        connection.execute(audit.update().where(audit.c.id == 3).values({column: "x"}))
    assert broken(engine) == 3


def test_a_changed_time_or_figure_is_noticed(engine):
    with engine.begin() as connection:
        connection.execute(audit.update().where(audit.c.id == 4).values(figures={"x": 1}))
    assert broken(engine) == 4
    with engine.begin() as connection:
        connection.execute(audit.update().where(audit.c.id == 2).values(at=audit.c.at + 1))
    assert broken(engine) == 2


def test_a_row_taken_out_is_noticed(engine):
    with engine.begin() as connection:
        connection.execute(audit.delete().where(audit.c.id == 2))
    assert broken(engine) == 3


def test_an_end_cut_off_is_noticed(engine):
    with engine.begin() as connection:
        connection.execute(audit.delete().where(audit.c.id > 3))
    assert broken(engine) == 0


@pytest.mark.parametrize("step", [audit.update().values(who="Nobody"), audit.delete()])
def test_the_database_refuses_to_change_the_record(engine, step):
    protect(engine)
    protect(engine)  # as at every start
    with pytest.raises(sa.exc.DatabaseError, match="only grows"), engine.begin() as connection:
        connection.execute(step)
    with engine.begin() as connection:
        record(connection, "Ada", "publish", "model 1")
    assert broken(engine) is None


def test_an_entry_falls_with_its_change(engine):
    with pytest.raises(RuntimeError), engine.begin() as connection:
        record(connection, "Ada", "publish", "model 1")
        raise RuntimeError
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(audit)).scalar() == 5
    assert broken(engine) is None


def test_two_people_at_once_make_one_chain(engine):
    def work(name):
        for number in range(10):
            with engine.begin() as connection:
                record(connection, name, "labelled", str(number))

    threads = [threading.Thread(target=work, args=(name,)) for name in ("Ada", "Eve")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(audit)).scalar() == 25
    assert broken(engine) is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_like_a_formula(start):
    assert safe_cell(f"{start}SUM(A1)") == f"'{start}SUM(A1)"


def fill(app, *entries):
    """Puts entries on the record of a desk."""
    with app.state.desk.engine.begin() as connection:
        for entry in entries:
            record(connection, *entry)


def test_the_csv_holds_what_the_filter_shows(desk_app, sign_in):
    fill(desk_app, ("=cmd()", "publish", "@model"), ("Eve", "publish", "100%"), ("Eve", "roll back", '"quoted", <b>'))
    answer = sign_in("publisher").get("/audit/record.csv?what=publish")
    assert (
        answer.headers["content-type"].startswith("text/csv") and "attachment" in answer.headers["content-disposition"]
    )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["who"], row["subject"]) for row in rows] == [("'=cmd()", "'@model"), ("Eve", "100%")]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row.values())


def test_the_page_filters(desk_app, sign_in):
    fill(
        desk_app, ("Eve", "publish", "model 1"), ("Grace", "publish", "100 % sure"), ("Grace", "publish", "100 x sure")
    )
    client = sign_in("publisher")
    assert "model 1" in client.get("/audit?who=Eve").text and "sure" not in client.get("/audit?who=Eve").text
    found = client.get("/audit", params={"text": "100 %"}).text
    assert "100 % sure" in found and "100 x sure" not in found, "a wildcard of the database is a plain sign here"
    assert "No entry fits" in client.get("/audit?until=2001-01-01").text
    assert "model 1" in client.get("/audit?since=2001-01-01&until=nonsense").text


def test_the_page_goes_on_to_older_entries(desk_app, sign_in):
    fill(desk_app, *(("Eve", "publish", f"model {number:03}.") for number in range(60)))
    client = sign_in("publisher")
    assert "model 059." in client.get("/audit").text and "model 009." not in client.get("/audit").text
    assert "model 009." in client.get("/audit?before=11").text


def test_the_page_says_whether_the_chain_is_whole(desk_app, sign_in):
    client = sign_in("publisher")
    assert "Nothing was done yet" in client.get("/audit").text
    fill(desk_app, ("Eve", "publish", "<script>x</script>"))
    page = client.get("/audit?check=1").text
    assert "the record is whole" in page and "<script>x" not in page
    with desk_app.state.desk.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER audit_no_update"))
        connection.execute(audit.update().values(who="Nobody"))
    assert "Entry 1 was changed" in client.get("/audit?check=1").text
