"""Once the model is loaded, memory is put in order, so that answers come evenly and the process stays small.

TensorFlow and Rasa leave a million objects that live as long as the process. Python's collector looks at each of them
every few hundred messages, which holds a reply up for a third of a second; frozen, they are left alone. What loading
has left free goes back to the system.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
from typing import Any

from sanic import Blueprint

ARENAS = 2  # pools that memory is taken from; by default there are eight for each processor, all of which grow
_M_ARENA_MAX = -8  # its number in glibc's malloc.h


def settle_memory() -> None:
    """Does it now."""
    gc.collect()
    gc.freeze()
    _malloc("malloc_trim", 0)


def few_arenas() -> None:
    """Threads that are started from now on share few pools."""
    _malloc("mallopt", _M_ARENA_MAX, ARENAS)


def settle_at_start(routes: Blueprint) -> None:
    """The server of `routes` does it before its first request."""
    few_arenas()

    async def settle(app: Any, loop: Any) -> None:
        settle_memory()

    routes.listener("after_server_start")(settle)


def _malloc(name: str, *arguments: int) -> None:
    """Calls a function of glibc; other libraries have none, and need none."""
    with contextlib.suppress(AttributeError, OSError):
        getattr(ctypes.CDLL(None), name)(*arguments)
