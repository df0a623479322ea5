"""The people of the desk: added, given a role, switched off, given a new password. Each step is on the record."""

from __future__ import annotations

import time
import unicodedata
from typing import Any

import sqlalchemy as sa

from desk.audit import record
from desk.database import people
from desk.people import sessions
from desk.people.access import ADMIN, ROLES
from desk.people.passwords import hash_password, is_dated, is_right, weakness

LONGEST_NAME = 80


class Refused(ValueError):
    """A step that is not done; its text is a word that the page has a sentence for."""


def everybody(connection: Any) -> list[Any]:
    """All people, those who are active first, by name."""
    return list(connection.execute(people.select().order_by(people.c.active.desc(), people.c.name)).mappings())


def person_named(connection: Any, name: str) -> Any:
    """The row of a person by name, whatever the case; None if there is none."""
    rows = connection.execute(people.select()).mappings()
    return next((row for row in rows if row["name"].casefold() == name.strip().casefold()), None)


def person_with(connection: Any, person_id: int) -> Any:
    """The row of a person. Raises Refused("gone")."""
    row = connection.execute(people.select().where(people.c.id == person_id)).mappings().first()
    if row is None:
        raise Refused("gone")
    return row


def add(connection: Any, by: str, name: str, role: str, password: str) -> int:
    """A new person; their id. Raises Refused."""
    name = " ".join(name.split())
    if not 2 <= len(name) <= LONGEST_NAME or any(unicodedata.category(one)[0] == "C" for one in name):
        raise Refused("name_odd")
    if person_named(connection, name):
        raise Refused("name_taken")
    _check_role(role)
    _check_password(password, name)
    values = {"name": name, "role": role, "password": hash_password(password), "active": True, "toured": False}
    added = connection.execute(people.insert().values(**values, created_at=time.time()))
    record(connection, by, "person added", name, figures={"role": role})
    return int(added.inserted_primary_key[0])


def set_role(connection: Any, by: str, person_id: int, role: str) -> None:
    """Another role, from the person's next click on. Raises Refused for the last admin."""
    _check_role(role)
    before = person_with(connection, person_id)
    _change(connection, person_id, role=role)
    record(connection, by, "role changed", before["name"], figures={"from": before["role"], "to": role})


def set_active(connection: Any, by: str, person_id: int, active: bool) -> None:
    """Switches a person off (they are signed out at once) or on again. Raises Refused for the last admin."""
    person = person_with(connection, person_id)
    _change(connection, person_id, active=active)
    if not active:
        sessions.end_all(connection, person_id)
    record(connection, by, "person switched on" if active else "person switched off", person["name"])


def make_admin(connection: Any, by: str, person_id: int, password: str) -> None:
    """An admin with a new password, whatever the person was before. Raises Refused."""
    name = person_with(connection, person_id)["name"]
    _change(connection, person_id, role=ADMIN, active=True)
    record(connection, by, "made an admin", name)
    set_password(connection, by, person_id, password)


def set_password(connection: Any, by: str, person_id: int, password: str, keep: str = "") -> None:
    """A new password, which ends all sessions of the person except the one with the hash `keep`. Raises Refused."""
    person = person_with(connection, person_id)
    _check_password(password, person["name"])
    _change(connection, person_id, password=hash_password(password))
    sessions.end_all(connection, person_id, but=keep)
    record(connection, by, "password changed", person["name"])


def change_own_password(connection: Any, person_id: int, old: str, new: str, keep: str) -> None:
    """A person's own change, which needs the old password. Raises Refused."""
    person = person_with(connection, person_id)
    if not is_right(person["password"], old):
        raise Refused("wrong")
    if old == new:
        raise Refused("same")
    set_password(connection, person["name"], person_id, new, keep)


def freshen(connection: Any, person: Any, password: str) -> None:
    """Hashes the password anew at log-in, if the settings have become stronger since."""
    if is_dated(person["password"]):
        _change(connection, person["id"], password=hash_password(password))


def mark_toured(connection: Any, person_id: int) -> None:
    """The person has seen what this is."""
    _change(connection, person_id, toured=True)


def _change(connection: Any, person_id: int, **values: Any) -> None:
    """Writes first and counts then, so that two admins who switch each other off come one after the other."""
    connection.execute(people.update().where(people.c.id == person_id).values(**values))
    admins = sa.select(sa.func.count()).select_from(people).where(people.c.role == ADMIN, people.c.active)
    if {"role", "active"} & values.keys() and not connection.execute(admins).scalar():
        raise Refused("last_admin")


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Refused("role_odd")


def _check_password(password: str, name: str) -> None:
    if weak := weakness(password, name):
        raise Refused(f"password_{weak}")
