"""Old turns go when clinic.yml says so, and what was made of them with them; the clock is ours."""

from __future__ import annotations

import sqlalchemy as sa

from desk.capture.retention import DAY, delete_if_due, delete_old, last_run
from desk.database import connect, groups, labels, turns

NOW = 1_800_000_000.0


def fill(engine, rows):
    """Group 1: two old turns and a new one; groups 2 to 4: old ones only, 3 with a label ready, 4 with one undone."""
    ages = {1: [40, 31, 2], 2: [35], 3: [50], 4: [60], 0: [90]}
    with engine.begin() as connection:
        for group, days in ages.items():
            if group:
                values = {"text": f"{group}-{days[0]}", "size": len(days), "first_at": 0.0, "last_at": 0.0}
                connection.execute(groups.insert().values(id=group, reasons={"clarify": len(days)}, **values))
            for age in days:
                values = {"message": f"{group}-{age}", "text": f"{group}-{age}", "at": NOW - age * DAY}
                row = {**rows[0], **values, "group_id": group, "reasons": ["clarify"]}
                connection.execute(turns.insert().values(**row))
        for group, state in ((3, "ready"), (4, "undone")):
            values = {"group_id": group, "decision": "topic", "texts": ["x"], "by": "Ada", "at": NOW, "state": state}
            connection.execute(labels.insert().values(**values))


def test_old_turns_go_and_groups_with_them(database, rows):
    engine = connect(database.url)
    fill(engine, rows)
    run = delete_old(engine, NOW, 30)
    assert (run["turns"], run["groups"], run["labels"]) == (6, 2, 1)
    assert last_run(engine) == run and run["at"] == NOW
    with engine.connect() as connection:
        left = {row.id: row for row in connection.execute(sa.select(groups))}
        texts = [row.texts for row in connection.execute(sa.select(labels).order_by(labels.c.group_id))]
    assert set(left) == {1, 3} and texts == [["x"], []]
    assert (left[1].text, left[1].size, left[1].reasons) == ("1-2", 1, {"clarify": 1})
    assert left[1].first_at == NOW - 2 * DAY
    assert delete_old(engine, NOW, 30)["turns"] == 0


def test_it_runs_once_an_hour_with_the_days_of_the_clinic(database, rows, tmp_path):
    clinic = tmp_path / "clinic.yml"
    clinic.write_text("keep_days: 3\nemergency: {emergency: '911', crisis: '988', poison: '1'}\n")
    engine = connect(database.url)
    fill(engine, rows)
    assert delete_if_due(engine, NOW, clinic)["keep_days"] == 3
    assert delete_if_due(engine, NOW + 3599, clinic) is None
    assert delete_if_due(engine, NOW + 3 * DAY, clinic)["turns"] == 1
