"""The desk on PostgreSQL: the same pages, the same record, the same queue, and a database that is away for a while."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette

from components.encoder import shared_encoder
from desk.app import build_app
from desk.audit import verify
from desk.capture.retention import delete_old
from desk.database import audit, labels, metadata, turns
from desk.publishing import bots
from desk.review.grouping import group_new_turns
from desk.review.queue import front
from desk.settings import Settings
from desk.watch.figures import DAY
from tests.channels.postgres import DATABASES, PASSWORD, USER, Postgres, running
from tests.desk.people.conftest import PASSWORD as HERS
from tests.desk.people.conftest import add as add
from tests.desk.people.conftest import log_in

PAGES = (
    "/",
    "/review/1",
    "/decided",
    "/topics",
    "/check",
    "/training",
    "/versions",
    "/watch",
    "/audit?check",
    "/people",
)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    yield from running()


@pytest.fixture
def desk_app(postgres, tmp_path) -> Iterator[Starlette]:
    """As in the other tests, on the other database."""
    url = f"postgresql+psycopg2://{USER}:{PASSWORD}@127.0.0.1:{postgres.keys['port']}/{DATABASES}"
    app = build_app(Settings(database_url=url, folder=tmp_path / "desk"))
    yield app
    metadata.drop_all(app.state.desk.engine)
    app.state.desk.engine.dispose()


def say(engine, *texts, ago=300.0, **values):
    with engine.begin() as connection:
        for number, text in enumerate(texts):
            row = {"message": f"{ago} {number} {text}", "conversation": text, "at": time.time() - ago, "text": text}
            said = {"tier": "out_of_scope", "topic": "out_of_scope", "ranking": [["cost", 0.4]], "reply": [], **values}
            connection.execute(turns.insert().values(**row, **said))


def test_from_a_message_to_a_label_and_back(desk_app, sign_in):
    engine, staff = desk_app.state.desk.engine, sign_in("admin")
    say(engine, "may i juggle with knives on it", "can i juggle with knives on it", thumb="down")
    assert group_new_turns(engine, shared_encoder().encode, time.time()) == 2
    (row,) = front(engine, reason="thumbs_down")
    assert row["size"] == 2 and front(engine, reason="clarify") == []
    for page in PAGES:
        assert staff.get(page).status_code == 200, page
    form = {"decision": "topic", "topic": "cost", "text": "may i juggle with knives on it"}
    assert staff.post(f"/review/{row['id']}", data=form).status_code == 303
    with engine.connect() as connection:
        assert connection.execute(sa.select(labels.c.predicted)).scalar() == [[form["text"], "out_of_scope"]]
    assert group_new_turns(engine, shared_encoder().encode, time.time()) == 1, "what was left out"
    assert staff.post("/labels/1/undo").status_code == 303
    assert {one["text"] for one in front(engine)} == {
        "may i juggle with knives on it",
        "can i juggle with knives on it",
    }


def test_the_record_only_grows(desk_app, sign_in):
    engine = desk_app.state.desk.engine
    sign_in("admin").post("/people", data={"name": "Grace Hopper", "role": "publisher"})
    with engine.connect() as connection:
        assert verify(connection) is None and connection.execute(audit.select()).first()
    for change in (audit.update().values(who="nobody"), audit.delete()):
        with pytest.raises(sa.exc.DatabaseError, match="only grows"), engine.begin() as connection:
            connection.execute(change)


def test_logging_in_and_the_pause(stranger, add):
    add("Ada")
    assert [log_in(stranger, "Ada", "wrong wrong wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    add("Eve")
    assert log_in(stranger, "Eve", HERS).status_code == 303


def test_old_messages_go_and_bots_are_heard_of(desk_app):
    engine = desk_app.state.desk.engine
    say(engine, "an old one", ago=40 * DAY)
    say(engine, "a new one")
    assert delete_old(engine, time.time(), 30)["turns"] == 1
    bots.note(engine, "bot (1)", in_use="a" * 64)
    with engine.connect() as connection:
        assert [bot["state"] for bot in bots.everybody(connection, "a" * 64)] == ["has"]


def test_away_and_back(desk_app, sign_in, postgres):
    staff = sign_in("admin", raise_server_exceptions=False)
    postgres.stop()
    assert staff.get("/").status_code == 500
    postgres.start()
    assert staff.get("/").status_code == 200


def test_a_number_that_no_row_can_have(sign_in):
    assert sign_in().get(f"/review/{'9' * 12}").status_code == 404
