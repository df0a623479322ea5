"""Messages that ask the same become one row: each new message joins the nearest open group, or begins one.

Leader clustering on the sentence encoder's vectors: one pass, so a hundred thousand turns are grouped as they come.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Optional, Sequence

import numpy as np
import sqlalchemy as sa

from desk.database import groups, turns
from desk.review.reasons import reasons_for, weight_of

ALIKE = 0.7  # cosine: of eight rewordings seven are above it, of six neighbouring questions five below
BATCH = 200  # turns a visit
SETTLED = 200.0  # seconds after which no rephrasing is waited for
Encode = Callable[[Sequence[str]], np.ndarray]


def group_new_turns(engine: Any, encode: Encode, now: float) -> int:
    """Looks at turns that nobody looked at yet and puts those worth a minute into groups; how many were looked at.

    Turns younger than SETTLED wait, because the visitor may still rephrase or press a thumb.
    """
    with engine.begin() as connection:
        fresh = sa.select(turns).where(turns.c.group_id.is_(None), turns.c.at <= now - SETTLED)
        rows = [dict(row) for row in connection.execute(fresh.order_by(turns.c.at).limit(BATCH)).mappings()]
        if not rows:
            return 0
        nexts = [_following(connection, row) for row in rows]
        vectors = encode([calm(row["text"]) for row in rows])
        after = encode([calm((one or {}).get("text") or "") for one in nexts])
        index = Index.read(connection, vectors.shape[1])
        for row, following, vector, other in zip(rows, nexts, vectors, after, strict=True):
            why = reasons_for(row, following, float(vector @ other))
            group = place(connection, index, row, vector, why) if why else 0
            connection.execute(turns.update().where(turns.c.id == row["id"]).values(group_id=group, reasons=why))
        return len(rows)


def weigh_again(engine: Any) -> int:
    """Puts the open groups where they belong by today's weights, after an update of the desk; how many moved."""
    with engine.begin() as connection:
        query = sa.select(groups.c.id, groups.c.reasons, groups.c.weight).where(groups.c.state == "open")
        now = [(row.id, weight_of(row.reasons or {}), row.weight) for row in connection.execute(query)]
        moved = [{"group": id, "new": new} for id, new, old in now if abs(new - old) > 1e-6]
        if moved:
            mine = groups.update().where(groups.c.id == sa.bindparam("group"))
            connection.execute(mine.values(weight=sa.bindparam("new")), moved)
        return len(moved)


def calm(text: str) -> str:
    """The text with each run of one sign as a single one: thirty exclamation marks ask nothing else than one."""
    return re.sub(r"([^\w\s])\1+", r"\1", text)


def _following(connection: Any, row: dict[str, Any]) -> Optional[dict[str, Any]]:
    query = sa.select(turns).where(turns.c.conversation == row["conversation"], turns.c.at > row["at"])
    found = connection.execute(query.order_by(turns.c.at).limit(1)).mappings().first()
    return dict(found) if found else None


class Index:
    """The vectors of all open groups in one matrix of shape (number of groups, dimensions)."""

    def __init__(self, ids: list[int], matrix: np.ndarray) -> None:
        self.ids, self.matrix = ids, matrix

    @classmethod
    def read(cls, connection: Any, dimensions: int) -> Index:
        """The open groups as they stand in the database, but for those whose vectors an older encoder made."""
        query = sa.select(groups.c.id, groups.c.vector).where(groups.c.state == "open", groups.c.vector.isnot(None))
        rows = [row for row in connection.execute(query) if len(row.vector) == 2 * dimensions]
        vectors = [np.frombuffer(row.vector, dtype=np.float16) for row in rows]
        return cls([row.id for row in rows], np.array(vectors, dtype=np.float32) if rows else np.zeros((0, 0)))

    def nearest(self, vector: np.ndarray) -> Optional[int]:
        """The id of the group that is most alike, if it is alike enough."""
        if not self.ids:
            return None
        scores = self.matrix @ vector
        best = int(scores.argmax())
        return self.ids[best] if scores[best] >= ALIKE else None

    def add(self, group: int, vector: np.ndarray) -> None:
        """Takes in a new group."""
        self.ids.append(group)
        self.matrix = np.vstack([self.matrix, vector]) if self.matrix.size else vector[None, :].astype(np.float32)


def place(connection: Any, index: Index, row: dict[str, Any], vector: np.ndarray, why: list[str]) -> int:
    """Puts one turn into its group, a new one if none is alike; the group's id."""
    found = index.nearest(vector)
    if found is not None:
        _join(connection, found, row, why)
        return found
    counts = dict.fromkeys(why, 1)
    values = {
        "text": row["text"],
        "vector": vector.astype(np.float16).tobytes(),
        "size": 1,
        "reasons": counts,
        "weight": weight_of(counts),
        "first_at": row["at"],
        "last_at": row["at"],
        "state": "open",
    }
    group = int(connection.execute(groups.insert().values(**values)).inserted_primary_key[0])
    index.add(group, vector)
    return group


def _join(connection: Any, group: int, row: dict[str, Any], why: list[str]) -> None:
    old = connection.execute(sa.select(groups).where(groups.c.id == group)).mappings().one()
    counts = dict(old["reasons"] or {})
    for reason in why:
        counts[reason] = counts.get(reason, 0) + 1
    connection.execute(
        groups.update()
        .where(groups.c.id == group)
        .values(
            size=old["size"] + 1,
            reasons=counts,
            weight=weight_of(counts),
            first_at=min(old["first_at"], row["at"]),
            last_at=max(old["last_at"], row["at"]),
        )
    )
