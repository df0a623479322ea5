"""Labels become examples once, with a line in the record."""

from __future__ import annotations

import shutil

import pytest
import sqlalchemy as sa

from desk.database import audit, connect, groups
from desk.review.labelling import decide, in_state
from desk.topics.take_over import take_over
from evaluation.content import ROOT, read_examples

NEW = "is it alright if i have dragonfruit smoothies with it"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data" / "nlu.yml", tmp_path / "data" / "nlu.yml")
    shutil.copytree(ROOT / "evaluation" / "cases", tmp_path / "evaluation" / "cases")
    return tmp_path


def test_ready_labels_become_examples_once(tmp_path, project):
    engine = connect(f"sqlite:///{tmp_path / 'desk.db'}")
    with engine.begin() as connection:
        connection.execute(groups.insert().values(text="x", size=1, weight=1, first_at=0, last_at=0, state="open"))
    decide(engine, "ann", 1, "out_of_scope", "out_of_scope", [NEW])
    assert take_over(engine, project, "ben") == (1, [])
    assert take_over(engine, project, "ben") == (0, [])
    assert NEW in {example.text for example in read_examples(project / "data" / "nlu.yml")}
    assert in_state(engine, "written")[0]["texts"] == [NEW]
    with engine.connect() as connection:
        last = connection.execute(sa.select(audit).order_by(audit.c.id.desc())).mappings().first()
    assert (last["who"], last["what"], last["diff"]) == ("ben", "examples added", f"+ {NEW}")
