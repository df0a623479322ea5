"""Labels tell the truth after the content went back or was changed by hand: what is no example is not called one."""

from __future__ import annotations

import time
from typing import Any, Collection

import sqlalchemy as sa

from desk.database import groups, labels

Pair = tuple[str, str]  # a topic and one of its examples


def follow(connection: Any, before: Collection[Pair], after: Collection[Pair]) -> dict[str, int]:
    """Puts the labels right when the examples were `before` and are `after`; how many changed, by what staff are told.

    A label whose examples are gone is ready again, to be added with one press. If its topic is gone as well it is
    `left`, and its messages stand in the queue again. Where examples came back, their labels are written as before.
    """
    went, came, topics = set(before) - set(after), set(after) - set(before), {topic for topic, _ in after}
    written, known = labels.c.state == "written", labels.c.state.in_(("ready", "left"))
    lost = [label for label in _labels(connection, written) if _stands_in(label, went)]
    _mark(connection, [label for label in lost if label.topic in topics], "ready", "done")
    _mark(connection, [label for label in lost if label.topic not in topics], "left", "open")
    found = [label for label in _labels(connection, known) if _stands_in(label, came)]
    _mark(connection, found, "written", "done")
    missing = sum(label.topic not in topics for label in lost)
    told = {"to be added again": len(lost) - missing, "to be decided again": missing, "examples again": len(found)}
    return {what: number for what, number in told.items() if number}


def follow_by_hand(connection: Any, gone: Collection[Pair], came: Collection[Pair], stand: Collection[Pair]) -> None:
    """Puts the labels right when a person took `gone` out or put `came` back; `stand` are the examples there are then.

    A label without any example left is `left`, not ready: the next training would add what was just taken out.
    """
    lost = [label for label in _labels(connection, labels.c.state == "written") if _stands_in(label, set(gone))]
    _mark(connection, [label for label in lost if not _stands_in(label, set(stand))], "left", "open")
    found = [label for label in _labels(connection, labels.c.state == "left") if _stands_in(label, set(came))]
    _mark(connection, found, "written", "done")


def follow_rewording(connection: Any, topic: str, old: str, new: str) -> None:
    """The labels whose example a person has put in other words stand for these words from now on."""
    for label in _labels(connection, sa.and_(labels.c.topic == topic, labels.c.state.in_(("written", "left")))):
        if old in label.texts:
            said = [[new if text == old else text, reply] for text, reply in label.predicted or []]
            texts = [new if text == old else text for text in label.texts]
            change = labels.update().where(labels.c.id == label.id)
            connection.execute(change.values(texts=texts, predicted=said or label.predicted))


def _labels(connection: Any, condition: Any) -> list[Any]:
    query = sa.select(labels).where(condition, labels.c.topic.isnot(None)).order_by(labels.c.id)
    return list(connection.execute(query))


def _stands_in(label: Any, pairs: set[Pair]) -> bool:
    return any((label.topic, text) in pairs for text in label.texts)


def _mark(connection: Any, found: list[Any], state: str, group: str) -> None:
    """Their new state, and that of their groups. `at` is when they last changed: a training asks what is new since."""
    for label in found:
        change = labels.update().where(labels.c.id == label.id)
        connection.execute(change.values(state=state, at=time.time()))
        mine = sa.and_(groups.c.id == label.group_id, groups.c.state.in_(("open", "done")))
        connection.execute(groups.update().where(mine).values(state=group))
