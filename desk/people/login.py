"""Logging in and out, and the tour that stands after the first time."""

from __future__ import annotations

import logging
import math
import secrets
import time
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.audit import record
from desk.people import codes, lockout, sessions, staff
from desk.people.access import form_of, visit_of, who
from desk.people.guard import LOGIN, form_cookie, session_cookie, set_cookie
from desk.people.passwords import NOBODY, is_right
from desk.render import render

logger = logging.getLogger(__name__)


def login_page(request: Request) -> Response:
    """The form; with a cookie for its token, as there is no session to keep one."""
    if visit_of(request).person:
        return RedirectResponse("/", 303)
    return _form(request, next=safe_path(request.query_params.get("next", "")))


def log_in(request: Request) -> Response:
    """Checks name and password. An unknown name gets the same answer as a wrong password, as late."""
    desk, form, address = request.app.state.desk, form_of(request), request.client.host if request.client else ""
    name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
    wanted = safe_path(str(form.get("next", "")))
    wait = lockout.begin(desk.engine, name, address, time.time())
    if wait:
        headers = {"Retry-After": str(math.ceil(wait))}
        return _form(request, 429, headers, next=wanted, name=name, minutes=math.ceil(wait / 60))
    person = check(desk.engine, name, password, str(form.get("code", "")))
    if person is None:
        _note_wrong(desk.engine, name, address)
        return _form(request, 401, next=wanted, name=name, is_wrong=True)
    return _welcome(request, person, password, address, wanted)


def log_out(request: Request) -> Response:
    """Ends the session in the database, so that a copied cookie is worth nothing either."""
    desk, visit = request.app.state.desk, visit_of(request)
    with desk.engine.begin() as connection:
        sessions.end(connection, visit.session)
    response = RedirectResponse(LOGIN, 303)
    set_cookie(response, desk.settings, session_cookie(desk.settings), "")
    return response


def alive(request: Request) -> Response:
    """Somebody types or reads without loading pages: their session goes on."""
    who(request)
    return Response(status_code=204)


def tour(request: Request) -> Response:
    """What the desk is, on one page."""
    who(request)
    return render(request, "people/tour.html")


def end_tour(request: Request) -> Response:
    """The tour was read; on to the work."""
    person = who(request)
    with request.app.state.desk.engine.begin() as connection:
        staff.mark_toured(connection, person.id)
    return RedirectResponse("/", 303)


def check(engine: Any, name: str, password: str, code: str = "") -> Any:
    """The row of the active person with this name, password and, if they use one, code; None if anything is wrong.

    It takes equally long for all.
    """
    with engine.connect() as connection:
        person = staff.person_named(connection, name)
    is_known = person is not None and person["active"]
    is_correct = is_right(person["password"] if is_known else NOBODY, password)
    if person is None or not is_known or not is_correct:
        return None
    with engine.begin() as connection:
        return person if codes.is_right(connection, person["id"], code, time.time()) else None


def safe_path(wanted: str) -> str:
    """`wanted` if it is a page of this desk, or else the first page."""
    is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return wanted if is_own and "\\" not in wanted and not wanted.startswith((LOGIN, "/logout")) else "/"


def _form(request: Request, status: int = 200, headers: Any = None, **context: Any) -> Response:
    settings = request.app.state.desk.settings
    token = request.cookies.get(form_cookie(settings)) or secrets.token_urlsafe(32)
    visit = visit_of(request)
    if not visit.person:
        request.state.visit = replace(visit, csrf=sessions.hash_of("form " + token))
    shown = {"name": "", "minutes": 0, "is_wrong": False, **context}
    response = render(request, "people/login.html", status, headers, **shown)
    set_cookie(response, settings, form_cookie(settings), token)
    return response


def _welcome(request: Request, person: Any, password: str, address: str, wanted: str) -> Response:
    """A new session in place of whatever the browser had before."""
    desk = request.app.state.desk
    with desk.engine.begin() as connection:
        lockout.forgive(connection, person["name"], address)
        staff.freshen(connection, person, password)
        sessions.end(connection, sessions.hash_of(request.cookies.get(session_cookie(desk.settings), "")))
        token = sessions.start(connection, person["id"], time.time())
        record(connection, person["name"], "signed in", person["name"])
    response = RedirectResponse(wanted if person["toured"] else "/tour", 303)
    set_cookie(response, desk.settings, session_cookie(desk.settings), token)
    set_cookie(response, desk.settings, form_cookie(desk.settings), "")
    return response


def _note_wrong(engine: Any, name: str, address: str) -> None:
    """Puts the beginning of a pause on the record; an unknown name is not written down."""
    if not lockout.is_last(engine, name):
        return
    with engine.begin() as connection:
        person = staff.person_named(connection, name)
        known = person["name"] if person else "a name that nobody has"
        record(connection, "desk", "too many wrong passwords", known, figures={"address": address})
    logger.warning("Too many wrong passwords for one name, from %s", address)


routes = [
    Route(LOGIN, login_page),
    Route(LOGIN, log_in, methods=["POST"]),
    Route("/logout", log_out, methods=["POST"]),
    Route("/alive", alive),
    Route("/tour", tour),
    Route("/tour", end_tour, methods=["POST"]),
]
