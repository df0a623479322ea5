"""How the bot is doing: a page of charts and figures, before and after the last publication."""

from __future__ import annotations

import time
from typing import Any, Optional

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk.database import groups, models
from desk.database import state as states
from desk.people.access import REVIEWER, who
from desk.render import render
from desk.review.words import TIERS, topic_titles
from desk.watch.chart import Column, bars
from desk.watch.figures import DAY, daily, drift, never_asked, period

DAYS = 30


def watch(request: Request) -> Response:
    """Thirty days of messages, and what has changed since the last publication."""
    who(request, REVIEWER)
    desk, now = request.app.state.desk, time.time()
    since = now // DAY * DAY - (DAYS - 1) * DAY
    titles = topic_titles(desk.project)
    with desk.engine.connect() as connection:
        published = last_publication(connection)
        days = daily(connection, since, now)
        before, after = period(connection, since, published or now), period(connection, published or now, now + 1)
        unanswered = without_answer(connection)
        kept = connection.execute(sa.select(states.c.value).where(states.c.key == "retention")).scalar()
    every = before.topics + after.topics
    return render(
        request,
        "watch/watch.html",
        chart=bars([_column(at, counts) for at, counts in days], "Messages a day, by what the bot did", published or 0),
        before=before,
        after=after,
        published=published,
        drift=drift(before.topics, after.topics),
        never=[titles[topic] for topic in never_asked(titles, every)] if every else [],
        unanswered=unanswered,
        tiers=TIERS,
        retention=kept,
    )


def _column(at: float, counts: dict[str, int]) -> Column:
    return Column(at, tuple((tier, number) for tier, number in counts.items()))


def last_publication(connection: Any) -> Optional[float]:
    """When a model was published last."""
    moment = connection.execute(sa.select(sa.func.max(models.c.published_at))).scalar()
    return float(moment) if moment else None


def without_answer(connection: Any, most: int = 10) -> list[dict[str, Any]]:
    """The largest open groups of questions that no paragraph answers."""
    query = (
        sa.select(groups.c.id, groups.c.text, groups.c.size)
        .where(groups.c.state == "open", sa.cast(groups.c.reasons, sa.Text).like('%"out_of_scope"%'))
        .order_by(groups.c.size.desc())
        .limit(most)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


routes = [Route("/watch", watch)]
