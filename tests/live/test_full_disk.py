"""Not a byte left under store, capture and log: visitors are answered, and their turns stored once there is room."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from desk.capture.courier import LATE
from tests.channels.web_visitor import Visitor

pytestmark = pytest.mark.live

SENT = {
    "he is not breathing and his lips are blue": "emergency",
    "my eyes are turning yellow": "escalate",
    "What is naltrexone?": "answer",
    "thanks": "chitchat",
}


@contextmanager
def full(folder) -> Iterator[None]:
    """Fills the disk to its last byte."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:
                continue
    with pytest.raises(OSError):
        (folder / "one-more").write_bytes(b"x" * 5000)
    try:
        yield
    finally:
        filler.unlink()
        (folder / "one-more").unlink()


def stored(folder, conversation: str) -> list[str]:
    """What of the visitor's messages is in the database, read by another process than the server."""
    query = "select json_extract(data, '$.text') from events where sender_id = ? and type_name = 'user' order by id"
    with closing(sqlite3.connect(f"file:{folder / 'conversations.db'}?mode=ro", uri=True)) as database:
        return [text for (text,) in database.execute(query, [conversation])]


def test_a_full_disk_silences_nobody_and_loses_no_turn(island):
    if not island.mounted:
        pytest.skip("NOT tested with a full disk: mounting a small one is not allowed here.")
    visitor, late = Visitor(island.server.base), Visitor(island.server.base)
    visitor.start()
    visitor.says("hello")
    process = island.server.process
    with full(island.folder):
        for text, kind in SENT.items():
            started = time.monotonic()
            assert visitor.says(text)[0]["kind"] == kind
            assert time.monotonic() - started < 2.0
        late.start()
        assert late.says("my eyes are turning yellow")[0]["kind"] == "escalate"
        assert [line["text"] for line in visitor.history() if line["from"] == "visitor"] == ["hello", *SENT]
        # The databases' logs may have had room for this little; health tells it as it is, and never to stop the bot.
        state = visitor.http.get("/health")
        waits = any(state.json()["waiting"].values())
        assert (state.status_code, state.json()["status"]) == (200, "degraded" if waits else "ok")
    wanted = {visitor: ["hello", *SENT], late: ["my eyes are turning yellow"]}
    deadline = time.monotonic() + 25  # what waited in memory is tried again every few seconds
    while time.monotonic() < deadline and any(
        stored(island.folder, one.token.split(".")[0]) != texts for one, texts in wanted.items()
    ):
        time.sleep(0.5)
    for one, texts in wanted.items():
        assert stored(island.folder, one.token.split(".")[0]) == texts  # nothing lost, nothing doubled
    while visitor.http.get("/health").json()["status"] != "ok" and time.monotonic() < deadline + LATE:
        time.sleep(0.5)
    assert visitor.http.get("/health").json()["waiting"] == {"store": 0, "desk": 0}
    visitor.says("bye")
    assert stored(island.folder, visitor.token.split(".")[0])[-1] == "bye"
    assert island.server.process is process and process.poll() is None
