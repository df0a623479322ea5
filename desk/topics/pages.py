"""All topics, and one topic: its answer beside the facts it stands on, live checks, and its examples."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import Any

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.audit import record
from desk.database import turns
from desk.headers import WITH_FRAME
from desk.people.access import PUBLISHER, REVIEWER, form_of, who
from desk.render import render
from desk.topics import example_edits
from desk.topics.answers import Answer, Conflict, all_answers, read_answer, save_answer, tidy
from desk.topics.catalogue import Catalogue, read_catalogue
from desk.topics.changes import content_change
from desk.topics.examples import BrokenFile, pairs_in, text_of
from desk.topics.removal import is_staffs
from desk.topics.views import by_section, examples_of, shown
from desk.topics.wording import all_complaints, left_alone, read_facts


def topics(request: Request) -> Response:
    """Every topic: how many examples it has, and how often it was asked."""
    person = who(request, REVIEWER)
    desk = request.app.state.desk
    count = sa.select(turns.c.topic, sa.func.count()).group_by(turns.c.topic)
    with desk.engine.connect() as connection:
        asked = {row[0]: int(row[1]) for row in connection.execute(count)}
    path = desk.project / "data" / "nlu.yml"
    return render(
        request,
        "topics/topics.html",
        catalogue=read_catalogue(desk.project),
        taught=Counter(topic for topic, _ in pairs_in(text_of(path), path)),
        asked=asked,
        may_save=person.may(PUBLISHER),
    )


def topic(request: Request) -> Response:
    """One topic."""
    who(request, REVIEWER)
    return topic_page(request, topic_of(request)[0])


def save(request: Request) -> Response:
    """A new wording of the answer, if nothing is wrong with it and nobody else changed it."""
    person, desk = who(request, PUBLISHER), request.app.state.desk
    name, catalogue = topic_of(request)
    if name not in catalogue.answers:
        raise HTTPException(404)
    form, new = form_of(request), posted_answer(request)
    old = read_answer(desk.project, name)
    try:
        new = tidy(new)
        with content_change(desk.engine, desk.project) as connection:
            old = read_answer(desk.project, name)
            if old.version != form.get("version"):
                raise Conflict
            wrong = answer_complaints(desk.project, name, old, new)
            if wrong:
                return topic_page(request, name, new, wrong, 422)
            diff, why = answer_diff(old, new), str(form.get("why", ""))
            record(connection, person.name, "answer changed", name, diff=diff, why=why)
            save_answer(desk.project, name, new, old.version)
    except Conflict:
        return render(request, "topics/conflict.html", status_code=409, name=name, mine=new, theirs=old)
    except (BrokenFile, ValueError, OSError) as problem:
        return topic_page(request, name, new, [str(problem)], 422)
    return RedirectResponse(f"/topics/{name}?done=saved", 303)


def check(request: Request) -> Response:
    """The live checks while somebody writes."""
    who(request, REVIEWER)
    desk, name = request.app.state.desk, topic_of(request)[0]
    found = answer_complaints(desk.project, name, read_answer(desk.project, name), posted_answer(request))
    return render(request, "topics/complaints.html", complaints=found)


def topic_of(request: Request) -> tuple[str, Catalogue]:
    """The topic that the address names, and all topics. Raises 404."""
    name, catalogue = str(request.path_params["name"]), read_catalogue(request.app.state.desk.project)
    if name not in catalogue.titles:
        raise HTTPException(404)
    return name, catalogue


def posted_answer(request: Request) -> Answer:
    """The answer in the form; paragraphs that are no numbers are left out."""
    form = form_of(request)
    numbers = sorted({int(number) for number in map(str, form.getlist("paragraph")) if number.isdecimal()})
    return Answer(" ".join(str(form.get("text", "")).split()), str(form.get("title", "")).strip(), tuple(numbers))


def answer_complaints(project: Any, name: str, old: Answer, new: Answer) -> list[str]:
    """Everything that is wrong with `new` in the place of `old`."""
    elsewhere = {n for topic, other in all_answers(project).items() if topic != name for n in other.paragraphs}
    return all_complaints(project, name, new) + left_alone(old.paragraphs, new.paragraphs, elsewhere)


def answer_diff(old: Answer, new: Answer) -> str:
    """What changed, sentence by sentence, as lines that begin with - and +."""
    before, after = (
        [f"name: {one.title}", f"paragraphs: {list(one.paragraphs)}", *one.text.split(". ")] for one in (old, new)
    )
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def topic_page(
    request: Request,
    name: str,
    answer: Answer | None = None,
    wrong: list[str] | None = None,
    status: int = 200,
    refused: list[tuple[str, str]] | None = None,
) -> Response:
    """The page of a topic; `answer` is what somebody wrote and `wrong` why it was not saved."""
    person, desk, asked = who(request, REVIEWER), request.app.state.desk, request.query_params
    catalogue = read_catalogue(desk.project)
    page = int(asked.get("page", "1")) if asked.get("page", "1").isdecimal() else 1
    saved = read_answer(desk.project, name) if name in catalogue.answers else None
    written = answer or saved
    facts = read_facts(desk.project)
    return render(
        request,
        "topics/topic.html",
        status_code=status,
        headers=WITH_FRAME,
        name=name,
        title=catalogue.titles[name],
        answer=written,
        version=saved.version if saved else "",
        complaints=wrong if wrong is not None else all_complaints(desk.project, name, written) if written else [],
        is_danger=catalogue.is_danger(name),
        is_staffs=is_staffs(desk.project, name),
        escalates=name in catalogue.escalating,
        facts=[(n, facts.get(n) or {"section": "", "facts": []}) for n in (written.paragraphs if written else ())],
        sections=by_section(facts, written.paragraphs if written else ()),
        shown=shown(examples_of(desk.project, name), asked.get("q", ""), page, asked.get("example", "")),
        waiting=example_edits.waiting(desk.engine, name),
        latest=example_edits.latest(desk.engine, name),
        refused=refused or [],
        done=asked.get("done", ""),
        me=person.name,
        may_save=person.may(PUBLISHER),
    )


routes = [
    Route("/topics", topics),
    Route("/topics/{name}", topic),
    Route("/topics/{name}", save, methods=["POST"]),
    Route("/topics/{name}/check", check, methods=["POST"]),
]
