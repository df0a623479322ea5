"""One process with Rasa in it that does as it is told: checks and trains a copy of the content, loads a model, answers.

Started by the desk, which imports no Rasa itself, in a folder that holds code and content (desk/training/workplace.py).
One JSON object a line comes in, one goes out: {"do": "check" | "train" | "load" | "say", …} and {…} or {"error": "…"}.
No web server, no broker, no action server: custom actions run in this process, conversations are kept in memory and
are forgotten after their last turn. Nothing that is said is written anywhere.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
import time
import uuid
import warnings
from pathlib import Path
from typing import Any, TextIO

MOST_TOPICS = 3  # of the ranking
IDLE = 240.0  # seconds that a worker with a socket waits for the next question


class InProcessActions:
    """What Rasa takes for the action server: it calls the project's own actions."""

    url = "in-process"
    kwargs: dict[str, Any] = {"selective_domain": False}

    def __init__(self) -> None:
        from rasa_sdk.executor import ActionExecutor

        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, json: dict[str, Any], **_: Any) -> Any:
        """The events and messages of one action."""
        return await self._executor.run(json)


class Worker:
    """Rasa, and the model that was loaded last."""

    def __init__(self) -> None:
        self._agent: Any = None
        self._store: Any = None
        self._actions = InProcessActions()
        self._loop = asyncio.new_event_loop()

    def check(self) -> dict[str, Any]:
        """Rasa's own validation: {"problems": [sentence, …]}."""
        from rasa.shared.importers.importer import TrainingDataImporter
        from rasa.validator import Validator

        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            importer = TrainingDataImporter.load_from_config("config.yml", "domain.yml", ["data"])
            validator = Validator.from_importer(importer)
            steps = (validator.verify_domain_validity, validator.verify_nlu, validator.verify_story_structure)
            sound = sum(step() for step in steps) == len(steps)  # all of them, so that everything is said
        said = [str(one.message).strip().split("\n")[0] for one in heard if issubclass(one.category, UserWarning)]
        return {"problems": [] if sound else said[-5:] or ["The rules and examples do not fit together."]}

    def train(self, out: str) -> dict[str, Any]:
        """A new model file `out`."""
        from rasa.model_training import train

        target = Path(out)
        result = train("domain.yml", "config.yml", ["data"], str(target.parent), fixed_model_name=target.name)
        if result.code or not result.model:
            raise RuntimeError("nothing could be learned from this content")
        return {"model": result.model}

    def load(self, model: str) -> dict[str, Any]:
        """Loads a model file; everything that is said after that is said to it."""
        import threadpoolctl
        from rasa.core.agent import Agent
        from rasa.core.tracker_store import InMemoryTrackerStore
        from rasa.shared.core.domain import Domain

        threadpoolctl.threadpool_limits(1)  # a message's matrices are small; training may have had all threads
        self._store = InMemoryTrackerStore(Domain.empty())
        self._agent = Agent.load(model, tracker_store=self._store, action_endpoint=self._actions)
        if not self._agent.is_ready():
            raise RuntimeError("the model cannot be loaded")
        return {"model": self._agent.model_id}

    def say(self, turns: list[str]) -> dict[str, Any]:
        """Says all turns in one conversation: {"turns": [{messages, topic, ranking, safety, seconds}, …]}."""
        return {"turns": self._loop.run_until_complete(self._conversation(turns))}

    async def _conversation(self, turns: list[str]) -> list[dict[str, Any]]:
        from channels.incoming import as_text

        sender, answers = f"worker-{uuid.uuid4().hex}", []
        for text in turns:
            started = time.perf_counter()
            await self._agent.handle_text(as_text(text), sender_id=sender)
            seconds = time.perf_counter() - started
            tracker = await self._store.retrieve(sender)
            answers.append({**_turn(tracker), "seconds": round(seconds, 4)})
        self._store.store.pop(sender, None)
        return answers


def _turn(tracker: Any) -> dict[str, Any]:
    """What happened since the visitor's last message; `messages` are bot events as Rasa's API would give them."""
    events: list[dict[str, Any]] = []
    for event in reversed(tracker.events):
        if event.type_name == "user":
            break
        if event.type_name == "bot":
            events.insert(0, {k: v for k, v in event.as_dict().items() if k in ("event", "text", "data", "metadata")})
    parse = tracker.latest_message.parse_data or {}
    ranking = [(one["name"], round(one["confidence"], 4)) for one in parse.get("intent_ranking") or []]
    named = [one for one in ranking if one[0] != "nlu_fallback"]
    return {
        "messages": events,
        "topic": (parse.get("intent") or {}).get("name"),
        "ranking": named[:MOST_TOPICS],
        "safety": (parse.get("safety") or {}).get("source"),
    }


def obey(worker: Worker, line: str) -> dict[str, Any]:
    """The answer to one line; whatever goes wrong is an answer, too."""
    try:
        order = json.loads(line)
        return dict(getattr(worker, order.pop("do"))(**order))
    except (Exception, SystemExit) as error:  # Rasa ends the process where others raise
        return {"error": f"{type(error).__name__}: {error}"}


def serve(worker: Worker, orders: TextIO, answers: TextIO) -> None:
    """Answers line by line until nothing more comes."""
    for line in orders:
        answers.write(json.dumps(obey(worker, line)) + "\n")
        answers.flush()


def serve_at(worker: Worker, path: str, model: str) -> None:
    """Loads `model`, then answers on a socket that only this user can open, until nobody asks for a while."""
    os.umask(0o177)
    Path(path).unlink(missing_ok=True)
    worker.load(model)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()
        listening.settimeout(IDLE)
        try:
            while True:
                connection, _ = listening.accept()
                with connection, connection.makefile("rw", encoding="utf-8") as stream:
                    connection.settimeout(IDLE)
                    serve(worker, stream, stream)
        except TimeoutError:
            Path(path).unlink(missing_ok=True)


def main() -> None:
    """Without arguments orders come from standard input; with a socket and a model the worker listens there."""
    sys.path.insert(0, os.getcwd())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    warnings.showwarning = lambda *_, **__: None  # type: ignore[assignment]  # `check` collects those that matter
    os.dup2(2, 1)  # what Rasa prints goes where its log goes, and never between the answers
    from rasa.utils.log_utils import configure_structlog

    configure_structlog()
    if len(sys.argv) == 3:
        serve_at(Worker(), sys.argv[1], sys.argv[2])
    else:
        serve(Worker(), sys.stdin, answers)


if __name__ == "__main__":
    main()
