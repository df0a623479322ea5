"""The record for people: what was done, with a filter; the check of its chain; the whole of it as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, Mapping

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from desk.audit import FIELDS, verify
from desk.database import audit
from desk.people.access import PUBLISHER, who
from desk.render import render

PAGE = 50  # rows
COLUMNS = ("id", *FIELDS[1:], *FIELDS[:1], "hash")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # with one of these first, a spreadsheet would compute a cell
CHOICES = (("people", "who"), ("steps", "what"))  # what the filter offers, and its column
FILTERS = ("who", "what", "text", "since", "until")


def show(request: Request) -> Response:
    """One page of the record, newest first."""
    who(request, PUBLISHER)
    wanted = wanted_of(request.query_params)
    query = select(wanted).order_by(audit.c.id.desc()).limit(PAGE + 1)
    before, is_checked = request.query_params.get("before", ""), "check" in request.query_params
    if before.isdecimal():
        query = query.where(audit.c.id < int(before))
    with request.app.state.desk.engine.connect() as connection:
        rows = list(connection.execute(query).mappings())
        context: dict[str, Any] = {name: _distinct(connection, audit.c[column]) for name, column in CHOICES}
        context["broken"] = verify(connection) if is_checked else None
    context |= {"rows": rows[:PAGE], "older": rows[PAGE - 1]["id"] if len(rows) > PAGE else None}
    address = request.url.include_query_params
    return render(request, "audit/audit.html", wanted=wanted, is_checked=is_checked, address=address, **context)


def export(request: Request) -> Response:
    """All rows that fit the filter, oldest first, as CSV."""
    who(request, PUBLISHER)
    engine, query = request.app.state.desk.engine, select(wanted_of(request.query_params)).order_by(audit.c.id)
    headers = {"Content-Disposition": 'attachment; filename="record.csv"'}
    return StreamingResponse(lines(engine, query), media_type="text/csv; charset=utf-8", headers=headers)


def wanted_of(parameters: Mapping[str, str]) -> dict[str, str]:
    """The filter that an address holds: who, what, text, since and until (days as 2026-11-24); empty for any."""
    return {name: parameters.get(name, "").strip() for name in FILTERS}


def select(wanted: Mapping[str, str]) -> Any:
    """The query for a filter. A day that is none is left out."""
    query = audit.select()
    for column in (audit.c.who, audit.c.what):
        if wanted[column.name]:
            query = query.where(column == wanted[column.name])
    if wanted["text"]:
        columns = (audit.c.subject, audit.c.why, audit.c.diff)
        query = query.where(sa.or_(*(column.contains(wanted["text"], autoescape=True) for column in columns)))
    since, until = day(wanted["since"]), day(wanted["until"])
    if since:
        query = query.where(audit.c.at >= since.timestamp())
    if until:
        query = query.where(audit.c.at < (until + timedelta(days=1)).timestamp())
    return query


def day(text: str) -> datetime | None:
    """The beginning of a day, where this machine is; None if the text is no day."""
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None


def safe_cell(value: Any) -> str:
    """A cell that a spreadsheet shows and never computes."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def lines(engine: Any, query: Any) -> Iterator[str]:
    """CSV, a line for each row, the names of the columns first."""
    yield ",".join(("time", *COLUMNS)) + "\r\n"
    with engine.connect() as connection:
        for row in connection.execution_options(stream_results=True).execute(query).mappings():
            moment = datetime.fromtimestamp(row["at"], timezone.utc).isoformat(timespec="seconds")
            buffer = io.StringIO()
            csv.writer(buffer).writerow([moment, *(safe_cell(row[column]) for column in COLUMNS)])
            yield buffer.getvalue()


def _distinct(connection: Any, column: Any) -> list[str]:
    return list(connection.execute(sa.select(column).distinct().order_by(column)).scalars())


routes = [Route("/audit", show), Route("/audit/record.csv", export)]
