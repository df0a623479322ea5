"""`make pace` and `make burst`: visitors write at a steady pace, whether or not the bot keeps up with them.

`make pace`: 20 messages a second for ten minutes, by 200 visitors with the frozen cases' words. `make burst`: 100 a
second for ten seconds, more than two processors can answer; then a message may be turned away with a clear 429 (the
widget sends it again by itself), but none may be lost. Each visitor has an address of their own, as the proxy would
tell it, so that the bot keeps its usual limits. A time counts from the moment at which the message was due, so that a
bot that falls behind cannot hide it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass, field
from itertools import cycle

import aiohttp

from evaluation.load import CASES
from evaluation.measured import Figure, Progress, report, share
from evaluation.own_bot import OwnBot, own_bot
from evaluation.score import read_cases

WEB = "/webhooks/web"
WARM_UP = 40  # messages, which do not count
STORING = 30.0  # seconds after the last reply until everything must be stored


@dataclass
class Paced:
    """What a run found. Times are seconds, messages are meant by their id."""

    took: list[float] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    refused: int = 0  # 429
    odd: int = 0  # any other status, or no answer at all
    empty: int = 0
    safe: int = 0  # with the channel's own line, the bot being too slow, or too many writing
    lost: int = 0  # answered, and not stored
    doubled: int = 0
    memory: tuple[float, float] = (0.0, 0.0)


class Visitors:
    """Sessions that take turns in writing."""

    def __init__(self, client: aiohttp.ClientSession, found: Paced, name: str) -> None:
        """`found` is filled in; the messages' ids begin with `name`."""
        self._client, self._found, self._name = client, found, name
        self._tokens: list[tuple[str, dict[str, str]]] = []

    async def come(self, number: int) -> None:
        """Opens that many sessions, each from an address of its own."""
        for n in range(number):
            address = {"X-Forwarded-For": f"10.1.{n // 250}.{n % 250 + 1}"}
            async with self._client.post(f"{WEB}/session", json={}, headers=address) as answer:
                self._tokens.append(((await answer.json())["session"], address))

    async def write(self, n: int, text: str, due: float) -> None:
        """Sends message `n`, which was due at `due` (monotonic), and notes what came of it."""
        found, id = self._found, f"{self._name}-{n:08}"
        token, address = self._tokens[n % len(self._tokens)]
        try:
            body = {"session": token, "id": id, "text": text}
            async with self._client.post(f"{WEB}/message", json=body, headers=address) as answer:
                reply = await answer.json()
                status = answer.status
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError):
            status, reply = 0, {}
        found.took.append(time.monotonic() - due)
        if status == 200:
            found.answered.add(id)
            found.empty += not reply.get("messages")
            found.safe += any("-safe-" in one["id"] for one in reply.get("messages") or [])
        elif status == 429:
            found.refused += 1
        else:
            found.odd += 1


async def pace(bot: OwnBot, rate: float, seconds: float, sessions: int, name: str = "pace") -> Paced:
    """Plays it against `bot`; the messages' ids begin with `name`."""
    texts = cycle([case["text"] for turns in read_cases(sorted(CASES.glob("*.jsonl"))) for case in turns])
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(bot.base, connector=connector, timeout=aiohttp.ClientTimeout(60)) as client:
        warm = Visitors(client, Paced(), f"warm-{name}")
        await warm.come(2)
        for n in range(WARM_UP):
            await warm.write(n, next(texts), time.monotonic())
        found = Paced()
        visitors = Visitors(client, found, name)
        await visitors.come(sessions)
        before = bot.memory()
        await _at_a_pace(visitors, texts, found, int(rate * seconds), rate)
        await _until_stored(bot, found)
        found.memory = (before, bot.memory())
    return found


async def _at_a_pace(visitors: Visitors, texts: cycle[str], found: Paced, messages: int, rate: float) -> None:
    tasks: set[asyncio.Task[None]] = set()
    progress, seen = Progress(messages), 0
    began = time.monotonic()
    for n in range(messages):
        due = began + n / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        task = asyncio.create_task(visitors.write(n, next(texts), due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        if progress.is_due:
            recent, seen = found.took[seen:], len(found.took)
            times = f"p50 {share(recent, 0.5):.0f} ms, p99 {share(recent, 0.99):.0f} ms since the last line"
            progress.show(n + 1, f" sent, {len(tasks)} under way, {times}")
    while tasks:
        await asyncio.wait(tasks, timeout=5)
        progress.show(messages, f" sent, {len(tasks)} under way")


async def _until_stored(bot: OwnBot, found: Paced) -> None:
    """Counts what was answered and is not stored once, after a while in which late turns may still be."""
    deadline = time.monotonic() + STORING
    while (missing := found.answered - set(stored := bot.stored())) and time.monotonic() < deadline:
        await asyncio.sleep(1)
    found.lost = len(missing)
    found.doubled = sum(1 for one in found.answered if stored[one] > 1)


def figures(found: Paced, is_burst: bool) -> list[Figure]:
    """The figures with the goals of a steady pace, or of a burst."""
    goals = {50: None, 95: None, 99: 5000.0} if is_burst else {50: 100.0, 95: 300.0, 99: 1000.0}
    times = [Figure(f"p{part}", share(found.took, part / 100), "ms", goal) for part, goal in goals.items()]
    return [
        Figure("messages", len(found.took)),
        *times,
        Figure("slowest", share(found.took, 1.0), "ms"),
        Figure("empty replies", found.empty, below=0),
        Figure("turned away with 429", found.refused, below=None if is_burst else 0),
        Figure("any other status, or none", found.odd, below=0),
        Figure("answered but not stored", found.lost, below=0),
        Figure("stored twice", found.doubled, below=0),
        Figure("answered with the channel's own line", found.safe),
        Figure("memory before", found.memory[0], "MB"),
        Figure("memory after", found.memory[1], "MB"),
    ]


def main() -> None:
    """Starts a bot, plays the visitors, prints the table; the exit status says whether the goals are reached."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=float, default=20.0, help="messages a second")
    options.add_argument("--seconds", type=float, default=600.0)
    options.add_argument("--sessions", type=int, default=200)
    options.add_argument("--burst", action="store_true", help="the goals of a burst: 429 is allowed")
    chosen = options.parse_args()
    name = "burst" if chosen.burst else "pace"
    print(f"{name}: {chosen.rate:g} messages a second for {chosen.seconds:g} s, {chosen.sessions} sessions", flush=True)
    with own_bot() as bot:
        found = asyncio.run(pace(bot, chosen.rate, chosen.seconds, chosen.sessions))
    about = {key: getattr(chosen, key) for key in ("rate", "seconds", "sessions")}
    sys.exit(report(name, figures(found, chosen.burst), **about))


if __name__ == "__main__":
    main()
