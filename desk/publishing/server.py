"""The model server: gives the published model to bots that know the secret, and hears what became of it.

`GET /models/current` is what Rasa's `models:` setting asks for: the file with its SHA-256 as ETag, 304 if the bot has
it already, 404 while nothing is published. What is served is read once, and is what the table says or is not served.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from pathlib import Path
from typing import Any, Optional

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desk.publishing import bots, publish, versions
from desk.publishing.versions import Row

logger = logging.getLogger(__name__)
_SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST = {"bot": 80, "reason": 300}  # characters
MOST_BYTES = 8 * 1024  # of a report


def current(request: Request) -> Response:
    """The published model."""
    if not is_known(request):
        return _error(401, "The token is missing or wrong.")
    desk = request.app.state.desk
    _hear(desk, request)
    with desk.engine.connect() as connection:
        row = versions.published(connection)
    if row is None:
        return _error(404, "Nothing is published.")
    headers = {"ETag": f'"{row["sha256"]}"', "filename": f"version-{row['id']}.tar.gz"}
    if row["sha256"] in _asked_for(request):
        return Response(status_code=304, headers=headers)
    model = checked_model(row)
    if model is None:
        logger.error("The file of version %s is not the one that was published.", row["id"])
        publish.is_broken(desk, row["id"], "Its model file is missing or was changed.", publish.DESK)
        return _error(503, "The published model is damaged.")
    return Response(model, media_type="application/gzip", headers=headers)


async def report(request: Request) -> Response:
    """{bot, sha256, state, reason, in_use}: what a bot says about a model that it was given."""
    if not is_known(request):
        return _error(401, "The token is missing or wrong.")
    said = _read(await request.body())
    if said is None:
        return _error(400, "This is no report.")
    await run_in_threadpool(take, request.app.state.desk, said)
    return Response(status_code=204)


def take(desk: Any, said: dict[str, str]) -> None:
    """Notes a report. If the published version is broken, the one before it is published again."""
    outcome = {"tried": said["sha256"], "outcome": said["state"], "reason": said["reason"]}
    bots.note(desk.engine, said["bot"], in_use=said["in_use"], **outcome)
    with desk.engine.connect() as connection:
        row = versions.published(connection)
    if said["state"] == bots.BROKEN and row and row["sha256"] == said["sha256"]:
        publish.is_broken(desk, row["id"], said["reason"], said["bot"])


def is_known(request: Request) -> bool:
    """Whether the secret came along, as a bearer token or, as Rasa itself sends it, as `token` in the address."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    given = bearer.strip() if scheme.lower() == "bearer" else request.query_params.get("token", "")
    secret = request.app.state.desk.settings.secret
    return secrets.compare_digest(given.encode(), secret.encode())


def checked_model(row: Row) -> Optional[bytes]:
    """The bytes of a version's model; None if they are not those that the table names."""
    try:
        model = Path(versions.model_file(row)).read_bytes()
    except OSError:
        return None
    return model if hashlib.sha256(model).hexdigest() == row["sha256"] else None


def _asked_for(request: Request) -> list[str]:
    given = request.headers.get("if-none-match", "").split(",")
    return [one.strip().removeprefix("W/").strip('"') for one in given]


def _hear(desk: Any, request: Request) -> None:
    name = request.headers.get("x-bot", "")[: LONGEST["bot"]]
    in_use = next((one for one in _asked_for(request) if _SHA256.fullmatch(one)), None)
    if not name:
        return
    try:
        bots.note(desk.engine, name, in_use=in_use)
    except Exception as error:  # a busy database is no reason to keep a model back
        logger.warning("A bot could not be noted (%s).", type(error).__name__)


def _read(body: bytes) -> Optional[dict[str, str]]:
    """A report's fields, all of them as text; None if it is none."""
    try:
        said = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        return None
    fields = ("bot", "sha256", "state", "reason", "in_use")
    if not isinstance(said, dict) or not all(isinstance(said.get(field), str) for field in fields):
        return None
    is_sound = _SHA256.fullmatch(said["sha256"]) and said["state"] in (bots.LOADED, bots.BROKEN, bots.TROUBLE)
    if not is_sound or not said["bot"] or not (_SHA256.fullmatch(said["in_use"]) or said["in_use"] == ""):
        return None
    return {field: said[field][: LONGEST.get(field)] for field in fields}


def _error(status: int, sentence: str) -> Response:
    return JSONResponse({"error": sentence}, status)


routes = [
    Route("/models/current", current),
    Route("/models/report", report, methods=["POST"]),
]
