"""What visitors tell of themselves stands in no log, and is gone everywhere when they delete their chat."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.channels.web_visitor import Visitor
from tests.live.test_action_server import answering
from tests.planted import PLANTED, found_in, sentences

pytestmark = pytest.mark.live

JSON = {"Content-Type": "application/json"}


def tell_everything(bot) -> None:
    """Sends each planted sentence as a message, and the data wherever else a client can put something."""
    visitor = Visitor(bot.url, headers={"User-Agent": PLANTED[0], "Referer": f"https://x.example/?q={PLANTED[-1]}"})
    for n, sentence in enumerate(sentences()):
        if n % 20 == 0:
            visitor.start()
        visitor.post(sentence)
        bot.say(sentence, f"planted-{n}")
    for one in PLANTED:
        visitor.post(one, choice=f"/{one}")
        visitor.http.post("/feedback", json={"session": visitor.token, "message": one, "thumb": "up", "reason": one})
        visitor.http.get("/history", headers={"Authorization": f"Bearer {one}".encode()})
        for body in (f'{{"text": "{one}', json.dumps({"session": one, "id": one, "text": one}), one * 600):
            visitor.http.post("/message", content=body.encode(), headers=JSON)
            httpx.post(f"{bot.url}/webhooks/rest/webhook", content=body.encode(), headers=JSON)
        visitor.http.get(f"/widget/{one}.js")


def test_no_log_holds_what_visitors_told(bot):
    tell_everything(bot)
    bot.action_server.stop()
    try:
        with answering(bot.action_server.port, 500, PLANTED[0].encode(), "text/plain"):
            for n, sentence in enumerate(sentences()):
                bot.say(sentence, f"planted-{n}")
        with answering(bot.action_server.port, 200, b'{"events": [', "application/json"):
            bot.say(sentences()[3], "planted-broken")
    finally:
        bot.action_server.start()
    time.sleep(1)  # the desk's capture writes a moment later
    logs = [*bot.log.parent.rglob("*.log"), *bot.log.parent.rglob("*.jsonl")]
    assert bot.log in logs and bot.log.stat().st_size
    assert found_in(logs) == []
    text = bot.log.read_text(encoding="utf-8", errors="replace")
    assert "/greet" not in text  # stock Rasa keeps and prints each unknown command


def holds(database: Path, key: str) -> bool:
    """Whether `key` stands anywhere in a database."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source:
        return any(key in line for line in source.iterdump())


def test_forget_me_reaches_the_store_and_the_desk(bot):
    word = "Wolkenkuckucksheim"
    visitor = Visitor(bot.url)
    visitor.start()
    visitor.says(f"what is naltrexone, asks {word}")
    visitor.says(f"thanks, {word}")
    conversation = visitor.token.split(".")[0]
    folder = bot.log.parent
    asked = "what is naltrexone, asks"  # the word itself may have been redacted
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not holds(folder / "desk.db", asked):
        time.sleep(0.2)
    assert holds(folder / "conversations.db", conversation) and holds(folder / "desk.db", asked)
    assert visitor.http.post("/forget", json={"session": visitor.token}).status_code == 200
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and holds(folder / "desk.db", asked):
        time.sleep(0.5)
    left = [file.read_text(encoding="utf-8", errors="replace") for file in folder.rglob("*.jsonl")]
    for one in (conversation, word, asked):
        assert not holds(folder / "conversations.db", one) and not holds(folder / "desk.db", one)
        assert not [text for text in left if one in text]
