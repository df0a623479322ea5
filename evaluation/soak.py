"""`make soak`: thousands of messages, no two alike, half of them commands. Do memory and log stay small?

Stock Rasa keeps and prints each unknown command for ever. Goals for 10,000 messages: below 30 MB more memory, below
200 bytes of log for each, and no reply missing.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from evaluation.measured import Figure, Progress, report, share
from evaluation.own_bot import OwnBot, own_bot

MOST_MEGABYTES, MOST_BYTES = 30.0, 200.0
TURNS = 20  # of one visitor; a new one comes then, from another address, as in a busy week
WARM_UP = 300  # messages until caches and pools are as large as they get


@dataclass(frozen=True)
class Soak:
    """What a run found: memory in MB, log in bytes a message, the seconds of each turn."""

    memory_before: float
    memory_after: float
    log_bytes: float
    took: list[float]

    @property
    def figures(self) -> list[Figure]:
        """The same beside the goals."""
        return [
            Figure("messages", len(self.took)),
            Figure("memory before", self.memory_before, "MB"),
            Figure("memory grew by", self.memory_after - self.memory_before, "MB", MOST_MEGABYTES),
            Figure("log for each message", self.log_bytes, "bytes", MOST_BYTES),
            *(Figure(f"p{part}", share(self.took, part / 100), "ms") for part in (50, 95, 99)),
            Figure("slowest turn", share(self.took, 1.0), "ms"),
        ]


def nonsense(seed: int = 1) -> Iterator[str]:
    """Unique messages without a meaning, every other one a command."""
    draw, number = random.Random(seed), 0  # noqa: S311 - no secret
    while True:
        words = " ".join("".join(draw.choices("bdfgklmnprstaeiou", k=draw.randint(3, 9))) for _ in range(5))
        yield f"/x{number} {words}" if number % 2 else f"{words} {number}"
        number += 1


def soak(bot: OwnBot, messages: int, warm_up: int = WARM_UP) -> Soak:
    """Sends that many messages over the web channel, one after the other. Raises for a reply that is missing."""
    texts = nonsense()
    print(f"  {warm_up} messages to warm up", flush=True)
    _talk(bot.base, texts, warm_up, 0, lambda done: None)
    before, log, progress = bot.memory(), bot.log.stat().st_size, Progress(messages)

    def show(done: int) -> None:
        if progress.is_due:
            more = f"memory {bot.memory() - before:+.1f} MB, log {(bot.log.stat().st_size - log) / done:.0f} bytes each"
            progress.show(done, f", {more}")

    took = _talk(bot.base, texts, messages, warm_up, show)
    return Soak(before, bot.memory(), (bot.log.stat().st_size - log) / messages, took)


def _talk(base: str, texts: Iterator[str], messages: int, first: int, show: Callable[[int], None]) -> list[float]:
    took: list[float] = []
    with httpx.Client(base_url=f"{base}/webhooks/web", timeout=30) as client:
        for n in range(first, first + messages):
            if n % TURNS == 0 or n == first:
                visitor = n // TURNS
                client.headers["X-Forwarded-For"] = f"10.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}"
                token = client.post("/session", json={}).json()["session"]
            started = time.monotonic()
            answer = client.post("/message", json={"session": token, "id": f"soak-{n:08}", "text": next(texts)})
            took.append(time.monotonic() - started)
            if answer.status_code != 200 or not answer.json()["messages"]:
                raise RuntimeError(f"Message {n} was answered with {answer.status_code}.")
            show(len(took))
    return took


def main() -> None:
    """Starts a bot, soaks it, prints what was found; the exit status says whether that is fine."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=10_000)
    chosen = options.parse_args()
    print(f"soak: {chosen.messages} messages, no two alike", flush=True)
    with own_bot() as bot:
        found = soak(bot, chosen.messages)
    sys.exit(report("soak", found.figures))


if __name__ == "__main__":
    main()
