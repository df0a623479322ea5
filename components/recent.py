"""A small memory of what was computed last, which several threads may use at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Callable, Generic, Hashable, Sequence, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Recent(Generic[K, T]):
    """The values of the `most` texts that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._values: OrderedDict[K, T] = OrderedDict()

    def rows(self, texts: Sequence[K], compute: Callable[[list[K]], Sequence[T]]) -> list[T]:
        """A value for each text; `compute` gives those that are missing, in their order, and is not held up by others.

        Two threads that miss the same text at once both compute it.
        """
        with self._lock:
            found = {text: self._values[text] for text in texts if text in self._values}
        missing = list(dict.fromkeys(text for text in texts if text not in found))
        if missing:
            found.update(zip(missing, compute(missing), strict=True))
        with self._lock:
            for text in found:
                self._values[text] = found[text]
                self._values.move_to_end(text)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return [found[text] for text in texts]
