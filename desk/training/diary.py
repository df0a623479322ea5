"""What a job writes down about itself: the stage it is in, how long each took, how it ended."""

from __future__ import annotations

import time
from typing import Any, Callable

from desk.audit import record
from desk.training import versions

EVERY = 20  # messages between two lines about how many are answered


class Cancelled(Exception):
    """Somebody has ended the version meanwhile."""


class Diary:
    """The row of one version, for as long as it runs; every change raises Cancelled once it does not."""

    def __init__(self, engine: Any, row: versions.Row, **figures: Any) -> None:
        self._engine, self._row = engine, row
        self.figures: dict[str, Any] = {"seconds": {}, **figures}
        self.stage, self._since = "", time.time()

    def enter(self, stage: str) -> None:
        """Begins a stage, unless it has begun."""
        if stage != self.stage:
            self._leave()
            self.stage, self._since = stage, time.time()
            self.change(stage=stage, progress=0.0, figures={**self.figures, "since": self._since})

    def change(self, **values: Any) -> None:
        """Changes columns of the row."""
        with self._engine.begin() as connection:
            if not versions.advance(connection, self._row["id"], **values):
                raise Cancelled

    def counting(self, total: int) -> Callable[[int], None]:
        """A function to tell how many of `total` messages are answered."""

        def tell(number: int) -> None:
            if number % EVERY == 0:
                self.change(progress=min(1.0, number / max(1, total)))

        return tell

    def end(self, state: str, why: str = "", **values: Any) -> None:
        """The last word, and its line in the record, in one transaction. Says nothing if the version was cancelled."""
        self._leave()
        self.figures["problem"] = why
        with self._engine.begin() as connection:
            if versions.finish(connection, self._row["id"], state, figures=self.figures, **values):
                told = {"shares": self.figures.get("after"), "gate": values.get("gate")}
                subject = f"version {self._row['id']}"
                record(connection, self._row["by"], f"training {state}", subject, why=why, figures=told)

    def _leave(self) -> None:
        if self.stage:
            seconds = self.figures["seconds"]
            seconds[self.stage] = round(seconds.get(self.stage, 0.0) + time.time() - self._since, 2)
            self.stage = ""
