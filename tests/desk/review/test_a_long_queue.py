"""The first page stays quick with a hundred thousand turns."""

from __future__ import annotations

import random
import statistics
import time

import numpy as np
import pytest

from components.encoder import shared_encoder
from desk.database import groups, turns
from desk.review.grouping import group_new_turns
from desk.review.reasons import WEIGHTS, weight_of

TURNS, GROUPS, LIMIT = 100_000, 8_000, 0.2  # and seconds


@pytest.fixture
def engine(desk_app):
    """Turns of thirty days; every fifth is worth a look, in groups of some two or three."""
    engine, draw, now = desk_app.state.desk.engine, random.Random(1), time.time()
    vectors = np.random.default_rng(1).normal(size=(GROUPS, shared_encoder().encode(["x"]).shape[1]))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)
    said = {"tier": "answer", "topic": "cost", "ranking": [["cost", 0.4], ["side_effects", 0.2]] * 5, "model": "m" * 64}
    said |= {"reply": [{"text": "An answer of some length. " * 12}], "reasons": ["clarify"], "sources": [1, 2]}
    rows = [
        {
            **said,
            "message": f"m{number}",
            "conversation": f"c{number // 4}",
            "at": now - draw.random() * 30 * 86400,
            "text": f"a question of some words, number {number}",
            "group_id": draw.randrange(1, GROUPS + 1) if number % 5 == 0 else 0,
        }
        for number in range(TURNS)
    ]
    counts = [{draw.choice(list(WEIGHTS)): draw.randrange(1, 9)} for _ in range(GROUPS)]
    found = [
        {
            "id": number,
            "text": f"group {number}",
            "vector": vectors[number - 1].tobytes(),
            "reasons": why,
            "weight": weight_of(why),
            "size": sum(why.values()),
            "first_at": now,
            "last_at": now,
            "state": "open" if number % 2 else "done",
        }
        for number, why in enumerate(counts, 1)
    ]
    with engine.begin() as connection:
        for start in range(0, TURNS, 5000):
            connection.execute(turns.insert(), rows[start : start + 5000])
        connection.execute(groups.insert(), found)
    return engine


def test_the_pages_of_the_queue_are_quick(engine, sign_in, capsys):
    staff, told = sign_in(), []
    for page in ("/", "/?reason=thumbs_down", "/review/1", "/decided"):
        seconds = []
        for _ in range(7):
            began = time.perf_counter()
            assert staff.get(page).status_code == 200
            seconds.append(time.perf_counter() - began)
        told.append(f"{page} {1000 * statistics.median(seconds):.0f} ms")
        assert statistics.median(seconds) < LIMIT, page
    with capsys.disabled():
        print(f"\n  {TURNS} turns: {', '.join(told)}")


def test_new_messages_still_join_the_list(engine):
    with engine.begin() as connection:
        for number in range(20):
            row = {"message": f"new {number}", "conversation": f"n{number}", "at": time.time() - 300}
            connection.execute(turns.insert().values(**row, text=f"do you sell {number} boats", tier="out_of_scope"))
    began = time.monotonic()
    assert group_new_turns(engine, shared_encoder().encode, time.time()) == 20
    assert time.monotonic() - began < 5
