"""The pages of the people: who works at the desk (for admins), and everybody's own account."""

from __future__ import annotations

from typing import Any, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.people import code_pages, codes, login, staff
from desk.people.access import ADMIN, ROLES, form_of, visit_of, who
from desk.people.passwords import make_password
from desk.people.staff import Refused
from desk.render import render

DONE = ("role", "on", "off")


def list_people(request: Request) -> Response:
    """Everybody, and the form for one more."""
    who(request, ADMIN)
    done = request.query_params.get("done", "")
    return _people(request, done=done if done in DONE else "")


def add_person(request: Request) -> Response:
    """Adds somebody; their first password is shown once."""
    person, form, password = who(request, ADMIN), form_of(request), make_password()
    name, role = str(form.get("name", "")), str(form.get("role", ""))
    try:
        with request.app.state.desk.engine.begin() as connection:
            staff.add(connection, person.name, name, role, password)
    except Refused as refused:
        return _people(request, 422, problem=str(refused), name=name, role=role)
    return render(request, "people/password.html", name=" ".join(name.split()), password=password, is_new=True)


def change_role(request: Request) -> Response:
    """Another role for somebody."""
    role = str(form_of(request).get("role", ""))
    return _change(request, staff.set_role, role, "role")


def switch(request: Request) -> Response:
    """Switches somebody on or off."""
    active = form_of(request).get("active") == "1"
    return _change(request, staff.set_active, active, "on" if active else "off")


def reset_password(request: Request) -> Response:
    """A new password for somebody who lost theirs, shown once."""
    person, password = who(request, ADMIN), make_password()
    try:
        with request.app.state.desk.engine.begin() as connection:
            other = staff.person_with(connection, request.path_params["id"])
            staff.set_password(connection, person.name, other["id"], password)
            codes.switch_off(connection, person.name, other["name"], other["id"])
    except Refused as refused:
        return _people(request, 422, problem=str(refused))
    return render(request, "people/password.html", name=other["name"], password=password, is_new=False)


def account(request: Request) -> Response:
    """One's own role and password."""
    who(request)
    return render(request, "people/account.html", problem="", done="done" in request.query_params)


def change_password(request: Request) -> Response:
    """One's own new password; all other sessions of this person end."""
    person, form = who(request), form_of(request)
    old, new = str(form.get("old", "")), str(form.get("new", ""))
    try:
        if new != form.get("again"):
            raise Refused("again")
        with request.app.state.desk.engine.begin() as connection:
            staff.change_own_password(connection, person.id, old, new, visit_of(request).session)
    except Refused as refused:
        return render(request, "people/account.html", 422, problem=str(refused), done=False)
    return RedirectResponse("/account?done", 303)


def _change(request: Request, change: Callable[..., None], value: Any, done: str) -> Response:
    """One change to somebody else: an admin who changes themselves could lock themselves out."""
    person, other = who(request, ADMIN), request.path_params["id"]
    try:
        if other == person.id:
            raise Refused("yourself")
        with request.app.state.desk.engine.begin() as connection:
            change(connection, person.name, other, value)
    except Refused as refused:
        return _people(request, 422, problem=str(refused))
    return RedirectResponse(f"/people?done={done}", 303)


def _people(request: Request, status: int = 200, **context: Any) -> Response:
    with request.app.state.desk.engine.connect() as connection:
        rows = staff.everybody(connection)
    shown = {"done": "", "problem": "", "name": "", "role": ROLES[0], **context}
    return render(request, "people/people.html", status, people=rows, roles=ROLES, **shown)


routes = [
    *login.routes,
    *code_pages.routes,
    Route("/people", list_people),
    Route("/people", add_person, methods=["POST"]),
    Route("/people/{id:int}/role", change_role, methods=["POST"]),
    Route("/people/{id:int}/active", switch, methods=["POST"]),
    Route("/people/{id:int}/password", reset_password, methods=["POST"]),
    Route("/account", account),
    Route("/account", change_password, methods=["POST"]),
]
