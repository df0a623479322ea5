"""`make overhead`: what the web channel costs over Rasa's REST, in the same run. Goal: 3 ms at most (p50)."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
import uuid

import httpx

from evaluation.own_bot import own_bot

MOST = 0.003  # seconds
TURNS = 10  # of one conversation, so that none of them grows long
TEXTS = ("What is naltrexone?", "thanks", "how long does the shot last", "hello", "does it make people tired")


def compare(base: str, messages: int) -> tuple[list[float], list[float]]:
    """The seconds of each turn over REST and over the web channel, taken in turns with the same texts."""
    rest: list[float] = []
    web: list[float] = []
    with httpx.Client(base_url=f"{base}/webhooks", timeout=30) as client:
        for n in range(messages):
            if n % TURNS == 0:
                sender = uuid.uuid4().hex
                client.headers["X-Forwarded-For"] = f"10.0.{n // TURNS // 250}.{n // TURNS % 250}"
                token = client.post("/web/session", json={}).json()["session"]
            text = TEXTS[n % len(TEXTS)]
            plain = {"sender": sender, "message": text}
            full = {"session": token, "id": uuid.uuid4().hex, "text": text}
            asks = [(rest, "/rest/webhook", plain), (web, "/web/message", full)]
            for took, path, body in asks if n % 2 else asks[::-1]:
                started = time.perf_counter()
                client.post(path, json=body).raise_for_status()
                took.append(time.perf_counter() - started)
    return rest[TURNS:], web[TURNS:]  # without the first few, which warm up


def main() -> None:
    """Prints both medians and their difference; the exit status says whether it is within the goal."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=400)
    chosen = options.parse_args()
    with own_bot() as bot:
        rest, web = compare(bot.base, chosen.messages)
    middle = [statistics.median(one) for one in (rest, web)]
    extra = middle[1] - middle[0]
    print(
        f"p50 of {len(rest)} turns each: REST {middle[0] * 1000:.1f} ms, web channel {middle[1] * 1000:.1f} ms, ",
        end="",
    )
    print(f"{extra * 1000:+.1f} ms")
    sys.exit(0 if extra <= MOST else 1)


if __name__ == "__main__":
    main()
