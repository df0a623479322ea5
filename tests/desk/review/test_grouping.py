"""Groups of like messages, with the real encoder and a real database."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from components.encoder import shared_encoder
from desk.database import connect, groups, turns
from desk.review.grouping import group_new_turns, weigh_again
from desk.review.queue import counts, front, group, suggestions

NOW = 10_000.0


@pytest.fixture
def engine(tmp_path):
    return connect(f"sqlite:///{tmp_path / 'desk.db'}")


def add(engine, *texts, tier="out_of_scope", at=0.0, **more):
    with engine.begin() as connection:
        start = connection.execute(sa.select(sa.func.count()).select_from(turns)).scalar()
        for number, text in enumerate(texts, start):
            row = {"message": f"m{number}", "conversation": f"c{number}", "at": at + number, "text": text, "tier": tier}
            connection.execute(turns.insert().values({**row, **more}))


def grouped(engine):
    return group_new_turns(engine, shared_encoder().encode, NOW)


def test_messages_that_ask_the_same_are_one_row_with_a_count(engine):
    add(
        engine,
        "can i eat grapefruit on naltrexone",
        "grapefruit and naltrexone ok?",
        "is grapefruit juice ok with naltrexone",
        "do you have parking",
    )
    assert grouped(engine) == 4
    rows = front(engine)
    assert [(row["size"], row["text"]) for row in rows] == [
        (3, "can i eat grapefruit on naltrexone"),
        (1, "do you have parking"),
    ]
    assert rows[0]["reasons"] == {"out_of_scope": 3}
    assert {message["text"] for message in group(engine, rows[0]["id"])["messages"]} >= {
        "grapefruit and naltrexone ok?"
    }


def test_later_messages_join_the_group(engine):
    add(engine, "can i eat grapefruit on naltrexone")
    grouped(engine)
    add(engine, "grapefruit and naltrexone ok?", thumb="down")
    grouped(engine)
    (row,) = front(engine)
    assert row["size"] == 2 and row["reasons"] == {"out_of_scope": 2, "thumbs_down": 1}


def test_a_message_is_looked_at_once_and_only_when_it_has_settled(engine):
    add(engine, "young one", at=NOW - 5)
    assert grouped(engine) == 0
    add(engine, "an older one", at=0.0)
    assert (grouped(engine), grouped(engine)) == (1, 0)


def test_what_is_not_worth_a_minute_is_in_no_group(engine):
    add(engine, "how long does it last", tier="answer", confidence=0.9, margin=0.5)
    grouped(engine)
    assert front(engine) == [] and counts(engine)["open"] == 0


def test_a_group_that_is_done_takes_no_more(engine):
    add(engine, "can i eat grapefruit on naltrexone")
    grouped(engine)
    with engine.begin() as connection:
        connection.execute(groups.update().values(state="done"))
    add(engine, "grapefruit and naltrexone ok?")
    grouped(engine)
    assert counts(engine) == {"open": 1, "waiting": 0, "done": 1}


def test_the_queue_can_be_narrowed_to_a_reason(engine):
    add(engine, "do you have parking")
    add(engine, "is it like a vaccine", tier="clarify")
    grouped(engine)
    assert [row["text"] for row in front(engine, reason="clarify")] == ["is it like a vaccine"]


AGREED = {"found": ["escalate_liver:detector", "escalate_liver:rule:yellow_skin"]}
DOUBTED = {"found": ["escalate_opioid_use:detector"]}


def test_certain_escalations_come_last_and_can_be_asked_for(engine):
    add(engine, *[f"my eyes are yellow {'!' * n}" for n in range(30)], tier="escalate", safety=AGREED)
    add(engine, "may i eat poppy seed bagels", tier="escalate", safety=DOUBTED)
    add(engine, "do you have parking", tier="answer", confidence=0.2, margin=0.5)
    add(engine, "what does the shot cost", tier="answer", confidence=0.9, margin=0.5, thumb="down")
    grouped(engine)
    leading = [max(row["reasons"]) for row in front(engine)]
    assert leading == ["thumbs_down", "disagree", "low_confidence", "escalated"]
    assert [row["size"] for row in front(engine, reason="escalated")] == [30]


def test_a_queue_of_an_earlier_desk_is_put_in_order(engine):
    add(engine, "my eyes are yellow", tier="escalate", safety=AGREED)
    add(engine, "do you have parking")
    grouped(engine)
    with engine.begin() as connection:
        connection.execute(groups.update().where(groups.c.text == "my eyes are yellow").values(weight=9.0))
    assert weigh_again(engine) == 1 and weigh_again(engine) == 0
    assert front(engine)[0]["text"] == "do you have parking"


def test_suggestions_are_the_bots_own_topics():
    messages = [{"ranking": [["a", 0.4], ["b", 0.2]]}, {"ranking": [["b", 0.4]]}, {"ranking": None}]
    assert [topic for topic, _ in suggestions(messages)] == ["b", "a"]
