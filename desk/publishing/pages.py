"""The versions that visitors have talked to, whether each bot has the published one, publishing, and the way back."""

from __future__ import annotations

import hashlib
from typing import Any, Optional

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.people.access import PUBLISHER, REVIEWER, form_of, who
from desk.publishing import bots, content, publish, versions
from desk.publishing.versions import Row
from desk.render import has_page, render

STEPS = {"publish": (versions.READY,), "back": (versions.RETIRED,)}
WHY_NOT = {
    "publish": "Only a version that is ready can be published.",
    "back": "There is no way back to this version.",
}


def overview(request: Request) -> Response:
    """Which version is published, what waits, and what can come back."""
    return _overview(request)


def live(request: Request) -> Response:
    """The part of the page that asks again by itself: has every bot taken the published version?"""
    who(request, REVIEWER)
    now = _now(request)
    if request.query_params.get("seen") == now["seen"]:
        return Response(status_code=204)  # nothing new: a screen reader says nothing
    return render(request, "publishing/live.html", **now)


def look(request: Request) -> Response:
    """The second look: what publishing a version, or going back to it, changes."""
    who(request, PUBLISHER)
    return _look(request, request.path_params["step"])


def carry_out(request: Request) -> Response:
    """Publishes a version, or goes back to it."""
    person, form, desk = who(request, PUBLISHER), form_of(request), request.app.state.desk
    step, number = request.path_params["step"], request.path_params["number"]
    take = {"publish": publish.publish, "back": publish.go_back}.get(step)
    if take is None:
        raise HTTPException(404)
    instead_of = str(form.get("instead_of", ""))
    try:
        take(desk, person.name, number, str(form.get("why", "")), int(instead_of) if instead_of.isdecimal() else -1)
    except publish.NotPossible as problem:
        return _look(request, step, str(problem), 422)
    except OSError as problem:
        return _look(request, step, _not_written(problem), 422)
    return RedirectResponse("/versions", 303)


def bring_back(request: Request) -> Response:
    """Content that was set aside becomes the content again."""
    person, desk = who(request, PUBLISHER), request.app.state.desk
    try:
        publish.bring_back(desk, person.name, request.path_params["aside"])
    except publish.NotPossible as problem:
        raise HTTPException(409, str(problem)) from None
    except OSError as problem:
        raise HTTPException(409, _not_written(problem)) from None
    return RedirectResponse("/versions", 303)


def _not_written(problem: OSError) -> str:
    return f"The files could not be changed, and nothing was. {problem.strerror or problem}"


def _overview(request: Request) -> Response:
    person, desk = who(request, REVIEWER), request.app.state.desk
    with desk.engine.connect() as connection:
        rows = versions.once_published(connection)
        waiting = versions.ready(connection)
    return render(
        request,
        "publishing/versions.html",
        **_now(request),
        earlier=[row for row in rows if row["state"] != versions.PUBLISHED],
        ready=waiting,
        aside=content.kept_aside(desk.settings.folder),
        may_publish=person.may(PUBLISHER),
        kept=versions.KEPT,
        has_training=has_page(request, "/training"),
    )


def _now(request: Request) -> dict[str, Any]:
    with request.app.state.desk.engine.connect() as connection:
        current = versions.published(connection)
        last = versions.once_published(connection)
        heard = bots.everybody(connection, current["sha256"] if current else "")
    newest_broken = next((row for row in last if row["state"] == versions.BROKEN), None)
    if not current or current["published_by"] != publish.DESK:  # a person has seen to it since
        newest_broken = None
    shown: list[Any] = [row and row["id"] for row in (current, newest_broken)]
    shown += [(bot["name"], bot["state"], bot["reason"]) for bot in heard]
    seen = hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
    return {"current": current, "bots": heard, "broken": newest_broken, "seen": seen}


def _look(request: Request, step: str, problem: str = "", status: int = 200) -> Response:
    desk, number = request.app.state.desk, request.path_params["number"]
    with desk.engine.connect() as connection:
        row, current = versions.get(connection, number), versions.published(connection)
    if row is None or step not in STEPS:
        raise HTTPException(404)
    blocked = _why_not(row, step, current)
    wrong = problem or blocked
    return render(
        request,
        f"publishing/{step}.html",
        status_code=status,
        version=row,
        current=current,
        problem=wrong,
        is_possible=not blocked,
        changes=content.differences(desk.project, versions.content_of(row)) if step == "back" and not wrong else {},
        why=str(form_of(request).get("why", "")),
        has_training=has_page(request, f"/training/{number}"),
    )


def _why_not(row: Row, step: str, current: Optional[Row]) -> str:
    """Why the step cannot be taken with this version, in a sentence for staff."""
    if row["state"] not in STEPS[step]:
        return WHY_NOT[step]
    if step == "publish" and not publish.has_passed(row["gate"]):
        return "This version has not passed every check."
    if step == "publish" and not publish.is_compared_with(row, current["id"] if current else 0):
        return publish.COMPARED_WITH_ANOTHER
    return versions.whats_wrong(row)


routes = [
    Route("/versions", overview),
    Route("/versions/live", live),
    Route("/versions/aside/{aside}", bring_back, methods=["POST"]),
    Route("/versions/{number:int}/{step}", look),
    Route("/versions/{number:int}/{step}", carry_out, methods=["POST"]),
]
