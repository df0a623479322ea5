"""What staff decided becomes training examples, with a line in the record for each topic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from desk.audit import record
from desk.database import labels
from desk.review.labelling import NotAllowed, in_state
from desk.topics.changes import content_change
from desk.topics.examples import Refusal, plan_examples


def take_over(engine: Any, project: Path, who: str) -> tuple[int, list[Refusal]]:
    """Writes all `ready` labels into the examples; how many messages, and what was refused.

    The file is written last, while the labels and the record can still be rolled back. Raises BrokenFile, OSError,
    or NotAllowed if somebody else is just doing the same; then nothing has changed.
    """
    with content_change(engine, project) as connection:
        ready = [label for label in in_state(engine, "ready") if label["topic"]]
        wanted: dict[str, list[str]] = {}
        for label in reversed(ready):
            wanted.setdefault(label["topic"], []).extend(label["texts"])
        plan = plan_examples(project, wanted)
        mine = sa.and_(labels.c.state == "ready", labels.c.id.in_([label["id"] for label in ready]))
        if connection.execute(labels.update().where(mine).values(state="written")).rowcount != len(ready):
            raise NotAllowed("Somebody else is just adding these to the examples.")
        for topic, texts in plan.added.items():
            record(connection, who, "examples added", topic, diff="\n".join(f"+ {text}" for text in texts))
        plan.carry_out(project)
    return sum(map(len, plan.added.values())), plan.refused
