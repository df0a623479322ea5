"""The front page, one group with its choices, what waits for a second person, export and import."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.audit import record
from desk.database import labels
from desk.people.access import PUBLISHER, REVIEWER, form_of, who
from desk.render import has_page, render
from desk.review import exchange, labelling, queue
from desk.review.words import REASONS, TIERS, dangers, topic_titles
from desk.topics import example_edits
from desk.topics.examples import BrokenFile, listed, text_of
from desk.topics.take_over import take_over


def front(request: Request) -> Response:
    """The ten heaviest groups, with their reasons."""
    who(request, REVIEWER)
    desk, reason = request.app.state.desk, request.query_params.get("reason", "")
    return render(
        request,
        "review/queue.html",
        rows=queue.front(desk.engine, reason=reason if reason in REASONS else ""),
        counts=queue.counts(desk.engine),
        ready=len(labelling.in_state(desk.engine, "ready")),
        waiting=len(labelling.in_state(desk.engine, "waiting")) + len(example_edits.waiting(desk.engine)),
        reason=reason,
        reasons=REASONS,
        has_topics=has_page(request, "/topics"),
        **_just_decided(request),
    )


def group(request: Request) -> Response:
    """One group: its messages, what the bot said, and the choices."""
    who(request, REVIEWER)
    found = queue.group(request.app.state.desk.engine, request.path_params["id"])
    if found is None:
        return render(request, "review/gone.html", status_code=404)
    return _group_page(request, found)


def _group_page(request: Request, found: dict[str, Any], problem: str = "", status: int = 200) -> Response:
    desk = request.app.state.desk
    titles = topic_titles(desk.project)
    examples = first_examples(desk.project)
    suggested = [
        {"topic": topic, "title": titles[topic], "score": score, "example": examples.get(topic, "")}
        for topic, score in queue.suggestions(found["messages"])
        if topic in titles
    ]
    return render(
        request,
        "review/group.html",
        status_code=status,
        group=found,
        suggested=suggested,
        titles=titles,
        dangers=dangers(),
        reasons=REASONS,
        tiers=TIERS,
        problem=problem,
        may_make=who(request, REVIEWER).may(PUBLISHER),
        distinct=distinct(found["messages"]),
        **_just_decided(request),
    )


def _just_decided(request: Request) -> dict[str, Any]:
    """What this person decided a moment ago, to be taken back with one key."""
    person, number = who(request, REVIEWER), request.query_params.get("done", "")
    desk = request.app.state.desk
    if not (number.isdecimal() and len(number) < 10):
        return {"just": None}
    just = labelling.of_person(desk.engine, person.name, int(number))
    title = topic_titles(desk.project).get(just["topic"]) if just and just["topic"] else None
    return {"just": just, "just_title": title or "not something we answer"}


def distinct(messages: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    """Each wording once, by its newest message (one with a thumb down, if there is one), and how often it was said."""
    by_text: dict[str, list[dict[str, Any]]] = {}
    for message in messages:
        by_text.setdefault(message["text"], []).append(message)
    return [(max(same, key=lambda one: one["thumb"] == "down"), len(same)) for same in by_text.values()]


def decide(request: Request) -> Response:
    """Takes a decision, then shows the next group."""
    person, form, desk = who(request, REVIEWER), form_of(request), request.app.state.desk
    found = queue.group(desk.engine, request.path_params["id"])
    if found is None:
        return render(request, "review/gone.html", status_code=404)
    texts = {message["text"]: message for message in found["messages"]}
    chosen = [text for text in map(str, form.getlist("text")) if text in texts]
    predicted = [[text, texts[text]["topic"]] for text in chosen]
    decision = str(form.get("decision", ""))
    topic = str(form.get(decision, "")) or None if decision in ("topic", "other", "danger") else None
    decision = "topic" if decision == "other" else decision
    if decision == "topic" and topic not in topic_titles(desk.project):
        return _group_page(request, found, "Please choose a topic from the list.", 422)
    topic = "out_of_scope" if decision == "out_of_scope" else topic
    left_out = [text for text in texts if chosen and text not in chosen]
    try:
        meant = labelling.Decision(decision, topic, chosen, predicted)
        label = labelling.decide(desk.engine, person.name, found["id"], meant, left_out)
    except labelling.NotAllowed as problem:
        return _group_page(request, found, str(problem), 409)
    upcoming = queue.front(desk.engine, 1)
    return RedirectResponse(f"/review/{upcoming[0]['id']}?done={label}" if upcoming else f"/?done={label}", 303)


def decided(request: Request) -> Response:
    """What waits for a second person, and what is ready for the next training; each can be taken back."""
    person = who(request, REVIEWER)
    engine = request.app.state.desk.engine
    return render(
        request,
        "review/decided.html",
        waiting=labelling.in_state(engine, "waiting"),
        ready=labelling.in_state(engine, "ready"),
        left=[label for label in labelling.in_state(engine, "left") if label["texts"]],
        me=person.name,
        may_learn=person.may(PUBLISHER),
        titles={**topic_titles(request.app.state.desk.project), **dangers()},
        problem=request.query_params.get("problem", ""),
        danger_edits=example_edits.waiting(engine),
    )


def confirm(request: Request) -> Response:
    """The second person agrees."""
    return _change(request, labelling.confirm)


def undo(request: Request) -> Response:
    """Takes a label back."""
    return _change(request, labelling.undo)


def _change(request: Request, change: Any) -> Response:
    person, desk = who(request, REVIEWER), request.app.state.desk
    try:
        group = change(desk.engine, person.name, request.path_params["id"])
    except labelling.NotAllowed as problem:
        return render(request, "review/refused.html", status_code=409, problem=str(problem))
    to_group = group and form_of(request).get("to") == "group"
    return RedirectResponse(f"/review/{group}" if to_group else "/decided", 303)


def learn(request: Request) -> Response:
    """Writes what is ready into the training examples."""
    person, desk = who(request, PUBLISHER), request.app.state.desk
    try:
        number, refused = take_over(desk.engine, desk.project, person.name)
    except (BrokenFile, OSError, labelling.NotAllowed) as problem:
        return render(request, "review/refused.html", status_code=409, problem=str(problem))
    return render(request, "review/learned.html", number=number, refused=refused)


def export(request: Request) -> Response:
    """All labelled messages as JSON lines."""
    person, engine = who(request, REVIEWER), request.app.state.desk.engine
    kept = sa.select(labels.c.texts, labels.c.topic).where(
        labels.c.state.in_(("ready", "written")), labels.c.topic.isnot(None)
    )
    with engine.begin() as connection:
        rows = [(text, row.topic) for row in connection.execute(kept) for text in row.texts]
        record(connection, person.name, "export", f"{len(rows)} labelled messages")
    headers = {"Content-Disposition": 'attachment; filename="labelled.jsonl"'}
    body = "".join(line + "\n" for line in exchange.to_lines(rows))
    return Response(body, media_type="application/x-ndjson", headers=headers)


def import_lines(request: Request) -> Response:
    """Labelled messages from a file; those of danger wait for a second person."""
    person, desk = who(request, REVIEWER), request.app.state.desk
    kinds = dangers()
    try:
        lines = exchange.lines_of(str(form_of(request).get("lines", "")))
        pairs = exchange.from_lines(lines, set(topic_titles(desk.project)) | set(kinds) | {"out_of_scope"})
    except exchange.ImportProblem as problem:
        return render(request, "review/refused.html", status_code=422, problem=str(problem))
    labelling.take_over(desk.engine, person.name, pairs)
    return RedirectResponse("/decided", 303)


def first_examples(project: Any) -> dict[str, str]:
    """One example of each topic: the first of its list. Raises BrokenFile."""
    found: dict[str, str] = {}
    path = project / "data" / "nlu.yml"
    for topic, text in listed(text_of(path), path):
        found.setdefault(topic, text)
    return found


routes = [
    Route("/", front),
    Route("/review/{id:int}", group),
    Route("/review/{id:int}", decide, methods=["POST"]),
    Route("/decided", decided),
    Route("/labels/{id:int}/confirm", confirm, methods=["POST"]),
    Route("/labels/{id:int}/undo", undo, methods=["POST"]),
    Route("/learn", learn, methods=["POST"]),
    Route("/export", export),
    Route("/import", import_lines, methods=["POST"]),
]
