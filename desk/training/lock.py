"""One training at a time, and one check. The kernel holds the lock for a job's processes: nothing dead can keep it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from typing import Optional

NAME = "training.lock"


def take(folder: Path, name: str = NAME) -> Optional[int]:
    """The lock `name` of `folder` as an open file, for the caller to hand to the job; None if somebody has it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def is_taken(folder: Path, name: str = NAME) -> bool:
    """Whether some process of a job is alive."""
    if not (folder / name).exists():
        return False
    file = os.open(folder / name, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def groups_with(folder: Path) -> set[int]:
    """The process groups that have the training's lock open: a job's own, or that of `make train`."""
    wanted, found = str((folder / NAME).resolve()), set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended, or is somebody else's
            if any(os.readlink(file) == wanted for file in (process / "fd").iterdir()):
                found.add(os.getpgid(int(process.name)))
    return found
