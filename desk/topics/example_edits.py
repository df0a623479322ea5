"""Who changes examples, and how it is recorded. Examples of danger wait for a second person."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Optional, Sequence

import sqlalchemy as sa

from desk.audit import record
from desk.database import audit, danger_edits
from desk.review.going_back import follow_by_hand, follow_rewording
from desk.review.labelling import NotAllowed
from desk.topics.catalogue import read_catalogue
from desk.topics.changes import content_change
from desk.topics.examples import Edit, Plan, Refusal, listed, plan_edits
from desk.topics.files import changing

CHANGED = "examples changed"


def change_examples(engine: Any, project: Path, who: str, edits: Sequence[Edit]) -> tuple[list[Edit], list[Refusal]]:
    """Makes the edits that can be made; those, and what was refused. All edits are of one topic.

    Edits of danger are not made but wait for a second person. Raises BrokenFile, OSError.
    """
    catalogue = read_catalogue(project)
    if any(catalogue.is_danger(edit.topic) for edit in edits):
        return _propose(engine, project, who, edits)
    with content_change(engine, project) as connection:
        return _write(connection, project, who, plan_edits(project, edits))


def confirm(engine: Any, project: Path, who: str, id: int) -> list[Refusal]:
    """The second person agrees, and the examples change; what cannot be changed any more.

    Raises NotAllowed for the person who asked for it, BrokenFile, OSError.
    """
    with content_change(engine, project) as connection:
        row = connection.execute(sa.select(danger_edits).where(danger_edits.c.id == id)).mappings().first()
        if row and row["by"] == who:
            raise NotAllowed("A second person has to confirm this; you asked for it yourself.")
        plan = plan_edits(project, [Edit(*edit) for edit in row["edits"]] if row else [])
        row = _decided(connection, id, who, "written")
        return _write(connection, project, who, plan, f"asked for by {row['by']}")[1]


def withdraw(engine: Any, who: str, id: int) -> None:
    """Takes a waiting change back. Raises NotAllowed if it does not wait any more."""
    with engine.begin() as connection:
        row = _decided(connection, id, who, "withdrawn")
        record(connection, who, "examples withdrawn", row["topic"], diff=diff_of([Edit(*e) for e in row["edits"]]))


def waiting(engine: Any, topic: str = "") -> list[dict[str, Any]]:
    """The changes that wait for a second person, of one topic or of all; `diff` is what would change."""
    query = sa.select(danger_edits).where(danger_edits.c.state == "waiting").order_by(danger_edits.c.id)
    if topic:
        query = query.where(danger_edits.c.topic == topic)
    with engine.connect() as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [{**row, "diff": diff_of([Edit(*edit) for edit in row["edits"]])} for row in rows]


def latest(engine: Any, topic: str, most: int = 5) -> list[dict[str, Any]]:
    """The newest changes of a topic's examples, as entries of the record that can be taken back."""
    query = sa.select(audit).where(audit.c.subject == topic, audit.c.what == CHANGED)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query.order_by(audit.c.id.desc()).limit(most)).mappings()]


def edits_of(engine: Any, entry: int) -> Optional[list[Edit]]:
    """The edits behind an entry of the record; None if it is something else."""
    with engine.connect() as connection:
        row = connection.execute(sa.select(audit).where(audit.c.id == entry)).mappings().first()
    if row is None or row["what"] != CHANGED:
        return None
    return [Edit(*edit) for edit in row["figures"]["edits"]]


def diff_of(edits: Sequence[Edit]) -> str:
    """The edits as lines that begin with - and +."""
    return "\n".join(f"{sign} {text}" for edit in edits for sign, text in (("-", edit.old), ("+", edit.new)) if text)


def _propose(engine: Any, project: Path, who: str, edits: Sequence[Edit]) -> tuple[list[Edit], list[Refusal]]:
    with changing(project):
        plan = plan_edits(project, edits)
    if plan.edits:
        topic, plain = plan.edits[0].topic, _plain(plan.edits)
        values = {"topic": topic, "edits": plain, "by": who, "at": time.time(), "state": "waiting"}
        with engine.begin() as connection:
            connection.execute(danger_edits.insert().values(**values))
            record(connection, who, "examples asked for", topic, diff=diff_of(plan.edits))
    return plan.edits, plan.refused


def _write(
    connection: Any, project: Path, who: str, plan: Plan, why: Optional[str] = None
) -> tuple[list[Edit], list[Refusal]]:
    if plan.edits:
        diff, figures = diff_of(plan.edits), {"edits": _plain(plan.edits)}
        record(connection, who, CHANGED, plan.edits[0].topic, diff=diff, why=why, figures=figures)
        _labels_follow(connection, plan)
        plan.carry_out(project)
    return plan.edits, plan.refused


def _labels_follow(connection: Any, plan: Plan) -> None:
    gone = [(edit.topic, edit.old) for edit in plan.edits if not edit.new]
    came = [(edit.topic, edit.new) for edit in plan.edits if not edit.old]
    follow_by_hand(connection, gone, came, listed(plan.text, plan.path) if gone else [])
    for edit in plan.edits:
        if edit.old and edit.new:
            follow_rewording(connection, edit.topic, edit.old, edit.new)


def _plain(edits: Sequence[Edit]) -> list[list[str]]:
    return [[edit.topic, edit.old, edit.new] for edit in edits]


def _decided(connection: Any, id: int, who: str, state: str) -> dict[str, Any]:
    """The row of a change that was waiting until now."""
    mine = sa.and_(danger_edits.c.id == id, danger_edits.c.state == "waiting")
    if not connection.execute(danger_edits.update().where(mine).values(state=state, decided_by=who)).rowcount:
        raise NotAllowed("This is not waiting for anybody.")
    return dict(connection.execute(sa.select(danger_edits).where(danger_edits.c.id == id)).mappings().one())
