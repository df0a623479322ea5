"""`make load`: how fast the bot is on this machine, with the frozen cases as visitors. A benchmark, no check.

The bot runs as `make run` starts it, on databases of its own and with the capture for the desk. Printed are the time
from the start to the first reply, then for one client and for several: the time from a message to its reply (p50, p99)
and messages a second; and the memory of each process before and after. Every conversation has a sender of its own.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import yaml

from evaluation.score import read_cases

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "evaluation" / "cases"
START_LIMIT = 120.0  # seconds


def free_port() -> int:
    """A local port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def bot(folder: Path, *options: str) -> Iterator[tuple[int, int, float]]:
    """The running bot with all its data in `folder`: its process id, its port, and the seconds to its first reply.

    `options` are further ones of scripts/run.py.
    """
    port, actions_port = free_port(), free_port()
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{actions_port}/webhook"
    endpoints["tracker_store"]["db"] = str(folder / "conversations.db")
    (folder / "endpoints.yml").write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    desk = {"DESK_DATABASE_URL": f"sqlite:///{folder / 'desk.db'}", "DESK_FOLDER": str(folder / "desk")}
    command = [sys.executable, str(ROOT / "scripts" / "run.py"), "--desk-port", "0", "--port", str(port)]
    command += ["--actions-port", str(actions_port), "--endpoints", str(folder / "endpoints.yml"), *options]
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **desk}, stdout=subprocess.DEVNULL)
    try:
        yield process.pid, port, _first_reply(process, port) - began
    finally:
        process.terminate()
        process.wait()


def _first_reply(process: subprocess.Popen[bytes], port: int) -> float:
    """When the bot first said something. Ends this process with a message if it never does."""
    limit = time.perf_counter() + START_LIMIT
    while process.poll() is None and time.perf_counter() < limit:
        try:
            if say(http.client.HTTPConnection("127.0.0.1", port, timeout=30), "first", "hello"):
                return time.perf_counter()
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.1)
    sys.exit("The bot did not start; the reason is in var/rasa.log or var/actions.log.")


def say(connection: http.client.HTTPConnection, sender: str, text: str) -> bool:
    """Whether the bot replied to one message over REST."""
    body = json.dumps({"sender": sender, "message": text})
    connection.request("POST", "/webhooks/rest/webhook", body, {"Content-Type": "application/json"})
    reply = connection.getresponse()
    return reply.status == 200 and bool(json.loads(reply.read()))


def play(port: int, conversations: list[list[str]], clients: int) -> tuple[list[float], int, float]:
    """Says all conversations: each message's seconds, how many got no reply, and the seconds for all together."""
    waiting: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
    for texts in conversations:
        waiting.put(texts)
    took: list[float] = []
    silent: list[str] = []

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while not waiting.empty():
            try:
                texts = waiting.get_nowait()
            except queue.Empty:
                return
            sender = f"load-{uuid.uuid4().hex}"
            for text in texts:
                began = time.perf_counter()
                replied = say(connection, sender, text)
                took.append(time.perf_counter() - began)
                if not replied:
                    silent.append(text)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took, len(silent), time.perf_counter() - began


def family(pid: int) -> list[int]:
    """The processes below `pid`."""
    own = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [found for child in map(int, own) for found in (child, *family(child))]


def memory(pid: int) -> str:
    """Each process below `pid` with its memory (RSS) in MB."""
    found = []
    for one in family(pid):
        pages = int(Path(f"/proc/{one}/statm").read_text(encoding="ascii").split()[1])
        found.append(f"{_name(one)} {pages * os.sysconf('SC_PAGE_SIZE') / 2**20:.0f} MB")
    return ", ".join(found)


def processor_seconds(pid: int) -> dict[str, float]:
    """How much processor time each process below `pid` has had; unlike the clock it hardly depends on other load."""
    found = {}
    for one in family(pid):
        fields = Path(f"/proc/{one}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        found[_name(one)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def _name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
    return "actions" if "actions" in words else words[2]


def show(name: str, took: list[float], silent: int, seconds: float) -> None:
    """Prints one run."""
    took = sorted(took)
    p50, p99 = (1000 * took[int(len(took) * share)] for share in (0.5, 0.99))
    print(
        f"{name}: {len(took)} messages, p50 {p50:.0f} ms, p99 {p99:.0f} ms, {len(took) / seconds:.0f} a second, "
        f"{silent} without a reply",
        flush=True,
    )


def main() -> None:
    """Runs it all."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clients", type=int, default=8, help="of the second run")
    options.add_argument("--most", type=int, default=400, help="conversations in each run")
    chosen = options.parse_args()
    spoken = [[case["text"] for case in turns] for turns in read_cases(sorted(CASES.glob("*.jsonl")))]
    spoken = spoken[:: max(1, len(spoken) // chosen.most)][: chosen.most]
    print("load average before: " + Path("/proc/loadavg").read_text(encoding="ascii").strip(), flush=True)
    with tempfile.TemporaryDirectory() as folder, bot(Path(folder)) as (pid, port, seconds):
        print(f"first reply after {seconds:.1f} s; {memory(pid)}", flush=True)
        play(port, spoken[:30], 1)  # to warm up
        for clients in (1, chosen.clients):
            before = processor_seconds(pid)
            took, silent, seconds = play(port, spoken, clients)
            show(f"{clients} client(s)", took, silent, seconds)
            spent = {name: after - before[name] for name, after in processor_seconds(pid).items()}
            each = (f"{name} {1000 * one / len(took):.1f}" for name, one in spent.items())
            print("  processor time in ms a message: " + ", ".join(each), flush=True)
        print("afterwards: " + memory(pid))


if __name__ == "__main__":
    main()
