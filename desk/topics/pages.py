"""All topics, and one topic: its answer beside the facts it stands on, live checks, and its examples."""

from __future__ import annotations

import difflib
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.audit import record
from desk.database import turns
from desk.people.access import PUBLISHER, REVIEWER, form_of, who
from desk.render import render
from desk.review.words import topic_titles
from desk.topics.answers import Answer, Conflict, read_answer, save_answer
from desk.topics.examples import BrokenFile
from desk.topics.wording import complaints
from evaluation.content import read_examples, read_yaml

SHOWN = 200  # examples on a page


def topics(request: Request) -> Response:
    """Every topic with an answer: how many examples it has, and how often it was asked."""
    who(request, REVIEWER)
    desk = request.app.state.desk
    count = sa.select(turns.c.topic, sa.func.count()).group_by(turns.c.topic)
    with desk.engine.connect() as connection:
        asked = {row[0]: int(row[1]) for row in connection.execute(count)}
    taught = Counter(example.label for example in read_examples(desk.project / "data" / "nlu.yml"))
    titles = topic_titles(desk.project)
    return render(request, "topics/topics.html", titles=titles, taught=taught, asked=asked)


def topic(request: Request) -> Response:
    """One topic."""
    who(request, REVIEWER)
    name = _name(request)
    return _page(request, name, read_answer(request.app.state.desk.project, name))


def save(request: Request) -> Response:
    """A new wording of the answer, if nothing is wrong with it and nobody else changed it."""
    person, form, project = who(request, PUBLISHER), form_of(request), request.app.state.desk.project
    name = _name(request)
    old = read_answer(project, name)
    new = Answer(" ".join(str(form.get("text", "")).split()), old.title, old.paragraphs)
    wrong = complaints(new.text, _facts_of(project, new))
    if wrong:
        return _page(request, name, new, wrong, 422)
    try:
        save_answer(project, name, new, str(form.get("version", "")))
    except Conflict:
        return render(request, "topics/conflict.html", status_code=409, name=name, mine=new.text, theirs=old.text)
    except (BrokenFile, ValueError, OSError) as problem:
        return _page(request, name, new, [str(problem)], 422)
    changed = difflib.unified_diff(old.text.split(". "), new.text.split(". "), lineterm="", n=0)
    with request.app.state.desk.engine.begin() as connection:
        record(connection, person.name, "answer changed", name, diff="\n".join(changed), why=str(form.get("why", "")))
    return RedirectResponse(f"/topics/{name}", 303)


def check(request: Request) -> Response:
    """The live checks while somebody writes."""
    who(request, REVIEWER)
    project, name = request.app.state.desk.project, _name(request)
    text = str(form_of(request).get("text", ""))
    facts = _facts_of(project, read_answer(project, name))
    return render(request, "topics/complaints.html", complaints=complaints(text, facts))


def _name(request: Request) -> str:
    name = str(request.path_params["name"])
    if name not in topic_titles(request.app.state.desk.project):
        raise HTTPException(404)
    return name


def _page(request: Request, name: str, answer: Answer, wrong: list[str] | None = None, status: int = 200) -> Response:
    project = request.app.state.desk.project
    facts = read_yaml(project / "data" / "facts.yml")["paragraphs"]
    examples = [one.text for one in read_examples(project / "data" / "nlu.yml") if one.label == name]
    return render(
        request,
        "topics/topic.html",
        status_code=status,
        name=name,
        answer=answer,
        version=read_answer(project, name).version,
        complaints=wrong if wrong is not None else complaints(answer.text, _facts_of(project, answer)),
        facts=[(number, facts.get(number) or {"section": "", "facts": []}) for number in answer.paragraphs],
        examples=examples[:SHOWN],
        number=len(examples),
        may_save=who(request, REVIEWER).may(PUBLISHER),
    )


def _facts_of(project: Path, answer: Answer) -> str:
    facts: dict[int, Any] = read_yaml(project / "data" / "facts.yml")["paragraphs"]
    return " ".join(fact for number in answer.paragraphs for fact in (facts.get(number) or {}).get("facts") or [])


routes = [
    Route("/topics", topics),
    Route("/topics/{name}", topic),
    Route("/topics/{name}", save, methods=["POST"]),
    Route("/topics/{name}/check", check, methods=["POST"]),
]
