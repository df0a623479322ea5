"""Wires the desk together: settings, database, the pages of each part, what every answer carries."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from desk import audit, audit_pages, database
from desk.check import pages as check_pages
from desk.headers import add_headers
from desk.people import pages as people_pages
from desk.people.access import NotSignedIn, visit_of
from desk.people.guard import Guard, to_login
from desk.publishing import failing, publish
from desk.publishing import pages as publishing_pages
from desk.publishing import server as model_server
from desk.render import error_page
from desk.review import pages as review_pages
from desk.review.grouping import weigh_again
from desk.settings import ROOT, Settings
from desk.steward import Steward
from desk.topics import example_pages, new_pages, preview_pages
from desk.topics import pages as topic_pages
from desk.topics.files import BrokenFile, settle
from desk.training import pages as training_pages
from desk.training.start import set_right
from desk.watch import pages as watch_pages
from evaluation.content_checks import unreadable

logger = logging.getLogger(__name__)
# The pages of each part: `from desk.<part> import pages as <part>_pages` above, `*<part>_pages.routes` here.
PARTS: list[BaseRoute] = [
    *review_pages.routes,
    *check_pages.routes,
    *new_pages.routes,
    *topic_pages.routes,
    *example_pages.routes,
    *preview_pages.routes,
    *training_pages.routes,
    *publishing_pages.routes,
    *model_server.routes,
    *failing.routes,
    *watch_pages.routes,
    *audit_pages.routes,
    *people_pages.routes,
]
# What reading content can raise that is not what it should be.
ODD = (yaml.YAMLError, ValueError, LookupError, TypeError, AttributeError, OSError)


@dataclass(frozen=True)
class Desk:
    """What every page works with: `request.app.state.desk`."""

    settings: Settings
    engine: Any  # SQLAlchemy 1.4, Core
    project: Path  # the content that is edited


class SafeHeaders:
    """ASGI middleware: every answer forbids foreign code, frames and caches (a static file may be kept, if checked)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Adds the headers when the answer starts."""

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message), scope["path"], scope["app"].state.desk.settings.tls)
            await send(message)

        await self.app(scope, receive, send_safely)


def htmx(request: Request) -> Response:
    """The script that `make setup` fetched by its hash."""
    return FileResponse(ROOT / "assets" / "htmx.min.js", media_type="text/javascript")


def show_error(request: Request, error: Exception) -> Response:
    """The page for an HTTPException; its detail is shown if it is more than the standard's own words."""
    assert isinstance(error, HTTPException)
    why = "" if error.detail == HTTPStatus(error.status_code).phrase else str(error.detail)
    return error_page(request, error.status_code, why, error.headers)


def show_broken(request: Request, error: Exception) -> Response:
    """The page for a content file that somebody broke by hand: which, and where."""
    return error_page(request, 409, f"{error}. Somebody has changed this file by hand; it has to be mended first.")


def show_missing(request: Request, _: Exception) -> Response:
    """For a number in an address that no row can have."""
    return error_page(request, 404)


def show_odd(request: Request, error: Exception) -> Response:
    """While a content file is broken, whatever goes wrong with a page is that file's fault; all else is a failure."""
    broken = unreadable(request.app.state.desk.project)
    if not broken:
        raise error
    return show_broken(request, BrokenFile(broken[0]))


def show_failure(request: Request, error: Exception) -> Response:
    """The page for what nobody expected. Starlette logs the error; the reader is told nothing of it."""
    response = error_page(request, 500)
    add_headers(response.headers, request.url.path, request.app.state.desk.settings.tls)
    return response


def show_login(request: Request, error: Exception) -> Response:
    """For who() without a session."""
    assert isinstance(error, NotSignedIn) and visit_of(request).person is None
    return to_login(request)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """While the desk runs, its steward does the rounds. What a crash cut off is put right first."""
    await run_in_threadpool(begin, app.state.desk)
    steward = Steward(app.state.desk.engine)
    steward.start()
    yield
    steward.stop()


def begin(desk: Desk) -> None:
    """Settles what a crash cut off, a training, a change or a way back; sees to it that something is published."""
    set_right(desk.settings, desk.engine)
    steps: tuple[Callable[[], object], ...] = (
        lambda: settle(desk.project),
        lambda: publish.take_trained(desk),
        lambda: weigh_again(desk.engine),
    )
    for step in steps:
        try:
            step()
        except (OSError, SQLAlchemyError) as error:
            logger.error("The desk could not settle what it found at its start (%s).", type(error).__name__)


def build_app(settings: Settings) -> Starlette:
    """The desk as an ASGI application. Raises sqlalchemy.exc.OperationalError if the database is away."""
    core = [
        Route("/static/htmx.min.js", htmx),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    app = Starlette(
        routes=[*PARTS, *core],
        lifespan=lifespan,
        middleware=[Middleware(SafeHeaders), Middleware(Guard)],
        exception_handlers={
            HTTPException: show_error,
            NotSignedIn: show_login,
            BrokenFile: show_broken,
            **dict.fromkeys(ODD, show_odd),
            **dict.fromkeys((OverflowError, DataError), show_missing),
            Exception: show_failure,
        },
    )
    engine = database.connect(settings.database_url)
    audit.protect(engine)
    app.state.desk = Desk(settings, engine, settings.project)
    return app
