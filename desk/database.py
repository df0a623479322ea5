"""All tables of the desk, and the way to them: SQLite by default, PostgreSQL by a URL. Times are seconds since 1970."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()
SECONDS = 2.0  # to wait for the database's lock

# --- what visitors said (desk/capture) ----------------------------------------------------------------------------
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("message", sa.String(64), unique=True, nullable=False),  # a hash of Rasa's sender and message ids
    sa.Column("conversation", sa.String(64), index=True, nullable=False),  # a hash of Rasa's sender id
    sa.Column("at", sa.Float, index=True, nullable=False),
    sa.Column("text", sa.Text, nullable=False),  # redacted; empty for a pressed button
    sa.Column("choice", sa.String(80)),  # the topic behind a pressed button
    sa.Column("topic", sa.String(80), index=True),  # what the bot answered: the final topic
    sa.Column("confidence", sa.Float),
    sa.Column("margin", sa.Float),  # between the first and the second topic
    sa.Column("tier", sa.String(16), index=True),  # of the reply
    sa.Column("kind", sa.String(40)),
    sa.Column("safety", sa.JSON),  # the rules and scores that fired, as in the parse data
    sa.Column("ranking", sa.JSON),  # [[topic, confidence], ...], ten at the most
    sa.Column("reply", sa.JSON),  # [{response, kind, text, message}, ...]
    sa.Column("sources", sa.JSON),  # paragraphs
    sa.Column("model", sa.String(64)),
    sa.Column("latency", sa.Float),  # seconds from the message to the last word of the reply
    sa.Column("thumb", sa.String(8)),  # up, down
    sa.Column("thumb_reason", sa.Text),  # redacted
    sa.Column("reasons", sa.JSON),  # why it is worth a person's minute (desk/review)
    sa.Column("group_id", sa.Integer, index=True),  # null until it was looked at; 0 for nothing to review
)

# --- review (desk/review) -----------------------------------------------------------------------------------------
groups = sa.Table(
    "groups",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),  # the message that stands for the group
    sa.Column("vector", sa.LargeBinary),  # mean embedding, float16
    sa.Column("size", sa.Integer, nullable=False, default=1),
    sa.Column("reasons", sa.JSON),  # {reason: how many}
    sa.Column("weight", sa.Float, nullable=False, default=0.0),  # its place in the queue
    sa.Column("first_at", sa.Float, nullable=False),
    sa.Column("last_at", sa.Float, nullable=False),
    sa.Column("state", sa.String(16), nullable=False, default="open"),  # open, waiting (for a second person), done
    sa.Index("groups_queue", "state", "weight"),
)
labels = sa.Table(
    "labels",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("group_id", sa.Integer, index=True),
    sa.Column("decision", sa.String(16), nullable=False),  # topic, out_of_scope, danger, not_usable
    sa.Column("topic", sa.String(80)),  # where the examples belong; a danger topic for danger
    sa.Column("texts", sa.JSON, nullable=False),  # the messages that become examples
    sa.Column("predicted", sa.JSON),  # what the running model said to each, before it learned them
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("confirmed_by", sa.String(80)),
    # waiting, ready, written, undone, left (it was written, and somebody went back to content that lacks its topic)
    sa.Column("state", sa.String(16), nullable=False),
)

# --- topics (desk/topics) -----------------------------------------------------------------------------------------
danger_edits = sa.Table(  # changes of examples of danger, which wait for a second person
    "danger_edits",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("topic", sa.String(80), nullable=False),
    sa.Column("edits", sa.JSON, nullable=False),  # [[topic, old, new], ...]
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("decided_by", sa.String(80)),
    sa.Column("state", sa.String(16), nullable=False),  # waiting, written, withdrawn
)
drafts = sa.Table(  # answers that somebody looks at in the widget before they are saved
    "drafts",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),  # SHA-256 of what stands in the address
    sa.Column("answer", sa.JSON, nullable=False),  # {topic, text, paragraphs, escalate}
    sa.Column("at", sa.Float, nullable=False),
)

# --- checks (desk/check) ------------------------------------------------------------------------------------------
checks = sa.Table(  # what the slow checks found, by the hash of the content they looked at
    "checks",
    metadata,
    sa.Column("data_hash", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),  # running, done, failed
    sa.Column("stage", sa.String(80)),
    sa.Column("progress", sa.Float),  # 0 to 1
    sa.Column("process", sa.Integer),
    sa.Column("started_at", sa.Float, nullable=False),
    sa.Column("finished_at", sa.Float),
    sa.Column("findings", sa.JSON),
)
dismissals = sa.Table(  # findings that a person looked at and leaves as they are
    "dismissals",
    metadata,
    sa.Column("finding", sa.String(64), primary_key=True),  # Finding.key
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)

# --- versions (desk/training makes them, desk/publishing gives them to the bots) --------------------------------
models = sa.Table(
    "models",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.String(64), index=True),
    # training, failed, cancelled, comparing, refused, ready, published, retired, broken
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("why", sa.Text),
    sa.Column("started_at", sa.Float, nullable=False),
    sa.Column("finished_at", sa.Float),
    sa.Column("stage", sa.String(40)),
    sa.Column("progress", sa.Float),  # 0 to 1
    sa.Column("process", sa.Integer),  # of the job, while it runs
    sa.Column("data_hash", sa.String(64)),
    sa.Column("folder", sa.Text),  # holds model.tar.gz, content/ (the data it was trained on) and train.log
    sa.Column("figures", sa.JSON),
    sa.Column("comparison", sa.JSON),
    sa.Column("gate", sa.JSON),  # [{bound, passed, sentences}, ...]
    sa.Column("published_at", sa.Float),
    sa.Column("published_by", sa.String(80)),
)
# --- the bots that ask for the published model (desk/publishing) --------------------------------------------------
bots = sa.Table(
    "bots",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("in_use", sa.String(64)),  # SHA-256 of the model it answers with
    sa.Column("seen_at", sa.Float, nullable=False),
    sa.Column("tried", sa.String(64)),  # the last published model that it tried
    sa.Column("outcome", sa.String(16)),  # loaded, broken, trouble (it cannot even use the model that it has)
    sa.Column("reason", sa.Text),
)
state = sa.Table("state", metadata, sa.Column("key", sa.String(40), primary_key=True), sa.Column("value", sa.JSON))

# --- people and what they did (desk/people, desk/audit.py) --------------------------------------------------------
people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), unique=True, nullable=False),
    sa.Column("password", sa.Text, nullable=False),  # argon2id
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("toured", sa.Boolean, nullable=False, default=False),
    sa.Column("created_at", sa.Float, nullable=False),
)
codes = sa.Table(  # of those who log in with a code from their phone as well
    "codes",
    metadata,
    sa.Column("person_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("secret", sa.String(40), nullable=False),
    sa.Column("last_step", sa.BigInteger, nullable=False),  # of the last code that was used
    sa.Column("active", sa.Boolean, nullable=False),  # not before a first code was right
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),  # SHA-256 of the cookie's value
    sa.Column("person_id", sa.Integer, index=True, nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False),
)
attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(120), index=True, nullable=False),  # "name:…" or "address:…"
    sa.Column("at", sa.Float, nullable=False),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("who", sa.String(80), nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("diff", sa.Text),
    sa.Column("why", sa.Text),
    sa.Column("figures", sa.JSON),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)


def connect(url: str) -> Any:
    """An engine for `url`, with missing tables made. Raises sqlalchemy.exc.OperationalError if the database is away."""
    parsed = sa.engine.make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = sa.create_engine(parsed, pool_pre_ping=True, hide_parameters=True, connect_args={"connect_timeout": 2})
    else:
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            parsed,
            poolclass=sa.pool.QueuePool,
            hide_parameters=True,
            connect_args={"timeout": SECONDS, "check_same_thread": False},
        )
        sa.event.listen(engine, "connect", _tune_sqlite)
    metadata.create_all(engine)
    return engine


def _tune_sqlite(connection: Any, _: Any) -> None:
    """The bot writes while staff read, and what is deleted is gone from the file as well."""
    for setting in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {setting}")
