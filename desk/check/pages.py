"""The Check page: what stands in the way of a training, and what is worth a look."""

from __future__ import annotations

import time
from typing import Any

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.audit import record
from desk.check import runner
from desk.check.words import WORDS, plain
from desk.database import dismissals
from desk.people.access import REVIEWER, form_of, who
from desk.render import render
from desk.topics.catalogue import read_catalogue
from evaluation.content_checks import unreadable
from evaluation.findings import KINDS, Finding, broken
from evaluation.fingerprint import data_hash


def check(request: Request) -> Response:
    """The findings, those that must be mended first; files that cannot be read show at once."""
    who(request, REVIEWER)
    desk = request.app.state.desk
    now, newest, done = data_hash(desk.project), runner.latest(desk), runner.last_done(desk.engine)
    spoiled = broken(unreadable(desk.project))
    titles = {} if spoiled else read_catalogue(desk.project).titles
    found = spoiled or [Finding(**one) for one in (done or {}).get("findings") or []]
    put_aside = dismissed(desk.engine)
    shown = [one for one in found if one.must or one.key not in put_aside]
    return render(
        request,
        "check/check.html",
        newest=newest,
        done=done,
        is_current=bool(done and done["data_hash"] == now),
        seconds=time.time() - newest["started_at"] if newest else 0,
        unreadable=bool(spoiled),
        musts=_grouped([one for one in shown if one.must]),
        maybes=_grouped([one for one in shown if not one.must]),
        put_aside=[(one, put_aside[one.key]) for one in found if not one.must and one.key in put_aside],
        titles=titles,
        words=WORDS,
    )


def begin(request: Request) -> Response:
    """Starts a check in the background, if none is running."""
    who(request, REVIEWER)
    runner.start(request.app.state.desk)
    return RedirectResponse("/check", 303)


def progress(request: Request) -> Response:
    """How far the running check is; at its end the page is loaded again."""
    who(request, REVIEWER)
    newest = runner.latest(request.app.state.desk)
    if newest is None or newest["state"] != runner.RUNNING:
        return Response(status_code=204, headers={"HX-Redirect": "/check"})
    return render(request, "check/progress.html", newest=newest, seconds=time.time() - newest["started_at"])


def put_aside(request: Request) -> Response:
    """A finding that somebody looked at and leaves as it is, with the reason."""
    person, desk, form = who(request, REVIEWER), request.app.state.desk, form_of(request)
    key, why = str(form.get("finding", "")), " ".join(str(form.get("why", "")).split())
    done = runner.last_done(desk.engine)
    known = {one.key: one for one in (Finding(**entry) for entry in (done or {}).get("findings") or [])}
    if key not in known or known[key].must:
        raise HTTPException(409, "This finding is not there any more, or it has to be mended.")
    if not why:
        raise HTTPException(422, "Please say in a few words why it is right as it is.")
    with desk.engine.begin() as connection:
        connection.execute(dismissals.delete().where(dismissals.c.finding == key))
        values = {"finding": key, "why": why, "by": person.name, "at": time.time()}
        connection.execute(dismissals.insert().values(**values))
        one = known[key]
        record(connection, person.name, "finding put aside", one.topic or one.where, diff=plain(one), why=why)
    return RedirectResponse("/check#worth-a-look", 303)


def bring_back(request: Request) -> Response:
    """A finding that shall be shown again."""
    person, desk, key = who(request, REVIEWER), request.app.state.desk, str(form_of(request).get("finding", ""))
    with desk.engine.begin() as connection:
        if connection.execute(dismissals.delete().where(dismissals.c.finding == key)).rowcount:
            record(connection, person.name, "finding brought back", key)
    return RedirectResponse("/check#worth-a-look", 303)


def dismissed(engine: Any) -> dict[str, dict[str, Any]]:
    """Who put which finding aside, and why, by its key."""
    with engine.connect() as connection:
        return {row["finding"]: dict(row) for row in connection.execute(sa.select(dismissals)).mappings()}


def _grouped(found: list[Finding]) -> list[tuple[str, list[Finding]]]:
    """The findings by their kind, in the order of KINDS."""
    return [(kind, same) for kind in KINDS if (same := [one for one in found if one.kind == kind])]


routes = [
    Route("/check", check),
    Route("/check", begin, methods=["POST"]),
    Route("/check/progress", progress),
    Route("/check/put-aside", put_aside, methods=["POST"]),
    Route("/check/bring-back", bring_back, methods=["POST"]),
]
