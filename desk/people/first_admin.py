"""The first admin, and the way back in for a clinic whose admins have all lost their passwords: a command."""

from __future__ import annotations

from getpass import getpass
from typing import Any, Callable

from desk.people import codes, staff
from desk.people.access import ADMIN

BY = "command line"


def add_admin(engine: Any, name: str, ask: Callable[[str], str] = getpass) -> str:
    """Makes `name` an admin with the password that `ask` returns twice; says what was done.

    Somebody who is there already becomes an admin with this password: who may start the command may do everything.
    Raises staff.Refused.
    """
    password = ask("Password (at least 12 characters): ")
    if ask("The same once more: ") != password:
        raise staff.Refused("again")
    with engine.begin() as connection:
        person = staff.person_named(connection, name)
        if person is None:
            staff.add(connection, BY, name, ADMIN, password)
            return f"{name} is an admin now."
        staff.make_admin(connection, BY, person["id"], password)
        codes.switch_off(connection, BY, person["name"], person["id"])
        return f"{person['name']} is an admin with a new password now."
