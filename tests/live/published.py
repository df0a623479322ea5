"""A real desk and a real Rasa that follows it, with content, models and databases of their own."""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
import yaml

from desk import database
from desk.database import audit, models, people
from desk.people import sessions
from desk.training.snapshot import take_snapshot
from tests.channels.web_visitor import Visitor
from tests.repacked import repacked
from tests.servers import MODEL, ROOT, Server, free_port, rasa_server

SECRET = "a secret for live tests only"
PASSED = [{"bound": "No message of danger is newly missed", "passed": True, "sentences": []}]
NEW_WORDS = {"Naltrexone is a medicine for people who want": "Naltrexone helps people who want"}


class LiveDesk:
    """`python -m desk` over a copy of the content, and a publisher who is signed in."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.project = folder / "desk", folder / "content"
        self.database = f"sqlite:///{folder / 'desk.db'}"
        shutil.copytree(ROOT / "data", self.project / "data")
        for name in ("domain.yml", "config.yml", "clinic.yml", "endpoints.yml", "credentials.yml"):
            shutil.copy(ROOT / name, self.project)
        (self.project / "models").mkdir()
        shutil.copy(MODEL, self.project / "models" / "bot.tar.gz")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            "DESK_PORT": str(port),
            "DESK_SECRET": SECRET,
            "DESK_DATABASE_URL": self.database,
            "DESK_FOLDER": str(self.folder),
            "DESK_PROJECT": str(self.project),
        }
        self.server = Server(["desk"], f"{self.url}/login", folder / "desk.log", environment)
        self.engine: Any = None

    def start(self) -> None:
        """Starts it, and signs a publisher in."""
        self.server.start()
        self.engine = database.connect(self.database)
        with self.engine.begin() as connection:
            row = {"name": f"Grace {time.time()}", "password": "-", "role": "publisher", "active": True, "toured": True}
            person = connection.execute(people.insert().values(**row, created_at=time.time())).inserted_primary_key[0]
            token = sessions.start(connection, person, time.time())
        csrf = sessions.find(self.engine, token, time.time()).csrf
        self.staff = httpx.Client(
            base_url=self.url, cookies={"desk": token}, headers={"X-CSRF-Token": csrf}, timeout=30
        )

    def add(self, make: Callable[[Path], str]) -> int:
        """A version that is ready, as a training leaves it; `make` writes its model and gives the SHA-256."""
        with self.engine.begin() as connection:
            row = {"state": "ready", "by": "Ada", "why": "a test", "started_at": time.time(), "gate": PASSED}
            number = connection.execute(models.insert().values(**row)).inserted_primary_key[0]
        folder = self.folder / "versions" / str(number)
        values = {"folder": str(folder), "sha256": make(folder / "model.tar.gz")}
        values["data_hash"] = take_snapshot(self.project, folder / "content")
        with self.engine.begin() as connection:
            connection.execute(models.update().where(models.c.id == number).values(**values))
        return number

    def add_with(self, changes: dict[str, str]) -> int:
        """A version whose model says other words."""
        return self.add(lambda target: repacked(MODEL, target, changes))

    def step(self, number: int, step: str) -> None:
        """Publishes a version, or goes back to it, as a person does on the page."""
        said = {"why": "a live test", "instead_of": str(self.published()["id"])}
        answer = self.staff.post(f"/versions/{number}/{step}", data=said)
        assert answer.status_code == 303, answer.text

    def published(self) -> dict[str, Any]:
        """The row of the published version."""
        with self.engine.connect() as connection:
            return dict(connection.execute(models.select().where(models.c.state == "published")).mappings().one())

    def version(self, number: int) -> dict[str, Any]:
        """The row of a version."""
        with self.engine.connect() as connection:
            return dict(connection.execute(models.select().where(models.c.id == number)).mappings().one())

    def record(self) -> list[str]:
        """What was done, oldest first."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(audit.c.what).order_by(audit.c.id)).scalars())


def following(folder: Path, desk: LiveDesk, actions_port: int, **environment: str) -> Server:
    """Rasa that takes its model from `desk`, or from `folder`/models while that is away. Not started."""
    (folder / "models").mkdir(exist_ok=True)
    server = rasa_server(folder, actions_port, DESK_URL=desk.url, **{"DESK_SECRET": SECRET, **environment})
    server.environment["DESK_DATABASE_URL"] = desk.database
    path = folder / "endpoints.yml"
    endpoints = yaml.safe_load(path.read_text(encoding="utf-8"))
    endpoints["models"] = {"folder": str(folder / "models" / "published"), "wait_time_between_pulls": 3}
    path.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    return server


def wait_until(holds: Callable[[], bool], seconds: float) -> float:
    """The seconds until `holds`; fails if that takes too long."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, f"it did not come true within {seconds} s"
        time.sleep(0.2)
    return time.monotonic() - started


@dataclass
class Crowd:
    """Visitors who write `a_second` messages, as a context; afterwards `seconds` and `faults` tell how it went."""

    url: str
    texts: tuple[str, ...] = ("what is naltrexone?", "my eyes are turning yellow", "thanks", "does it make you tired?")
    a_second: float = 12.0
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __enter__(self) -> Crowd:
        self._visitors = [Visitor(self.url) for _ in range(30)]
        for visitor in self._visitors:
            visitor.start()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ended.set()
        self._thread.join()

    def told(self) -> str:
        """The figures, for the one who runs the test."""
        ordered = sorted(self.seconds)
        return (
            f"{len(ordered)} messages, {len(self.faults)} faults, p50 {statistics.median(ordered):.3f} s, "
            f"p99 {ordered[int(len(ordered) * 0.99)]:.3f} s, max {ordered[-1]:.3f} s"
        )

    def _write(self) -> None:
        with ThreadPoolExecutor(16) as pool:
            number = 0
            while not self._ended.wait(1 / self.a_second):
                visitor = self._visitors[number % len(self._visitors)]
                pool.submit(self._say, visitor, self.texts[number % len(self.texts)])
                number += 1

    def _say(self, visitor: Visitor, text: str) -> None:
        started = time.monotonic()
        try:
            answer = visitor.post(text)
            self.seconds.append(time.monotonic() - started)
            said = answer.json().get("messages") or []
            if answer.status_code != 200 or not said or any(not one["text"] or "-safe-" in one["id"] for one in said):
                self.faults.append(f"{answer.status_code} {answer.text[:200]}")
        except (httpx.HTTPError, ValueError) as error:
            self.faults.append(repr(error))
