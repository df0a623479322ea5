"""Labels become examples once, with a line in the record."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desk.database import audit, connect, groups
from desk.review.labelling import Decision, decide, in_state
from desk.topics.example_edits import change_examples
from desk.topics.examples import Edit
from desk.topics.take_over import take_over
from evaluation.content import read_examples

NEW = "is it alright if i have dragonfruit smoothies with it"


@pytest.fixture
def engine(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'desk.db'}")
    with engine.begin() as connection:
        connection.execute(groups.insert().values(text="x", size=1, weight=1, first_at=0, last_at=0, state="open"))
    decide(engine, "ann", 1, Decision("out_of_scope", "out_of_scope", [NEW]))
    return engine


def test_a_file_that_cannot_be_written_changes_nothing(engine, project, monkeypatch):
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
    with pytest.raises(OSError, match="full"):
        take_over(engine, project, "ben")
    assert len(in_state(engine, "ready")) == 1 and list((project / "data").glob(".*")) == []
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(audit)).scalar() == 1  # the label itself


def test_ready_labels_become_examples_once(engine, project):
    assert take_over(engine, project, "ben") == (1, [])
    assert take_over(engine, project, "ben") == (0, [])
    assert NEW in {example.text for example in read_examples(project / "data" / "nlu.yml")}
    assert in_state(engine, "written")[0]["texts"] == [NEW]
    with engine.connect() as connection:
        last = connection.execute(sa.select(audit).order_by(audit.c.id.desc())).mappings().first()
    assert (last["who"], last["what"], last["diff"]) == ("ben", "examples added", f"+ {NEW}")


def test_an_example_taken_out_by_hand_takes_its_label_along_and_brings_it_back(engine, project):
    take_over(engine, project, "ben")
    out = Edit("out_of_scope", old=NEW)
    assert change_examples(engine, project, "ben", [out]) == ([out], [])
    assert [label["texts"] for label in in_state(engine, "left")] == [[NEW]]
    assert take_over(engine, project, "ben") == (0, [])  # a training does not add it again
    change_examples(engine, project, "ben", [out.back])
    assert len(in_state(engine, "written")) == 1 and in_state(engine, "left") == []


def test_an_example_put_in_other_words_takes_its_label_along(engine, project):
    take_over(engine, project, "ben")
    reworded = f"{NEW} at night"
    change = Edit("out_of_scope", old=NEW, new=reworded)
    change_examples(engine, project, "ben", [change])
    assert [label["texts"] for label in in_state(engine, "written")] == [[reworded]]
    change_examples(engine, project, "ben", [Edit("out_of_scope", old=reworded)])
    assert [label["texts"] for label in in_state(engine, "left")] == [[reworded]]


def test_a_database_that_fails_at_the_very_end_changes_nothing(engine, project):
    before = (project / "data" / "nlu.yml").read_bytes()

    @sa.event.listens_for(engine, "commit")
    def fail(_):
        raise sa.exc.OperationalError("commit", {}, OSError("gone"))

    with pytest.raises(sa.exc.OperationalError):
        take_over(engine, project, "ben")
    sa.event.remove(engine, "commit", fail)
    assert (project / "data" / "nlu.yml").read_bytes() == before and list((project / "data").glob(".*")) == []
    assert len(in_state(engine, "ready")) == 1
