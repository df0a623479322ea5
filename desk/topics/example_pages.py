"""The posts behind a topic's examples: add, reword, take out, take back, and the second person for danger."""

from __future__ import annotations

from typing import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.people.access import PUBLISHER, REVIEWER, form_of, who
from desk.render import render
from desk.review.labelling import NotAllowed
from desk.topics import example_edits
from desk.topics.examples import BrokenFile, Edit, Refusal
from desk.topics.pages import topic_of, topic_page

MOST_LINES = 200  # new examples in one go


def add(request: Request) -> Response:
    """New examples, one a line."""
    who(request, PUBLISHER)
    name, form = topic_of(request)[0], form_of(request)
    lines = [line.strip() for line in str(form.get("lines", "")).split("\n") if line.strip()]
    if not lines:
        return topic_page(request, name, status=422, refused=[("", "write at least one example, one a line")])
    if len(lines) > MOST_LINES:
        why = f"{MOST_LINES} examples are the most in one go"
        return topic_page(request, name, status=422, refused=[(f"{len(lines)} lines", why)])
    return _change(request, name, [Edit(name, new=line) for line in lines])


def change(request: Request) -> Response:
    """One example reworded, or taken out."""
    who(request, PUBLISHER)
    name, form = topic_of(request)[0], form_of(request)
    old = str(form.get("old", ""))
    new = "" if form.get("step") == "remove" else str(form.get("new", "")).strip()
    if not old or (form.get("step") != "remove" and not new):
        return topic_page(request, name, status=422, refused=[(old, "write something, or take it out")])
    return _change(request, name, [Edit(name, old, new)])


def take_back(request: Request) -> Response:
    """Undoes one change that stands in the record."""
    who(request, PUBLISHER)
    name = topic_of(request)[0]
    edits = example_edits.edits_of(request.app.state.desk.engine, request.path_params["entry"])
    if not edits or any(edit.topic != name for edit in edits):
        return _refused(request, "This change cannot be taken back.", name)
    return _change(request, name, [edit.back for edit in reversed(edits)])


def confirm(request: Request) -> Response:
    """The second person agrees to a change of danger."""
    person, desk = who(request, REVIEWER), request.app.state.desk
    name, id = topic_of(request)[0], request.path_params["id"]
    try:
        refused = example_edits.confirm(desk.engine, desk.project, person.name, id)
    except (NotAllowed, BrokenFile, OSError) as problem:
        return _refused(request, str(problem), name)
    return _after(request, name, refused, "changed")


def withdraw(request: Request) -> Response:
    """Takes a waiting change of danger back."""
    person, name = who(request, REVIEWER), topic_of(request)[0]
    try:
        example_edits.withdraw(request.app.state.desk.engine, person.name, request.path_params["id"])
    except NotAllowed as problem:
        return _refused(request, str(problem), name)
    return RedirectResponse(f"/topics/{name}?done=withdrawn#examples", 303)


def _change(request: Request, name: str, edits: Sequence[Edit]) -> Response:
    person, desk = who(request, PUBLISHER), request.app.state.desk
    try:
        done, refused = example_edits.change_examples(desk.engine, desk.project, person.name, edits)
    except (BrokenFile, OSError) as problem:
        return _refused(request, str(problem), name)
    return _after(request, name, refused, "waits" if topic_of(request)[1].is_danger(name) else "changed", bool(done))


def _after(request: Request, name: str, refused: list[Refusal], done: str, any_done: bool = True) -> Response:
    if refused:
        return topic_page(request, name, status=422, refused=refused)
    return RedirectResponse(f"/topics/{name}{f'?done={done}' if any_done else ''}#examples", 303)


def _refused(request: Request, problem: str, name: str) -> Response:
    return render(request, "review/refused.html", 409, problem=problem, back=f"/topics/{name}")


routes = [
    Route("/topics/{name}/examples", add, methods=["POST"]),
    Route("/topics/{name}/example", change, methods=["POST"]),
    Route("/topics/{name}/take-back/{entry:int}", take_back, methods=["POST"]),
    Route("/topics/{name}/confirm/{id:int}", confirm, methods=["POST"]),
    Route("/topics/{name}/withdraw/{id:int}", withdraw, methods=["POST"]),
]
