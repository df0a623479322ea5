"""The numbers behind the charts."""

from __future__ import annotations

from collections import Counter

import pytest

from desk.database import connect, groups, turns
from desk.watch.figures import DAY, Move, daily, daily_thumbs, drift, moved, never_asked, period, unanswered


@pytest.fixture
def connection(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'desk.db'}")
    rows = [
        (0.5, "answer", "side_effects", "up"),
        (0.9, "answer", "side_effects", "down"),
        (1.1, "out_of_scope", "out_of_scope", None),
        (3.0, "emergency", "emergency_overdose", None),
    ]
    with engine.begin() as connection:
        for number, (day, tier, topic, thumb) in enumerate(rows):
            connection.execute(
                turns.insert().values(
                    message=str(number), conversation="c", at=day * DAY, text="x", tier=tier, topic=topic, thumb=thumb
                )
            )
        yield connection


def test_each_day_has_its_counts_and_empty_days_are_there(connection):
    days = daily(connection, 0, 4 * DAY)
    assert [at / DAY for at, _ in days] == [0, 1, 2, 3]
    assert [sum(counts.values()) for _, counts in days] == [2, 1, 0, 1]
    assert days[1][1]["out_of_scope"] == 1


def test_a_period(connection):
    first, nothing = period(connection, 0, DAY), period(connection, 10 * DAY, 11 * DAY)
    assert (first.messages, first.tiers["answer"], first.thumbs) == (2, 1.0, 0.5)
    assert (nothing.messages, nothing.tiers, nothing.thumbs) == (0, {}, None)


def test_topics_that_nobody_asks():
    assert never_asked(["a", "b"], Counter({"a": 2})) == ["b"]


def test_drift():
    assert drift(Counter(a=5, b=5), Counter(a=50, b=50)) == 0
    assert drift(Counter(a=5), Counter(b=5)) == pytest.approx(1)
    assert drift(Counter(), Counter(b=5)) is None


def test_thumbs_of_each_day(connection):
    assert [counts for _, counts in daily_thumbs(connection, 0, 2 * DAY)] == [
        {"up": 1, "down": 1},
        {"up": 0, "down": 0},
    ]


def test_the_topics_that_moved_most():
    before, after = Counter(a=50, b=45, c=5), Counter(a=20, b=45, d=35)
    assert moved(before, after, most=2) == [Move("d", 0.0, 0.35), Move("a", 0.5, 0.2)]
    assert [move.topic for move in moved(before, after)] == ["d", "a", "c"] and moved(before, Counter()) == []


def test_questions_without_an_answer_before_and_since(connection):
    row = {"reasons": {"out_of_scope": 1}, "first_at": 0, "last_at": 0}
    for number, state in ((1, "open"), (2, "done")):
        connection.execute(groups.insert().values(id=number, text=f"group {number}", state=state, **row))
    for number, (day, group) in enumerate([(1, 1), (5, 1), (6, 1), (6, 2)]):
        said = {"message": f"q{number}", "conversation": "c", "at": day * DAY, "text": "x", "tier": "out_of_scope"}
        connection.execute(turns.insert().values(**said, group_id=group))
    (found,) = unanswered(connection, 4 * DAY)
    assert (found["id"], found["before"], found["since"]) == (1, 1, 2)
