"""The same message to two versions. Each gets a process that stays for some minutes after the last question.

What is tried is redacted in no log because it stands in none, and it is kept nowhere.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any, Mapping, Optional

from desk.training import lock
from desk.training.snapshot import make_workplace
from desk.training.worker import command, environment_for

SOCKET = "try.sock"  # in the workplace, which is also where the process stands, because such names must be short
SECONDS = 20.0


class CannotTry(RuntimeError):
    """A version that does not start, or does not answer."""


def ask(row: Mapping[str, Any], project: Path, text: str) -> Optional[dict[str, Any]]:
    """What the version in `row` says to `text`: {words: [...], topic, sure}; None while it still starts.

    Raises CannotTry, and OSError if there is no room for it.
    """
    folder = Path(row["folder"] or "no longer kept")
    try:
        return _said(folder / "try", text)
    except (FileNotFoundError, ConnectionError):
        start(folder, project)
        return None
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise CannotTry(f"This version does not answer ({type(error).__name__}).") from error


def start(folder: Path, project: Path) -> None:
    """Starts the version's process, unless that is done. Raises CannotTry if its files are gone."""
    if not (folder / "model.tar.gz").is_file() or not (folder / "content").is_dir():
        raise CannotTry("The files of this version are no longer kept.")
    file = lock.take(folder, "try.lock")
    if file is None:
        return
    try:
        place = make_workplace(folder / "content", project, folder / "try")
        process = subprocess.Popen(  # noqa: S603 - our own script
            command(SOCKET, str(folder / "model.tar.gz")),
            cwd=place,
            env={**environment_for(place), "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[file],
        )
    finally:
        os.close(file)
    threading.Thread(target=_clean_up, args=(process, place), daemon=True).start()


def _clean_up(process: subprocess.Popen[bytes], place: Path) -> None:
    process.wait()
    shutil.rmtree(place, ignore_errors=True)


def _said(place: Path, text: str) -> dict[str, Any]:
    folder = os.open(place, os.O_PATH | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(SECONDS)
            connection.connect(f"/proc/self/fd/{folder}/{SOCKET}")
            with connection.makefile("rw", encoding="utf-8") as stream:
                stream.write(json.dumps({"do": "say", "turns": [text]}) + "\n")
                stream.flush()
                turn = json.loads(stream.readline())["turns"][0]
    finally:
        os.close(folder)
    topic, sure = turn["ranking"][0] if turn["ranking"] else (turn["topic"], None)
    words = [message["text"] for message in turn["messages"] if message.get("text")]
    return {"words": words, "topic": turn["topic"], "first": topic, "sure": sure}
