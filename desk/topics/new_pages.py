"""One form for a new topic, empty or begun from messages that staff found in the queue."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.audit import record
from desk.headers import WITH_FRAME
from desk.people.access import PUBLISHER, REVIEWER, form_of, who
from desk.render import render
from desk.review import labelling, queue
from desk.topics.answers import Answer, read_answer
from desk.topics.catalogue import read_catalogue
from desk.topics.changes import content_change
from desk.topics.examples import Refusal, load, text_of
from desk.topics.files import BrokenFile, write_together
from desk.topics.new_topic import name_for, plan_topic, refusals, why_not
from desk.topics.pages import posted_answer, topic_of
from desk.topics.removal import is_staffs, plan_removal
from desk.topics.views import by_section, examples_of
from desk.topics.wording import all_complaints, read_facts
from evaluation.check_examples import LEAST_OF_STAFF

EMPTY = Answer("", "", ())


def begin(request: Request) -> Response:
    """The empty form, or the form with the messages of a group as first examples."""
    who(request, PUBLISHER)
    found = queue.group(request.app.state.desk.engine, _group_id(request.query_params.get("group", "")))
    texts = list(dict.fromkeys(message["text"] for message in found["messages"])) if found else []
    refused = refusals(request.app.state.desk.project, texts)[0] if texts else []
    return _page(request, EMPTY, texts, found["id"] if found else 0, refused=refused)


def make(request: Request) -> Response:
    """Writes the topic, if nothing is wrong with it; the group it came from is then decided."""
    person, desk, form = who(request, PUBLISHER), request.app.state.desk, form_of(request)
    answer, group = posted_answer(request), _group_id(str(form.get("group", "")))
    examples = _lines(form.get("examples"))
    try:
        with content_change(desk.engine, desk.project) as connection:
            wrong, refused = all_complaints(desk.project, "", answer), why_not(desk.project, examples)
            if wrong or refused:
                return _page(request, answer, examples, group, wrong, refused, 422)
            name = name_for(answer.title, [*read_catalogue(desk.project).titles, *_responses(desk.project)])
            texts = plan_topic(desk.project, name, answer, examples)
            record(
                connection, person.name, "topic made", name, diff=_diff(answer, examples), why=str(form.get("why", ""))
            )
            if group:
                _settle(connection, desk.engine, person.name, group, name, examples)
            write_together(desk.project, texts)
    except labelling.NotAllowed as problem:
        return _page(request, answer, examples, 0, [str(problem)], status=409)
    except (BrokenFile, ValueError, OSError) as problem:
        return _page(request, answer, examples, group, [str(problem)], status=422)
    return RedirectResponse(f"/topics/{name}?done=made", 303)


def remove(request: Request) -> Response:
    """Takes a topic out again that staff made."""
    person, desk, name = who(request, PUBLISHER), request.app.state.desk, topic_of(request)[0]
    if not is_staffs(desk.project, name):
        raise HTTPException(409, "Only topics that were made in this desk can be taken out here.")
    try:
        with content_change(desk.engine, desk.project) as connection:
            answer, examples = read_answer(desk.project, name), examples_of(desk.project, name)
            texts = plan_removal(desk.project, name)
            record(connection, person.name, "topic taken out", name, diff=_diff(answer, examples, "-"))
            write_together(desk.project, texts)
    except (BrokenFile, ValueError, OSError) as problem:
        return render(request, "review/refused.html", 409, problem=str(problem), back=f"/topics/{name}")
    return RedirectResponse("/topics", 303)


def check(request: Request) -> Response:
    """The live checks while somebody writes."""
    who(request, REVIEWER)
    found = all_complaints(request.app.state.desk.project, "", posted_answer(request))
    return render(request, "topics/complaints.html", complaints=found)


def _settle(connection: Any, engine: Any, person: str, group: int, name: str, examples: list[str]) -> None:
    """The group's messages have become examples: it leaves the queue with a label like all others."""
    found = queue.group(engine, group)
    said = {message["text"]: message["topic"] for message in found["messages"]} if found else {}
    texts = [text for text in said if text in examples]
    predicted = [[text, said[text]] for text in texts]
    decision = labelling.Decision("topic", name, texts, predicted)
    labelling.settle(connection, person, group, decision, state="written")


def _page(
    request: Request,
    answer: Answer,
    examples: list[str],
    group: int,
    wrong: list[str] | None = None,
    refused: list[Refusal] | None = None,
    status: int = 200,
) -> Response:
    return render(
        request,
        "topics/new.html",
        status_code=status,
        headers=WITH_FRAME,
        answer=answer,
        examples=examples,
        group=group,
        complaints=wrong or [],
        refused=refused or [],
        least=LEAST_OF_STAFF,
        sections=by_section(read_facts(request.app.state.desk.project), answer.paragraphs),
    )


def _responses(project: Any) -> list[str]:
    """Names that a topic cannot have because a response has them."""
    path = project / "domain.yml"
    return [str(name).removeprefix("utter_") for name in load(text_of(path), path)["responses"]]


def _lines(given: Any) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in str(given or "").split("\n") if line.strip()))


def _group_id(given: str) -> int:
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _diff(answer: Answer, examples: list[str], sign: str = "+") -> str:
    return "\n".join(f"{sign} {line}" for line in (answer.title, answer.text, str(list(answer.paragraphs)), *examples))


routes = [
    Route("/topics/new", begin),
    Route("/topics/new", make, methods=["POST"]),
    Route("/topics/new/check", check, methods=["POST"]),
    Route("/topics/{name}/remove", remove, methods=["POST"]),
]
