"""The watch page with nothing, and with something to show."""

from __future__ import annotations

import time

from desk.database import turns


def test_nobody_has_written(sign_in):
    assert "Nobody has written yet" in sign_in().get("/watch").text


def test_charts_and_topics_that_nobody_asked(desk_app, sign_in):
    with desk_app.state.desk.engine.begin() as connection:
        row = {"message": "m", "conversation": "c", "at": time.time(), "text": "x", "tier": "answer", "topic": "cost"}
        connection.execute(turns.insert().values(**row))
    page = sign_in().get("/watch")
    assert page.status_code == 200 and "<svg" in page.text and "100.0 %" in page.text
