"""The last lines of a training's log, without the places of this machine."""

from __future__ import annotations

import re
from pathlib import Path

LINES, BYTES = 40, 20_000
_PATH = re.compile(r"(?:/[\w.@+~-]+)+/([\w.@+~-]+)")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_URL = re.compile(r"\w+://\S+")


def last_lines(folder: Path) -> str:
    """What the log in a version's `folder` ends with; empty if there is none."""
    try:
        with (folder / "train.log").open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(redacted(text).splitlines()[-LINES:])


def redacted(text: str) -> str:
    """Without colours, paths (their last name stays) and addresses; a line that was written over is gone."""
    lines = [line.rsplit("\r", 1)[-1].rstrip() for line in _COLOUR.sub("", text).replace("\r\n", "\n").split("\n")]
    return "\n".join(_PATH.sub(r"\1", _URL.sub("[address]", line)) for line in lines if line)
