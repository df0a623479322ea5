"""What the long measurements share: a sign of life while they run, and at the end figures beside their goals."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).resolve().parent.parent / "results"  # git ignores it
EVERY = 10.0  # seconds between two lines of progress


@dataclass(frozen=True)
class Figure:
    """One number that was measured. `below` is its goal, where there is one; 0 means none at all."""

    name: str
    value: float
    unit: str = ""
    below: float | None = None

    @property
    def is_fine(self) -> bool:
        """Whether the goal is reached."""
        if self.below is None:
            return True
        return self.value < self.below if self.below else self.value == 0

    def __str__(self) -> str:
        """A line of the table."""
        goal = "" if self.below is None else f"goal {f'< {self.below:g}' if self.below else 'none'}"
        missed = "" if self.is_fine else "   MISSED"
        return f"{self.name:<44}{self.value:>10.4g} {self.unit:<6}{goal}{missed}"


class Progress:
    """Prints a line now and then, so that nobody wonders whether a run of ten minutes is alive."""

    def __init__(self, total: int, every: float = EVERY) -> None:
        """`total` is how many messages there will be."""
        self._total, self._every, self._began = total, every, time.monotonic()
        self._next = self._began + every

    @property
    def is_due(self) -> bool:
        """Whether it is time for a line."""
        return time.monotonic() >= self._next

    def show(self, done: int, more: str = "") -> None:
        """Prints one."""
        self._next = time.monotonic() + self._every
        print(f"  {time.monotonic() - self._began:4.0f} s: {done} of {self._total} messages{more}", flush=True)


def share(took: Sequence[float], part: float) -> float:
    """The time in milliseconds that `part` (0.95 for p95) of the times `took` (seconds) stay within; 0 for none."""
    ordered = sorted(took)
    return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


def report(name: str, figures: Iterable[Figure], **about: object) -> int:
    """Prints a table and keeps it, with what it is about, in results/<name>.json; the exit status: 0 if all is fine."""
    found = list(figures)
    print("\n".join(map(str, found)), flush=True)
    RESULTS.mkdir(exist_ok=True)
    rows = {one.name: {"value": round(one.value, 3), "unit": one.unit, "below": one.below} for one in found}
    content = {**about, "when": time.strftime("%Y-%m-%d %H:%M"), "fine": all(one.is_fine for one in found)}
    (RESULTS / f"{name}.json").write_text(json.dumps({**content, "figures": rows}, indent=2) + "\n", encoding="utf-8")
    return 0 if content["fine"] else 1
