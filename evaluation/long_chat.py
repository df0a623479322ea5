"""`make long-chat`: one visitor writes a thousand messages. Does the last one take longer than the first?

In Rasa a turn costs more the longer the conversation is, so the channel goes on in a fresh one after 100 turns.
Goals: p95 of all turns below 150 ms, and every message stored once. One visitor may write 30 messages a minute; this
bot, which is the measurement's own, allows more.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import cycle, islice

import httpx

from evaluation.load import CASES
from evaluation.measured import Figure, Progress, report, share
from evaluation.own_bot import OwnBot, own_bot
from evaluation.score import read_cases

ROOMY = dict.fromkeys(("session_rate", "address_rate", "new_session_rate", "call_rate"), 1_000_000)
PART = 100  # turns, for the table


def talk(bot: OwnBot, turns: int, name: str = "long") -> list[float]:
    """The seconds of each turn; message ids begin with `name`. Raises RuntimeError for a reply that is missing."""
    texts = cycle([case["text"] for one in read_cases(sorted(CASES.glob("*.jsonl"))) for case in one])
    took: list[float] = []
    progress = Progress(turns)
    with httpx.Client(base_url=f"{bot.base}/webhooks/web", timeout=30) as client:
        token = client.post("/session", json={}).json()["session"]
        for n, text in enumerate(islice(texts, turns)):
            body = {"session": token, "id": f"{name}-{n:08}", "text": text}
            started = time.monotonic()
            answer = client.post("/message", json=body)
            took.append(time.monotonic() - started)
            if answer.status_code != 200 or not answer.json()["messages"]:
                raise RuntimeError(f"Turn {n + 1} was answered with {answer.status_code}.")
            token = answer.json()["session"]
            if progress.is_due:
                progress.show(n + 1, f", the last {PART} took {share(took[-PART:], 0.95):.0f} ms (p95)")
    return took


def figures(took: list[float], unlike_once: int) -> list[Figure]:
    """The figures, with p95 of each hundred turns; `unlike_once`: messages that are stored never, or twice."""
    parts = [took[at : at + PART] for at in range(0, len(took), PART)]
    return [
        *(Figure(f"p95 of turns {n * PART + 1} on", share(part, 0.95), "ms") for n, part in enumerate(parts)),
        Figure("p50 of all turns", share(took, 0.5), "ms"),
        Figure("p95 of all turns", share(took, 0.95), "ms", 150.0),
        Figure("slowest turn", share(took, 1.0), "ms"),
        Figure("messages not stored exactly once", unlike_once, below=0),
    ]


def main() -> None:
    """Starts a bot, talks to it, prints the table; the exit status says whether the goals are reached."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=1000)
    chosen = options.parse_args()
    print(f"long-chat: {chosen.turns} turns in one session", flush=True)
    with own_bot(ROOMY) as bot:
        talk(bot, 10, "warm")
        took = talk(bot, chosen.turns)
        time.sleep(2)  # the last turn may still be on its way to the database
        stored = bot.stored()
    unlike_once = sum(stored[f"long-{n:08}"] != 1 for n in range(chosen.turns))
    sys.exit(report("long-chat", figures(took, unlike_once), turns=chosen.turns))


if __name__ == "__main__":
    main()
