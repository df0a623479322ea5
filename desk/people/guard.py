"""Stands before every page: finds the session, reads posted forms, and lets no post through without its token."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk.people import sessions
from desk.people.access import Visit, visit_of
from desk.render import error_page
from desk.settings import Settings

SAFE = ("GET", "HEAD")
LARGEST = 16 * 1024 * 1024  # bytes of a post; an imported queue is the largest
LOGIN = "/login"
# Posts of programs: no session, and so no form whose token could be stolen.
BY_TOKEN = ("/models/report", "/models/failing")


class Guard:
    """ASGI middleware around all routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on with `request.state.visit` and, for a post, `request.state.form`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        receive = _limited(receive)
        request = Request(scope, receive)
        try:
            request.state.visit = await run_in_threadpool(find_visit, request)
            refusal = None if request.method in SAFE or request.url.path in BY_TOKEN else await _refusal(request)
        except HTTPException as error:
            refusal = error_page(request, error.status_code)
        await (refusal or self.app)(scope, receive, send)


def session_cookie(settings: Settings) -> str:
    """Name of the session's cookie; behind TLS the prefix binds it to this host."""
    return "__Host-desk" if settings.tls else "desk"


def form_cookie(settings: Settings) -> str:
    """Name of the cookie behind the log-in form's token, when there is no session yet."""
    return "__Host-desk-form" if settings.tls else "desk-form"


def set_cookie(response: Response, settings: Settings, name: str, value: str) -> None:
    """Sets a cookie that scripts and other sites never get; an empty value deletes it."""
    age = None if value else 0
    response.set_cookie(name, value, max_age=age, path="/", secure=settings.tls, httponly=True, samesite="strict")


def find_visit(request: Request) -> Visit:
    """The session behind the request's cookie, or else the token of the log-in form."""
    desk = request.app.state.desk
    token = request.cookies.get(session_cookie(desk.settings), "")
    if token:
        visit = sessions.find(desk.engine, token, time.time(), is_idle="x-idle" in request.headers)
        if visit.person:
            return visit
    form = request.cookies.get(form_cookie(desk.settings), "")
    return Visit(csrf=sessions.hash_of("form " + form) if form else "")


def to_login(request: Request) -> Response:
    """The way to the log-in page, and back; a part of a page (htmx) makes the whole page go there."""
    if request.headers.get("hx-request"):
        back = urlsplit(request.headers.get("hx-current-url", "")).path or "/"
        return Response(status_code=401, headers={"HX-Redirect": f"{LOGIN}?next={quote(back)}"})
    wanted = request.url.path if request.method in SAFE else "/"
    query = f"?{request.url.query}" if request.url.query and request.method in SAFE else ""
    return RedirectResponse(LOGIN if wanted == "/" else f"{LOGIN}?next={quote(wanted + query)}", 303)


def is_same_site(request: Request) -> bool:
    """Whether the browser says that the post comes from a page of this desk."""
    origin = request.headers.get("origin")
    if origin is None:  # not every old browser sends it; the token still has to be right
        return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    scheme = "https" if request.app.state.desk.settings.tls else "http"
    return origin == f"{scheme}://{request.headers.get('host', '')}"


async def _refusal(request: Request) -> Response | None:
    visit = visit_of(request)
    if visit.person is None and request.url.path != LOGIN:
        return to_login(request)
    form = await request.form()
    request.state.form = form
    given = request.headers.get("x-csrf-token") or form.get("csrf") or ""
    is_known = isinstance(given, str) and secrets.compare_digest(given.encode(), visit.csrf.encode())
    if not (visit.csrf and is_known and is_same_site(request)):
        return error_page(request, 403, "form")
    return None


def _limited(receive: Receive) -> Receive:
    """`receive`, until the body is larger than LARGEST."""
    size = 0

    async def receive_some() -> Message:
        nonlocal size
        message: Any = await receive()
        size += len(message.get("body", b""))
        if size > LARGEST:
            raise HTTPException(413)
        return message

    return receive_some
