"""What a person decided about a group, the second person for danger, and undo. Nothing is written to the content here:
labels that are `ready` become examples when the next training begins (desk/topics)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Optional, Sequence

import sqlalchemy as sa

from components.safety.tiers import danger_of
from desk.audit import record
from desk.database import groups, labels
from desk.review.left_out import put_back

DECISIONS = ("topic", "out_of_scope", "danger", "not_usable")


class NotAllowed(ValueError):
    """A decision that cannot be taken; the message says why, in words for staff."""


@dataclass(frozen=True)
class Decision:
    """What becomes of a group: `what` is one of DECISIONS, `texts` are the messages that become examples of `topic`.

    `predicted` is what the bot said to each of them: [[text, topic], ...].
    """

    what: str
    topic: Optional[str]
    texts: Sequence[str]
    predicted: Any = None

    def check(self) -> None:
        """Raises NotAllowed for a decision that makes no sense."""
        if self.what not in DECISIONS:
            raise NotAllowed("This is not one of the choices.")
        if self.what in ("topic", "danger") and not self.topic:
            raise NotAllowed("Please choose a topic.")
        if self.what == "danger" and not danger_of(self.topic):
            raise NotAllowed("Please choose the kind of danger.")
        if self.what == "topic" and danger_of(self.topic):
            raise NotAllowed("A danger is marked as danger, so that a second person reads it.")
        if self.what != "not_usable" and not self.texts:
            raise NotAllowed("Please choose at least one message.")


def decide(engine: Any, who: str, group: int, decision: Decision, left_out: Sequence[str] = ()) -> int:
    """Records a decision on a group and takes it from the queue; the label's id. Danger waits for a second person.

    The messages `left_out` come into the queue again on their own. Raises NotAllowed.
    """
    decision.check()
    with engine.begin() as connection:
        label = settle(connection, who, group, decision)
        put_back(connection, group, left_out)
        return label


def settle(connection: Any, who: str, group: int, decision: Decision, state: str = "ready") -> int:
    """The same in the caller's transaction; `written` as the state if the texts become examples in it, too."""
    waits = decision.what == "danger"
    values = {
        "group_id": group,
        "decision": decision.what,
        "topic": decision.topic,
        "texts": list(decision.texts) if decision.what != "not_usable" else [],
        "predicted": decision.predicted,
        "by": who,
        "at": time.time(),
        "state": "waiting" if waits else state,
    }
    mine = sa.and_(groups.c.id == group, groups.c.state == "open")
    if not connection.execute(groups.update().where(mine).values(state="waiting" if waits else "done")).rowcount:
        raise NotAllowed("Somebody else has just decided about these messages.")
    past = sa.and_(labels.c.group_id == group, labels.c.state == "left")  # it is decided anew
    connection.execute(labels.update().where(past).values(state="undone"))
    label = int(connection.execute(labels.insert().values(**values)).inserted_primary_key[0])
    record(connection, who, "label", decision.topic or "not usable", diff="\n".join(f"+ {t}" for t in decision.texts))
    return label


def confirm(engine: Any, who: str, label: int) -> None:
    """The second person agrees that a message is danger. Raises NotAllowed for the person who marked it."""
    with engine.begin() as connection:
        row = _row(connection, label)
        if row["state"] != "waiting":
            raise NotAllowed("This is not waiting for anybody.")
        if row["by"] == who:
            raise NotAllowed("A second person has to confirm this; you marked it yourself.")
        connection.execute(labels.update().where(labels.c.id == label).values(state="ready", confirmed_by=who))
        connection.execute(groups.update().where(groups.c.id == row["group_id"]).values(state="done"))
        record(connection, who, "confirm danger", str(row["topic"]), diff="\n".join(row["texts"]))


def of_person(engine: Any, who: str, label: int) -> Optional[dict[str, Any]]:
    """A label that this person gave and can still take back; None if it is none."""
    mine = sa.and_(labels.c.id == label, labels.c.by == who, labels.c.state.in_(("ready", "waiting")))
    with engine.connect() as connection:
        found = connection.execute(sa.select(labels).where(mine)).mappings().first()
    return dict(found) if found else None


def undo(engine: Any, who: str, label: int) -> int:
    """Takes a label back and puts its group into the queue again; the group's id, 0 for an imported label.

    Raises NotAllowed once it has become an example.
    """
    with engine.begin() as connection:
        row = _row(connection, label)
        if row["state"] not in ("ready", "waiting", "left"):
            raise NotAllowed("This has already become part of the training examples; remove it on its topic's page.")
        connection.execute(labels.update().where(labels.c.id == label).values(state="undone"))
        connection.execute(groups.update().where(groups.c.id == row["group_id"]).values(state="open"))
        record(connection, who, "undo label", row["topic"] or "not usable")
        return int(row["group_id"] or 0)


def in_state(engine: Any, state: str) -> list[dict[str, Any]]:
    """All labels in a state, the newest first."""
    query = sa.select(labels).where(labels.c.state == state).order_by(labels.c.id.desc())
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


def _row(connection: Any, label: int) -> dict[str, Any]:
    found = connection.execute(sa.select(labels).where(labels.c.id == label)).mappings().first()
    if found is None:
        raise NotAllowed("This label does not exist.")
    return dict(found)


def take_over(engine: Any, who: str, pairs: Sequence[tuple[str, str]]) -> int:
    """Imported (text, topic) pairs as labels of their own, danger waiting for a second person; how many labels."""
    by_topic: dict[str, list[str]] = {}
    for text, topic in pairs:
        by_topic.setdefault(topic, []).append(text)
    with engine.begin() as connection:
        for topic, texts in by_topic.items():
            danger = danger_of(topic) is not None
            decision = "danger" if danger else "out_of_scope" if topic == "out_of_scope" else "topic"
            values = {"decision": decision, "topic": topic, "texts": texts, "by": who, "at": time.time()}
            connection.execute(labels.insert().values(**values, state="waiting" if danger else "ready"))
        record(connection, who, "import", f"{len(pairs)} labelled messages")
    return len(by_topic)
