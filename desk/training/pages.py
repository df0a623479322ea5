"""All versions, the button that makes a new one, and one version: how far it is, how it compares, what blocks it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.people.access import PUBLISHER, REVIEWER, form_of, who
from desk.render import has_page, render
from desk.review.labelling import in_state
from desk.review.words import dangers, topic_titles
from desk.training import start, try_it, versions
from desk.training.log import last_lines
from desk.training.pictures import reliability
from desk.training.progress import expected, progress
from desk.training.words import NO_TOPIC, OUTCOMES, STAGES, STATES, TIERS

MOST_WHY, MOST_TRIED, MOST_TRIES = 500, 500, 60


def training(request: Request) -> Response:
    """All versions, and the form for a new one."""
    who(request, REVIEWER)
    return _list(request)


def begin(request: Request) -> Response:
    """The button is pressed."""
    person, desk = who(request, REVIEWER), request.app.state.desk
    why = " ".join(str(form_of(request).get("why", "")).split())[:MOST_WHY]
    if not why:
        return _list(request, "Please say in a few words why, for the record.", status=422)
    try:
        number = start.begin(desk.settings, desk.engine, person.name, why)
    except start.Refused as refusal:
        return _list(request, str(refusal), refusal.problems, why, 409)
    return RedirectResponse(f"/training/{number}", 303)


def _list(
    request: Request, problem: str = "", problems: tuple[str, ...] = (), why: str = "", status: int = 200
) -> Response:
    desk = request.app.state.desk
    start.set_right(desk.settings, desk.engine)
    with desk.engine.connect() as connection:
        rows, running = versions.everything(connection), versions.running(connection)
    return render(
        request,
        "training/list.html",
        status_code=status,
        rows=rows,
        running=running,
        states=STATES,
        has_versions=has_page(request, "/versions"),
        decided=len(in_state(desk.engine, "ready")),
        problem=problem,
        problems=problems,
        why=why,
    )


def version(request: Request) -> Response:
    """One version."""
    person = who(request, REVIEWER)
    desk, row = request.app.state.desk, _row(request)
    with desk.engine.connect() as connection:
        published = versions.published(connection)
    compared = row["comparison"]
    return render(
        request,
        "training/version.html",
        row=row,
        states=STATES,
        is_running=row["state"] in versions.RUNNING,
        published=published,
        compared=compared,
        chart=_chart(compared) if compared else "",
        name=_namer(desk.project),
        tiers=TIERS,
        outcomes=OUTCOMES,
        may_publish=person.may(PUBLISHER) and has_page(request, f"/versions/{row['id']}/publish"),
        may_try=_has_model(row),
        log=last_lines(Path(row["folder"] or "")),
        **_progress(request, row),
    )


def show_progress(request: Request) -> Response:
    """The moving part of the page while a version is made; when it is done, the whole page loads again."""
    who(request, REVIEWER)
    row = _row(request)
    if row["state"] not in versions.RUNNING:
        return Response(status_code=200, headers={"HX-Refresh": "true"})
    seen = request.query_params.get("stage", "")
    return render(request, "training/progress.html", row=row, announce=seen != row["stage"], **_progress(request, row))


def show_log(request: Request) -> Response:
    """The last lines of the log."""
    who(request, REVIEWER)
    return render(request, "training/log.html", log=last_lines(Path(_row(request)["folder"] or "")))


def cancel(request: Request) -> Response:
    """Ends a training."""
    person, desk = who(request, REVIEWER), request.app.state.desk
    row = _row(request)
    start.cancel(desk.settings, desk.engine, person.name, row["id"])
    return RedirectResponse(f"/training/{row['id']}", 303)


def try_both(request: Request) -> Response:
    """A message to this version and to the published one; while they start, the answer asks again by itself."""
    who(request, REVIEWER)
    desk, row, form = request.app.state.desk, _row(request), form_of(request)
    text = " ".join(str(form.get("text", "")).split())[:MOST_TRIED]
    tries = str(form.get("tries", "0"))
    with desk.engine.connect() as connection:
        published = versions.published(connection)
    sides = [("This version", row)]
    if published and published["id"] != row["id"]:
        sides.insert(0, ("Published now", published))
    problem = "" if text else "Please type a message."
    try:
        answers = [(word, try_it.ask(one, desk.project, text)) for word, one in sides] if text else []
    except (try_it.CannotTry, OSError) as error:
        answers, problem = [], str(error) if isinstance(error, try_it.CannotTry) else "There is no room to try it."
    number = int(tries) if tries.isdigit() else 0
    waits = any(answer is None for _, answer in answers)
    if waits and number >= MOST_TRIES:
        waits, problem = False, "It does not start. Try again in some minutes."
    return render(
        request,
        "training/tried.html",
        row=row,
        text=text,
        answers=answers,
        waits=waits,
        tries=number + 1,
        problem=problem,
        name=_namer(desk.project),
    )


def _namer(project: Path) -> Callable[[Optional[str]], str]:
    """What staff call a topic."""
    names = {**topic_titles(project), **dangers(), **NO_TOPIC}
    return lambda topic: names.get(topic or "", str(topic or "nothing").replace("_", " "))


def _row(request: Request) -> versions.Row:
    desk = request.app.state.desk
    start.set_right(desk.settings, desk.engine)
    with desk.engine.connect() as connection:
        row = versions.get(connection, request.path_params["id"])
    if row is None:
        raise HTTPException(404)
    return row


def _progress(request: Request, row: versions.Row) -> dict[str, Any]:
    if row["state"] not in versions.RUNNING:
        return {"progress": None, "stages": STAGES}
    with request.app.state.desk.engine.connect() as connection:
        known = [one for one in versions.everything(connection) if one["state"] not in versions.RUNNING]
    return {"progress": progress(row, expected(known)), "stages": STAGES}


def _chart(compared: dict[str, Any]) -> Any:
    sides = compared["calibration"]
    return reliability(
        sides["before"]["bins"], sides["after"]["bins"], "How sure the bot is of a topic, and how often it is right"
    )


def _has_model(row: versions.Row) -> bool:
    return row["state"] not in versions.RUNNING and (Path(row["folder"] or "/dev/null") / "model.tar.gz").is_file()


routes = [
    Route("/training", training),
    Route("/training", begin, methods=["POST"]),
    Route("/training/{id:int}", version),
    Route("/training/{id:int}/progress", show_progress),
    Route("/training/{id:int}/log", show_log),
    Route("/training/{id:int}/cancel", cancel, methods=["POST"]),
    Route("/training/{id:int}/try", try_both, methods=["POST"]),
]
