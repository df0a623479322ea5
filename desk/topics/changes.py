"""The frame of every change of the content: nobody else at the same time, and its line in the record."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

from desk.topics.files import changing


@contextmanager
def content_change(engine: Any, project: Path) -> Iterator[Any]:
    """A connection in a transaction, while nobody else changes the content. Raises Busy.

    Read and check inside, call `record`, and write the files last: then all of it happened, or nothing. If the database
    fails at the very end, the files become what they were.
    """
    with changing(project), engine.begin() as connection:
        yield connection
