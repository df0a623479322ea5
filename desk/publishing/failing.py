"""The published model fails while it is in use: what watches the bot says so, and the version before it takes over.

`POST /models/failing` with `{sha256, reason}` and the bots' token. A bot that refuses a model as it comes says so
itself (server.py); this is for one that took it and hangs or talks nonsense since, and can report nothing.
"""

from __future__ import annotations

import json
import re
from typing import Any, Optional

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desk.publishing import publish, versions
from desk.publishing.server import LONGEST, MOST_BYTES, is_known

SUPERVISOR = "supervisor"  # who says so, in the record
PATH = "/models/failing"
_SHA256 = re.compile(r"[0-9a-f]{64}|")


async def failing(request: Request) -> Response:
    """`{version}`: what the desk went back to, 0 if it did not. An empty `sha256` is whatever is published."""
    if not is_known(request):
        return JSONResponse({"error": "The token is missing or wrong."}, 401)
    said = _read(await request.body())
    if said is None:
        return JSONResponse({"error": "This is no report."}, 400)
    version = await run_in_threadpool(give_way, request.app.state.desk, *said)
    return JSONResponse({"version": version})


def give_way(desk: Any, sha256: str, reason: str) -> int:
    """The published version gives way to the one before it, whose number this is; 0 if nothing changed.

    Nothing does if the model that fails is not the published one, or if there is none before it whose files are whole:
    a bot without any model is no better.
    """
    with desk.engine.connect() as connection:
        row = versions.published(connection)
        if row is None or sha256 not in ("", row["sha256"]) or versions.before(connection, row["id"]) is None:
            return 0
    publish.is_broken(desk, row["id"], reason, SUPERVISOR)
    with desk.engine.connect() as connection:
        now = versions.published(connection)
    return int(now["id"]) if now else 0


def _read(body: bytes) -> Optional[tuple[str, str]]:
    """The hash and the reason of a report; None if it is none."""
    try:
        said = json.loads(body) if len(body) <= MOST_BYTES else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not all(isinstance(said.get(field), str) for field in ("sha256", "reason")):
        return None
    return (said["sha256"], said["reason"][: LONGEST["reason"]]) if _SHA256.fullmatch(said["sha256"]) else None


routes = [Route(PATH, failing, methods=["POST"])]
