"""After going back nobody is told that a message is an example which is none any more."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from desk.database import audit, groups, labels
from desk.publishing import content, publish
from desk.review.labelling import Decision, in_state, settle
from desk.topics.answers import Answer
from desk.topics.files import changing, write_together
from desk.topics.new_topic import plan_topic
from desk.topics.take_over import take_over

SAID = "does the tablet go well with a quokka biscuit"
ASKED = [f"{how} quokka biscuits at the reception" for how in ("where are", "do you sell", "may my aunt have")]


@pytest.fixture
def done(desk, add_version):
    """Version 1, then a message that became an example and a topic made of a group, then version 2."""
    number = add_version("published")
    with desk.engine.begin() as connection:
        for id in (1, 2):
            row = {"text": "x", "size": 1, "weight": 1, "first_at": 0, "last_at": 0, "state": "open"}
            connection.execute(groups.insert().values(id=id, **row))
        settle(connection, "Ada", 1, Decision("topic", "cost", [SAID]))
    assert take_over(desk.engine, desk.project, "Ada") == (1, [])
    with changing(desk.project), desk.engine.begin() as connection:
        settle(connection, "Ada", 2, Decision("topic", "quokkas", ASKED), state="written")
        write_together(
            desk.project, plan_topic(desk.project, "quokkas", Answer("We have none.", "Quokkas", (1,)), ASKED)
        )
    publish.publish(desk, "Ada", add_version(), "because", number)
    return number, number + 1


def states(desk):
    """The state of both labels, and of both groups."""
    with desk.engine.connect() as connection:
        return [
            list(connection.execute(sa.select(table.c.state).order_by(table.c.id)).scalars())
            for table in (labels, groups)
        ]


def test_going_back_and_bringing_back(desk, done, sign_in):
    first, second = done
    assert states(desk) == [["written", "written"], ["done", "done"]]
    publish.go_back(desk, "Ada", first, "", second)
    assert states(desk) == [["ready", "left"], ["done", "open"]]
    page = sign_in("publisher").get("/decided").text
    assert "No longer examples" in page and ASKED[0] in page and SAID in page
    with desk.engine.connect() as connection:
        figures = connection.execute(sa.select(audit.c.figures).order_by(audit.c.id.desc())).scalar()
    assert figures["messages"] == {"to be added again": 1, "to be decided again": 1}
    publish.bring_back(desk, "Ada", next(iter(content.kept_aside(desk.settings.folder))))
    assert states(desk) == [["written", "written"], ["done", "done"]]


def test_staff_can_do_it_again(desk, done):
    first, second = done
    publish.go_back(desk, "Ada", first, "", second)
    assert take_over(desk.engine, desk.project, "Ada") == (1, [])
    with desk.engine.begin() as connection:
        settle(connection, "Ada", 2, Decision("out_of_scope", "out_of_scope", ASKED))
    assert states(desk)[0] == ["written", "undone", "ready"] and in_state(desk.engine, "left") == []


def test_what_staff_took_out_themselves_stays_out(desk, done):
    first, second = done
    path = desk.project / "data" / "nlu.yml"
    path.write_text(path.read_text().replace(f"    - {SAID}\n", ""))
    publish.go_back(desk, "Ada", first, "", second)
    assert states(desk)[0] == ["written", "left"]


def test_a_broken_file_does_not_keep_anybody_from_going_back(desk, done):
    first, second = done
    path = desk.project / "data" / "nlu.yml"
    path.write_text("\t- oops\n" + path.read_text())
    publish.go_back(desk, "Ada", first, "", second)
    assert states(desk)[0] == ["ready", "left"]
