"""What staff decided becomes training examples, with a line in the record for each topic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desk.audit import record
from desk.database import labels
from desk.review.labelling import in_state
from desk.topics.examples import Refusal, add_examples


def take_over(engine: Any, project: Path, who: str) -> tuple[int, list[Refusal]]:
    """Writes all `ready` labels into the examples; how many messages, and what was refused.

    Raises BrokenFile or OSError; then nothing has changed.
    """
    ready = [label for label in in_state(engine, "ready") if label["topic"]]
    wanted: dict[str, list[str]] = {}
    for label in reversed(ready):
        wanted.setdefault(label["topic"], []).extend(label["texts"])
    added, refused = add_examples(project, wanted)
    with engine.begin() as connection:
        connection.execute(
            labels.update().where(labels.c.id.in_([label["id"] for label in ready])).values(state="written")
        )
        for topic, texts in added.items():
            record(connection, who, "examples added", topic, diff="\n".join(f"+ {text}" for text in texts))
    return sum(map(len, added.values())), refused
