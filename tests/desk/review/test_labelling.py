"""Decisions, the second person for danger, and undo."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desk.database import audit, connect, groups
from desk.review.labelling import Decision, NotAllowed, confirm, decide, in_state, undo
from desk.review.queue import counts


@pytest.fixture
def engine(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'desk.db'}")
    with engine.begin() as connection:
        for id in (1, 2):
            connection.execute(
                groups.insert().values(id=id, text="x", size=1, weight=1, first_at=0, last_at=0, state="open")
            )
    return engine


def test_a_topic_is_ready_at_once_and_leaves_the_queue(engine):
    decide(engine, "ann", 1, Decision("topic", "side_effects", ["makes me dizzy"]))
    (label,) = in_state(engine, "ready")
    assert label["texts"] == ["makes me dizzy"] and counts(engine) == {"open": 1, "waiting": 0, "done": 1}


def test_danger_waits_for_a_second_person(engine):
    label = decide(engine, "ann", 1, Decision("danger", "escalate_liver", ["eyes are yellow"]))
    assert counts(engine)["waiting"] == 1 and in_state(engine, "ready") == []
    with pytest.raises(NotAllowed, match="second person"):
        confirm(engine, "ann", label)
    confirm(engine, "ben", label)
    assert in_state(engine, "ready")[0]["confirmed_by"] == "ben" and counts(engine)["done"] == 1


def test_two_people_decide_about_the_same_messages(engine):
    decide(engine, "ann", 1, Decision("not_usable", None, []))
    with pytest.raises(NotAllowed, match="Somebody else"):
        decide(engine, "ben", 1, Decision("out_of_scope", None, ["x"]))


def test_undo_brings_the_row_back(engine):
    label = decide(engine, "ann", 1, Decision("out_of_scope", None, ["x"]))
    undo(engine, "ann", label)
    assert counts(engine)["open"] == 2 and in_state(engine, "ready") == []
    with pytest.raises(NotAllowed):
        undo(engine, "ann", label)


@pytest.mark.parametrize(
    ("decision", "topic", "texts"),
    [
        ("publish", None, ["x"]),
        ("topic", None, ["x"]),
        ("topic", "escalate_liver", ["x"]),
        ("danger", "side_effects", ["x"]),
        ("topic", "side_effects", []),
    ],
)
def test_what_makes_no_sense_is_refused(engine, decision, topic, texts):
    with pytest.raises(NotAllowed):
        decide(engine, "ann", 1, Decision(decision, topic, texts))


def test_every_decision_is_in_the_audit(engine):
    undo(engine, "ann", decide(engine, "ann", 1, Decision("topic", "side_effects", ["makes me dizzy"])))
    with engine.connect() as connection:
        assert connection.execute(sa.select(audit.c.what).order_by(audit.c.id)).scalars().all() == [
            "label",
            "undo label",
        ]
