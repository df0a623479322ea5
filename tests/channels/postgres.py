"""A real PostgreSQL server for tests, in a folder of its own, that can be stopped, hung and brought back."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.servers import free_port

DATABASES, USER, PASSWORD = "postgres", "bot", "not a secret"
WHY_NOT = "The tracker store was NOT tested on PostgreSQL: it is not installed (apt-get install postgresql)."
FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, or None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    return next((one for one in FOLDERS if (one / "initdb").is_file()), Path(found).parent if found else None)


def running() -> Iterator[Postgres]:
    """A server for as long as the tests of a fixture need it; on a build server a missing one is a failure."""
    folder = programs()
    if folder is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(WHY_NOT)
    made = Postgres(folder)
    try:
        made.start()
        yield made
    finally:
        made.remove()


class Postgres:
    """One server; `keys` are those of endpoints.yml."""

    def __init__(self, folder: Path) -> None:
        """`folder` has PostgreSQL's programs. The server is made, and not started."""
        self._folder, self._port = folder, free_port()
        self._data = Path(tempfile.mkdtemp(prefix="postgres-"))
        # PostgreSQL does not run as root, which CI is.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._data, self._user)
        self._server: subprocess.Popen[bytes] | None = None
        command = [self._folder / "initdb", "-D", self._data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd="/")

    @property
    def keys(self) -> dict[str, object]:
        """Where it is, as a tracker store wants to know it."""
        where = {"dialect": "postgresql", "url": "127.0.0.1", "port": self._port}
        return {**where, "db": DATABASES, "username": USER, "password": PASSWORD}

    @property
    def is_up(self) -> bool:
        """Whether it has been started and not stopped."""
        return self._server is not None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        command = [self._folder / "postgres", "-D", self._data, "-p", str(self._port), "-k", self._data]
        self._server = subprocess.Popen(
            [*command, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
            user=self._user,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(100):
            try:
                return psycopg2.connect(self._address()).close()
            except psycopg2.OperationalError:
                time.sleep(0.1)
        raise TimeoutError("PostgreSQL did not start")

    def stop(self) -> None:
        """Stops it at once; connections are cut, what was committed stays."""
        if self._server:
            self._signal(signal.SIGCONT)
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(timeout=30)
            self._server = None

    def hang(self) -> None:
        """It accepts connections and statements, and answers none."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Ends the hang."""
        self._signal(signal.SIGCONT)

    def ask(self, statement: str) -> list[tuple]:
        """The rows of a statement."""
        with psycopg2.connect(self._address()) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def remove(self) -> None:
        """Stops it and deletes its files."""
        self.stop()
        shutil.rmtree(self._data, ignore_errors=True)

    def _address(self) -> str:
        return f"host=127.0.0.1 port={self._port} dbname={DATABASES} user={USER} connect_timeout=2"

    def _signal(self, number: int) -> None:
        """To the server and its children, which are in process groups of their own."""
        assert self._server
        parent = self._server.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        for one in [parent, *map(int, children)]:
            with contextlib.suppress(ProcessLookupError):  # a worker may have ended meanwhile
                os.kill(one, number)
