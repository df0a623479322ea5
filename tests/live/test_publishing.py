"""A model is published, taken back and refused while visitors write, with the real desk and the real Rasa.

The second model is the trained one with other words in it (tests/repacked.py): a training would take minutes.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from desk.database import turns
from tests.channels.web_visitor import Visitor, texts
from tests.live.published import NEW_WORDS, Crowd, LiveDesk, following, wait_until
from tests.servers import MODEL, Server

pytestmark = pytest.mark.live

QUESTION = "what is naltrexone?"
((OLD, NEW),) = NEW_WORDS.items()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("publishing")


@pytest.fixture(scope="module")
def desk(folder) -> Iterator[LiveDesk]:
    """The desk; version 1 is the trained model."""
    made = LiveDesk(folder)
    made.start()
    yield made
    made.server.kill()


@pytest.fixture(scope="module")
def server(desk, folder, bot) -> Iterator[Server]:
    """Rasa without any model of its own, beside the others' action server."""
    made = following(folder, desk, bot.action_server.port)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def url(server) -> str:
    return server.url.removesuffix("/webhooks/web/health")


def health(server: Server) -> dict:
    return httpx.get(server.url, timeout=10).json()


def answer_of(url: str) -> str:
    visitor = Visitor(url)
    visitor.start()
    return visitor.says(QUESTION)[0]["text"]


def test_the_bot_starts_with_the_published_model(server, desk, url):
    state = health(server)
    assert state["status"] == "ok" and state["sha256"] == hashlib.sha256(MODEL.read_bytes()).hexdigest()
    assert answer_of(url).startswith(OLD)
    wait_until(lambda: "answers with it" in desk.staff.get("/versions/live").text, 10)


def test_publishing_while_visitors_write_and_going_back(server, desk, url, capsys):
    visitor = Visitor(url)
    visitor.start()
    before = visitor.says("what side effects are common")
    first, domain = desk.published(), desk.project / "domain.yml"
    old_content = domain.read_bytes()
    domain.write_bytes(old_content.replace(b"# What the bot knows of", b"# What the bot now knows of"))
    number = desk.add_with(NEW_WORDS)
    with Crowd(url) as crowd:
        desk.step(number, "publish")
        taken = wait_until(lambda: health(server)["sha256"] == desk.version(number)["sha256"], 40)
    assert crowd.faults == []
    with capsys.disabled():
        print(f"\n  published: {taken:.1f} s until taken; {crowd.told()}")
    assert max(crowd.seconds) < 2.0
    # The open chat goes on: a follow-up is read in its context, and nothing of it is gone.
    assert "few days to weeks" in visitor.says("and how long do they last?")[0]["text"]
    assert visitor.says(QUESTION)[0]["text"].startswith(NEW)
    lines = visitor.history()
    assert texts(lines)[1] == before[0]["text"] and [one["from"] for one in lines].count("visitor") == 3
    with Crowd(url) as crowd:
        desk.step(first["id"], "back")
        taken = wait_until(lambda: health(server)["sha256"] == first["sha256"], 30)
    with capsys.disabled():
        print(f"  went back: {taken:.1f} s until taken; {crowd.told()}")
    assert crowd.faults == [] and max(crowd.seconds) < 2.0
    assert visitor.says(QUESTION)[0]["text"].startswith(OLD) and domain.read_bytes() == old_content
    assert desk.record()[-2:] == ["published", "went back"]


def garbage(target: Path) -> str:
    target.parent.mkdir(parents=True)
    target.write_bytes(MODEL.read_bytes()[:1_000_000])
    return hashlib.sha256(target.read_bytes()).hexdigest()


@pytest.mark.parametrize("fault", ["it fails the conversation", "it cannot be loaded"])
def test_a_model_that_does_not_work_goes_back_by_itself(server, desk, url, fault):
    first = desk.published()
    changes = {"utter_greet": "utter_hello"}  # what the rules say is then no response any more
    number = desk.add_with(changes) if fault == "it fails the conversation" else desk.add(garbage)
    with Crowd(url, a_second=5) as crowd:
        desk.step(number, "publish")
        wait_until(lambda: desk.version(number)["state"] == "broken", 40)
    assert crowd.faults == [] and max(crowd.seconds) < 2.0
    assert desk.published()["id"] == first["id"] and health(server)["sha256"] == first["sha256"]
    assert desk.record()[-3:] == ["published", "version broken", "went back by itself"]
    assert f"Version {number} did not work" in desk.staff.get("/versions").text
    wait_until(lambda: "answers with it" in desk.staff.get("/versions/live").text, 10)


def captured(desk: LiveDesk, said: list[str]) -> list[str]:
    """Which of these messages the desk has, as often as it has them."""
    with desk.engine.connect() as connection:
        rows = connection.execute(sa.select(turns.c.text).where(turns.c.text.in_(said)))
        return sorted(rows.scalars())


def test_the_desk_and_its_database_are_away_and_nothing_is_lost(server, desk, url):
    """Visitors notice nothing, and every message is there once when both are back."""
    said = [f"do you sell {colour} boats" for colour in ("red", "green", "blue", "white", "black", "brown")]
    visitor, seconds = Visitor(url), []
    visitor.start()
    path = desk.database.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as busy:
        busy.execute("BEGIN EXCLUSIVE")  # nobody else can write
        desk.server.kill()
        for text in said:
            began = time.monotonic()
            assert visitor.says(text)[0]["text"]
            seconds.append(time.monotonic() - began)
        time.sleep(3)  # longer than the capture waits for a lock
        assert captured(desk, said) == []
        busy.execute("ROLLBACK")
    assert max(seconds) < 2.0
    desk.server.start()
    wait_until(lambda: captured(desk, said) == sorted(said), 60)
    time.sleep(3)
    assert captured(desk, said) == sorted(said), "and none twice"


def test_without_the_desk_the_last_good_model_answers(server, desk, url, folder):
    """The newest file is cut off in the middle, and the desk is away: the one before it is good."""
    number = desk.add_with(NEW_WORDS)
    desk.step(number, "publish")
    wait_until(lambda: health(server)["sha256"] == desk.version(number)["sha256"], 40)
    kept = folder / "models" / "published" / f"{desk.version(number)['sha256']}.tar.gz"
    other = {one.name for one in kept.parent.iterdir()} - {kept.name}
    desk.server.kill()
    server.kill()
    kept.write_bytes(kept.read_bytes()[:1_000_000])
    server.start()
    assert f"{health(server)['sha256']}.tar.gz" in other
    assert answer_of(url).startswith(OLD)
    desk.server.start()
    wait_until(lambda: health(server)["sha256"] == desk.version(number)["sha256"], 40)


def test_without_any_model_the_bot_is_not_ready_and_not_silent(desk, tmp_path, bot):
    """A wrong token, and nothing usable on disk."""
    server = following(tmp_path, desk, bot.action_server.port, DESK_SECRET="not the secret")
    (tmp_path / "models" / "bot.tar.gz").write_bytes(b"garbage")
    ready, server.url = server.url, server.url.replace("/web/health", "/rest/")
    server.start()
    try:
        state = httpx.get(ready, timeout=10)
        assert state.status_code == 503 and state.json()["checks"]["model"] is False
        said = httpx.post(f"{server.url}webhook", json={"sender": "v", "message": "he is not breathing"}, timeout=10)
        assert "911" in said.json()[0]["text"]
        assert "401" in server.log.read_text()
    finally:
        server.kill()
