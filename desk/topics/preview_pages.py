"""A draft as the visitor will see it: the real widget in a frame, and the few requests of the web channel it needs.

The widget's code is the visitor's, untouched. It sends no cookies, so static/preview.js lends its requests the
session and the token that every post at the desk needs.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import Any

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from actions.catalogue import read_answers
from desk.database import drafts
from desk.headers import IN_FRAME
from desk.people.access import REVIEWER, form_of, who
from desk.render import render
from desk.settings import ROOT
from desk.topics.pages import posted_answer
from desk.topics.views import examples_of
from desk.topics.wording import read_facts
from evaluation.content import read_yaml

KEPT = 3600.0  # seconds that a draft can be looked at


def preview(request: Request) -> Response:
    """Keeps the draft that was posted, and shows it."""
    who(request, REVIEWER)
    desk, name = request.app.state.desk, str(request.path_params["name"])
    answer, ticket, now = posted_answer(request), secrets.token_urlsafe(32), time.time()
    kept = {"topic": name, "text": answer.text or "…", "paragraphs": list(answer.paragraphs)}
    with desk.engine.begin() as connection:
        connection.execute(drafts.delete().where(drafts.c.at < now - KEPT))
        connection.execute(drafts.insert().values(token=_hash(ticket), answer=kept, at=now))
    question = _question(request, name, answer.title)
    return render(request, "topics/preview.html", headers=IN_FRAME, ticket=ticket, question=question)


def session(request: Request) -> Response:
    """POST /session of the web channel."""
    _draft(request)
    clinic = read_yaml(request.app.state.desk.project / "clinic.yml")
    about = {"name": str(clinic.get("name") or ""), "phone": str(clinic.get("phone") or "")}
    notice = {"keep_days": clinic.get("keep_days")}
    found = {"session": "preview", "expires": time.time() + KEPT, "notice": notice, "clinic": about}
    return JSONResponse({**found, "emergency": clinic.get("emergency")})


def message(request: Request) -> Response:
    """POST /message of the web channel: whatever was written is answered with the draft."""
    draft = _draft(request)
    return JSONResponse({"messages": messages_for(request.app.state.desk.project, draft), "session": "preview"})


def done(request: Request) -> Response:
    """POST /feedback and /forget: nothing is kept."""
    _draft(request)
    return JSONResponse({"ok": True})


def history(request: Request) -> Response:
    """GET /history: there is none."""
    _draft(request)
    return JSONResponse({"messages": [], "session": "preview"})


def messages_for(project: Any, draft: dict[str, Any]) -> list[dict[str, Any]]:
    """The bot's messages in the web channel's format: the provider line first, where the topic has one."""
    known = read_answers(project / "domain.yml").get(draft["topic"])
    found = []
    if known and known.escalate:
        line = read_yaml(project / "domain.yml")["responses"][f"utter_escalate_{known.escalate}"][0]["text"]
        found.append(_message(line, "escalate", f"escalate_{known.escalate}", []))
    facts = read_facts(project)
    sources = [{"section": facts[n]["section"], "paragraph": n} for n in draft["paragraphs"] if n in facts]
    return [*found, _message(draft["text"], "answer", draft["topic"], sources)]


def widget_file(request: Request) -> Response:
    """One of the widget's own modules."""
    path = ROOT / "widget" / f"{request.path_params['name']}.js"
    if not str(request.path_params["name"]).isalpha() or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type="text/javascript")


def _message(text: str, kind: str, topic: str, sources: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": secrets.token_hex(8), "text": text, "kind": kind, "topic": topic, "buttons": [], "sources": sources}


def _question(request: Request, name: str, title: str) -> str:
    """What the visitor in the preview asks: an example of the topic."""
    lines = [line.strip() for line in str(form_of(request).get("examples", "")).split("\n") if line.strip()]
    return next(iter([*lines, *examples_of(request.app.state.desk.project, name)]), title or "…")


def _draft(request: Request) -> dict[str, Any]:
    """The draft behind the ticket in the address. Raises 404."""
    who(request, REVIEWER)
    kept = sa.and_(drafts.c.token == _hash(str(request.path_params["ticket"])), drafts.c.at > time.time() - KEPT)
    with request.app.state.desk.engine.connect() as connection:
        found = connection.execute(sa.select(drafts.c.answer).where(kept)).scalar()
    if not found:
        raise HTTPException(404)
    return dict(found)


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


routes = [
    Route("/static/widget/{name}.js", widget_file),
    Route("/topics/{name}/preview", preview, methods=["POST"]),
    Route("/preview/{ticket}/session", session, methods=["POST"]),
    Route("/preview/{ticket}/message", message, methods=["POST"]),
    Route("/preview/{ticket}/feedback", done, methods=["POST"]),
    Route("/preview/{ticket}/forget", done, methods=["POST"]),
    Route("/preview/{ticket}/history", history),
]
