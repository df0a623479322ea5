"""One's own codes from a phone: set up, switched on with a first code, switched off with the password."""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.people import codes, staff
from desk.people.access import form_of, who
from desk.people.passwords import is_right
from desk.people.staff import Refused
from desk.render import render


def show(request: Request) -> Response:
    """What is set up, and the next step."""
    who(request)
    return _page(request)


def prepare(request: Request) -> Response:
    """A new secret for the phone."""
    person = who(request)
    try:
        with request.app.state.desk.engine.begin() as connection:
            codes.prepare(connection, person.id)
    except Refused as refused:
        return _page(request, 409, problem=str(refused))
    return RedirectResponse("/account/code", 303)


def switch_on(request: Request) -> Response:
    """The first code of the phone shows that it works."""
    person, code = who(request), str(form_of(request).get("code", ""))
    try:
        with request.app.state.desk.engine.begin() as connection:
            codes.switch_on(connection, person.name, person.id, code, time.time())
    except Refused as refused:
        return _page(request, 422, problem=str(refused))
    return RedirectResponse("/account/code?done", 303)


def switch_off(request: Request) -> Response:
    """No codes any more; whoever finds an open browser cannot do that."""
    person, password = who(request), str(form_of(request).get("password", ""))
    with request.app.state.desk.engine.connect() as connection:
        hashed = staff.person_with(connection, person.id)["password"]
    if not is_right(hashed, password):
        return _page(request, 422, problem="password_wrong")
    with request.app.state.desk.engine.begin() as connection:
        codes.switch_off(connection, person.name, person.name, person.id)
    return RedirectResponse("/account/code", 303)


def _page(request: Request, status: int = 200, problem: str = "") -> Response:
    person = who(request)
    with request.app.state.desk.engine.connect() as connection:
        is_on, secret = codes.is_on(connection, person.id), codes.waiting(connection, person.id)
    shown: dict[str, Any] = {"is_on": is_on, "secret": secret, "problem": problem}
    shown["groups"] = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    shown["address"] = codes.address_for(person.name, secret) if secret else ""
    return render(request, "people/code.html", status, done="done" in request.query_params, **shown)


routes = [
    Route("/account/code", show),
    Route("/account/code", prepare, methods=["POST"]),
    Route("/account/code/on", switch_on, methods=["POST"]),
    Route("/account/code/off", switch_off, methods=["POST"]),
]
