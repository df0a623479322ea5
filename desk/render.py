"""From a template to a page. Everything is escaped; a name that a template does not know is an error."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Mapping

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Match

from desk.people.access import ADMIN, PUBLISHER, REVIEWER, visit_of
from desk.review.words import fired, plain

TEMPLATES = Path(__file__).parent / "templates"
# Address, word, role. A page that no part has is left out.
PAGES = (
    ("/", "Review", REVIEWER),
    ("/topics", "Topics", REVIEWER),
    ("/check", "Check", REVIEWER),
    ("/training", "Train", REVIEWER),
    ("/versions", "Versions", REVIEWER),
    ("/watch", "Watch", REVIEWER),
    ("/audit", "Record", PUBLISHER),
    ("/people", "People", ADMIN),
)


def when(at: float | None) -> str:
    """A time for people, in the time zone of this machine; nothing for no time."""
    if at is None:
        return ""
    moment = datetime.fromtimestamp(at, timezone.utc)
    shown = moment.astimezone().strftime("%-d %b %Y, %H:%M")
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(timespec="seconds"), shown)


def percent(share: float | None) -> str:
    """0.974 -> 97 %; a dash for no figure."""
    return "–" if share is None else f"{share:.0%}".replace("%", " %")


environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.filters.update(when=when, percent=percent, plain=plain, fired=fired)


def render(
    request: Request, template: str, status_code: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> HTMLResponse:
    """A page from desk/templates. Beside `context` templates know person, csrf(), csrf_token, pages and path."""
    visit = visit_of(request)
    known = {
        "person": visit.person,
        "csrf": lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(visit.csrf),
        "csrf_token": visit.csrf,
        "pages": _pages(request),
        "path": request.url.path,
    }
    text = environment.get_template(template).render({**known, **context})
    return HTMLResponse(text, status_code, headers)


def error_page(request: Request, status: int, why: str = "", headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """A friendly page for an error; `why` is one of our own sentences, or a word that error.html has a sentence for."""
    return render(request, "error.html", status, headers, status=status, why=why)


def has_page(request: Request, path: str) -> bool:
    """Whether some part of the desk answers to this address."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(dict(scope))[0] == Match.FULL for route in request.app.routes)


def _pages(request: Request) -> list[tuple[str, str]]:
    person = visit_of(request).person
    return [(path, word) for path, word, role in PAGES if person and person.may(role) and has_page(request, path)]
