"""The capture in a process of its own: killed, stopped, without its database, and still nothing is lost or doubled."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.capture.courier import Courier
from desk.capture.stream import Stream
from desk.settings import ROOT


@pytest.fixture
def courier(database, tmp_path: Path) -> Courier:
    """The way to a process that is not started yet."""
    return Courier(database.url, tmp_path)


@pytest.fixture
def capture(courier: Courier) -> Iterator[Stream]:
    """The capture as the bot has it, running."""
    stream = Stream(courier)
    stream.start()
    yield stream
    stream.close()


def publish(stream: Stream, events: list[dict], sender: str = "visitor-1") -> None:
    for event in events:
        stream.publish({**event, "sender_id": sender})


def test_a_conversation_arrives_redacted_and_is_confirmed(capture, courier, events, database, until):
    publish(capture, events)
    assert until(lambda: courier._number > 13 and not courier._items)
    rows = database.rows()
    assert len(rows) == 13 and rows[12]["thumb"] == "up"
    assert rows[1]["thumb_reason"] == "my name is [name], call [phone]"


def test_a_killed_process_costs_nothing(capture, courier, events, database, until):
    publish(capture, events, "visitor-1")
    time.sleep(0.3)
    courier._process.kill()
    publish(capture, events, "visitor-2")
    assert until(lambda: not courier._items and len(database.rows()) == 26, 20)
    courier._process.kill()  # it waits for work
    publish(capture, events, "visitor-3")
    assert until(lambda: len(database.rows()) == 39, 20)
    assert courier.lost == 0


def test_a_hanging_process_holds_up_nobody(capture, courier, events, database, until):
    assert until(lambda: courier._process is not None)
    courier._process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    for number in range(30):
        publish(capture, events, f"visitor-{number}")
    assert time.monotonic() - began < 2
    courier._process.send_signal(signal.SIGCONT)
    assert until(lambda: len(database.rows()) == 390, 60)


def test_what_waits_is_written_at_the_end(courier, events, database):
    stream = Stream(courier)
    stream.start()
    publish(stream, events)
    stream.close()
    assert len(database.rows()) == 13 and courier.lost == 0
    assert courier._process.poll() == 0


def test_what_takes_too_long_is_written_after_the_end(events, database, tmp_path, until):
    bot = (
        "import json, sys; from pathlib import Path; from desk.capture.courier import Courier\n"
        "from desk.capture.stream import Stream\n"
        "stream = Stream(Courier(sys.argv[1], Path(sys.argv[2]))); stream.start()\n"
        "for line in sys.stdin: stream.publish(json.loads(line))\n"
        "stream.close(2)"
    )
    many = "".join(json.dumps({**event, "sender_id": f"v{n}"}) + "\n" for n in range(10) for event in events)
    command = [sys.executable, "-c", bot, database.url, str(tmp_path)]
    subprocess.run(command, cwd=ROOT, input=many, text=True, check=True)
    assert until(lambda: len(database.rows()) == 130, 60)


def test_without_its_database_it_spools_and_the_next_one_writes_it(events, tmp_path, database):
    away = Courier(f"sqlite:///{tmp_path / 'nowhere' / 'desk.db'}", tmp_path)
    (tmp_path / "nowhere").write_text("a file where a folder should be")
    first = Stream(away)
    first.start()
    publish(first, events)
    first.close()
    spooled = (tmp_path / "spool-1.jsonl").read_text()
    assert spooled.count('"do": "turn"') == 13 and "212-555-0142" not in spooled and away.lost == 0
    second = Stream(Courier(database.url, tmp_path))
    second.start()
    second.close()
    assert len(database.rows()) == 13


def test_forgotten_also_by_a_process_that_comes_later(capture, courier, events, database, until):
    publish(capture, events, "visitor-1")
    assert until(lambda: len(database.rows()) == 13)
    courier._process.send_signal(signal.SIGSTOP)
    publish(capture, events, "visitor-1")
    publish(capture, events, "visitor-2")
    capture.forget(["visitor-1"])
    time.sleep(0.5)
    courier._process.kill()
    assert until(lambda: not courier._items and len(database.rows()) == 13, 20)
    assert len({row["conversation"] for row in database.rows()}) == 1


def test_what_kills_the_process_again_and_again_is_left_out(courier, monkeypatch, until):
    lines = ("import sys; print(0, flush=True)", "for line in sys.stdin:", " assert 'odd' not in line")
    script = "\n".join([*lines, " print(line.split()[0], flush=True)"])
    start = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **rest: start([sys.executable, "-c", script], **rest))
    monkeypatch.setattr("desk.capture.courier.PAUSES", (0.01, 0.01, 0.01))
    courier.start()
    courier.thumb({"sender_id": "a", "text": "odd"})
    courier.thumb({"sender_id": "b", "text": "well"})
    assert until(lambda: not courier._items)
    assert courier.lost == 1
    courier.close(5)


def test_the_process_ends_when_the_bot_is_killed(database, tmp_path, until):
    bot = (
        "import sys, time; from pathlib import Path; from desk.capture.courier import Courier\n"
        "courier = Courier(sys.argv[1], Path(sys.argv[2])); courier.start(); print(courier._process.pid, flush=True)\n"
        "time.sleep(60)"
    )
    arguments = [sys.executable, "-c", bot, database.url, str(tmp_path)]
    with subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        child = int(process.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        process.kill()
    assert until(lambda: gone(child))


def gone(pid: int) -> bool:
    """Whether a process has ended; its parent, which would reap it, may be this machine's init."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_the_process_is_small_and_stands_back(capture, courier, events, database, until):
    publish(capture, events)
    assert until(lambda: len(database.rows()) == 13)
    pid = courier._process.pid
    assert os.getpriority(os.PRIO_PROCESS, pid) == 19
    resident = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    assert resident < 300  # MB; with TensorFlow it would be 500
    assert "tensorflow" not in Path(f"/proc/{pid}/maps").read_text()
    assert database.url.encode() not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_odd_lines_cost_nothing_but_themselves(database, tmp_path, events):
    good = json.dumps(["turn", [{**event, "sender_id": "a"} for event in events[3:7]]])
    said = f'1 {{}}\n2 ["dance", 1]\n3 [\n4 ["turn", [{{}}]]\n5 {good}\n'
    command = [sys.executable, "-m", "desk.capture.child", str(tmp_path)]
    environment = {**os.environ, "DESK_CAPTURE_URL": database.url}
    ran = subprocess.run(command, cwd=ROOT, env=environment, input=said.encode(), capture_output=True, check=True)
    assert ran.stdout.split()[-1] == b"5"
    assert len(database.rows()) == 1
