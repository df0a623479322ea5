"""`make soak`: thousands of messages, no two alike, half of them commands. Do memory and log stay small?

Stock Rasa keeps and prints each unknown command for ever. Goals for 10,000 messages: below 30 MB more memory, below
200 bytes of log for each, and no reply missing.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from evaluation.own_bot import OwnBot, own_bot

MOST_MEGABYTES, MOST_BYTES = 30.0, 200.0
TURNS = 20  # of one visitor; a new one comes then, from another address, as in a busy week
WARM_UP = 300  # messages until caches and pools are as large as they get


@dataclass(frozen=True)
class Soak:
    """What a run found: memory in MB, log in bytes a message, seconds a turn."""

    messages: int
    memory_before: float
    memory_after: float
    log_bytes: float
    median: float
    slowest: float

    @property
    def is_fine(self) -> bool:
        """Whether memory and log stayed within the goals."""
        return self.memory_after - self.memory_before < MOST_MEGABYTES and self.log_bytes < MOST_BYTES


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
    _talk(bot.base, texts, warm_up, first=0)
    before, log = bot.memory(), bot.log.stat().st_size
    took = _talk(bot.base, texts, messages, first=warm_up)
    grown = (bot.log.stat().st_size - log) / messages
    return Soak(messages, before, bot.memory(), grown, statistics.median(took), max(took))


def _talk(base: str, texts: Iterator[str], messages: int, first: int) -> list[float]:
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
    return took


def main() -> None:
    """Starts a bot, soaks it, prints what was found; the exit status says whether that is fine."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=10_000)
    chosen = options.parse_args()
    with own_bot() as bot:
        found = soak(bot, chosen.messages)
    print(
        f"{found.messages} messages: memory {found.memory_before:.0f} to {found.memory_after:.0f} MB, "
        f"log {found.log_bytes:.0f} bytes a message, a turn {found.median * 1000:.0f} ms (p50), "
        f"{found.slowest * 1000:.0f} ms at most"
    )
    sys.exit(0 if found.is_fine else 1)


if __name__ == "__main__":
    main()
