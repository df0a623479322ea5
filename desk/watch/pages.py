"""How the bot is doing: a page of charts and figures, each before and since the last publication."""

from __future__ import annotations

import time
from typing import Any, Optional, Sequence

import sqlalchemy as sa
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk.database import models
from desk.database import state as states
from desk.people.access import REVIEWER, who
from desk.render import render
from desk.review.words import TIERS, dangers, other_topics, topic_titles
from desk.watch.chart import Column, bars
from desk.watch.figures import (
    DAY,
    THUMBS,
    Days,
    daily,
    daily_thumbs,
    drift,
    moved,
    never_asked,
    period,
    unanswered,
)

DAYS = 30
THUMB_WORDS = {"up": "thumbs up", "down": "thumbs down"}


def watch(request: Request) -> Response:
    """Thirty days of messages, and what has changed since the last publication."""
    who(request, REVIEWER)
    desk, now = request.app.state.desk, time.time()
    since = now // DAY * DAY - (DAYS - 1) * DAY
    with desk.engine.connect() as connection:
        published = last_publication(connection)
        turn = min(max(since, published or now), now)
        days, thumbs = daily(connection, since, now), daily_thumbs(connection, since, now)
        before, after = period(connection, since, turn), period(connection, turn, now + 1)
        questions = unanswered(connection, turn)
        kept = connection.execute(sa.select(states.c.value).where(states.c.key == "retention")).scalar()
    titles = topic_titles(desk.project)
    return render(
        request,
        "watch/watch.html",
        charts=charts(days, thumbs, published or 0),
        sides=[(before, (turn - since) / DAY), (after, (now - turn) / DAY)],
        published=published,
        drift=drift(before.topics, after.topics),
        moved=moved(before.topics, after.topics),
        name={**titles, **dangers(), **other_topics({*before.topics, *after.topics} - {*titles, *dangers()})},
        never=[
            [titles[one] for one in never_asked(titles, side.topics)] if side.messages else None
            for side in (before, after)
        ],
        unanswered=questions,
        tiers=TIERS,
        retention=kept,
    )


def charts(days: Days, thumbs: Days, published: float) -> list[dict[str, Any]]:
    """What is drawn: {picture, caption, words}, each with a line at the last publication."""
    return [
        _chart("Messages a day, by what the bot did", days, tuple(TIERS), TIERS, published),
        _chart("Messages a day that the bot had no answer to", days, ("out_of_scope",), TIERS, published),
        _chart("Thumbs a day", thumbs, THUMBS, THUMB_WORDS, published),
    ]


def _chart(caption: str, days: Days, names: Sequence[str], words: dict[str, str], published: float) -> dict[str, Any]:
    columns = [Column(at, tuple((name, counts[name]) for name in names)) for at, counts in days]
    picture: Markup = bars(columns, caption, words, published)
    return {"picture": picture, "caption": caption, "words": {name: words[name] for name in names}}


def last_publication(connection: Any) -> Optional[float]:
    """When a model was published last."""
    moment = connection.execute(sa.select(sa.func.max(models.c.published_at))).scalar()
    return float(moment) if moment else None


routes = [Route("/watch", watch)]
