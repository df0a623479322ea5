"""The desk's own rounds: what visitors wrote comes into the queue, and what is too old goes."""

from __future__ import annotations

import time

import sqlalchemy as sa
from starlette.testclient import TestClient

from desk.database import turns
from desk.review.queue import front


def test_new_messages_come_into_the_queue_and_old_ones_go(desk_app):
    engine, now = desk_app.state.desk.engine, time.time()
    with engine.begin() as connection:
        for message, at in (("new", now - 3600), ("old", now - 400 * 86400)):
            row = {"message": message, "conversation": message, "at": at, "text": "is parking free", "tier": "clarify"}
            connection.execute(turns.insert().values(**row))
    with TestClient(desk_app):  # starts and ends the desk
        deadline = time.monotonic() + 30
        while not front(engine) and time.monotonic() < deadline:
            time.sleep(0.1)
    with engine.connect() as connection:
        assert connection.execute(sa.select(turns.c.message)).scalars().all() == ["new"]
    assert front(engine)[0]["size"] == 1
