"""The content comes back as a version had it: all files of it or none, and what was there is set aside first."""

from __future__ import annotations

import calendar
import difflib
import shutil
import time
from pathlib import Path

from desk.topics.files import text_at, write_together
from desk.training.snapshot import hash_of, take_snapshot

# What a version brings back. The clinic's phone, channels and hosts (clinic.yml, credentials.yml, endpoints.yml) belong
# to the installation: going back must not bring back an old phone number.
GOES_BACK = ("data", "domain.yml", "config.yml")
NAMED = "%Y-%m-%d-%H%M%S"  # what was set aside, by its time (UTC)
LONGEST_DIFF = 400  # lines of one file in the record


def set_aside(project: Path, folder: Path) -> Path:
    """Keeps the content as it is now in a folder of its own. Raises OSError."""
    target = folder / "aside" / time.strftime(NAMED, time.gmtime())
    while target.exists():
        target = target.with_name(target.name + "b")
    take_snapshot(project, target)
    return target


def kept_aside(folder: Path) -> dict[str, float]:
    """The names of what was set aside, and when that was, the newest first."""
    names = sorted((one.name for one in (folder / "aside").glob("*") if one.is_dir()), reverse=True)
    return {name: calendar.timegm(time.strptime(name.rstrip("b"), NAMED)) for name in names}


def prune_aside(folder: Path, kept: int) -> None:
    """Deletes what was set aside before the last `kept` times."""
    for name in list(kept_aside(folder))[kept:]:
        shutil.rmtree(folder / "aside" / name, ignore_errors=True)


def differences(project: Path, version: Path) -> dict[str, str]:
    """For each file that going back to `version` would change: what goes (-) and what comes (+). Raises OSError."""
    found = {}
    for name in sorted(set(files(project)) | set(files(version))):
        before, after = _lines(project / name), _lines(version / name)
        if before != after:
            lines = list(difflib.unified_diff(before, after, name, name, n=0, lineterm=""))[2:]
            more = [f"… and {len(lines) - LONGEST_DIFF} more lines"] if len(lines) > LONGEST_DIFF else []
            found[name] = "\n".join([*lines[:LONGEST_DIFF], *more])
    return found


def examples(content: Path) -> set[tuple[str, str]]:
    """(topic, example) pairs, also of a file that somebody broke by hand: that may be why they go back."""
    found, topic = set(), ""
    for line in _lines(content / "data" / "nlu.yml"):
        if line.startswith("- intent: "):
            topic = line.removeprefix("- intent: ").strip()
        elif line.startswith("    - "):
            found.add((topic, line.removeprefix("    - ")))
    return found


def files(folder: Path) -> list[str]:
    """The files that go back, from the folder's root."""
    found = [path for name in GOES_BACK for path in [folder / name, *(folder / name).rglob("*")] if path.is_file()]
    return [path.relative_to(folder).as_posix() for path in found if not path.name.startswith(".")]


def restore(project: Path, version: Path) -> None:
    """Makes the project's content that of `version`; call it inside `changing`. Raises OSError; nothing has changed."""
    then = {project / name: text_at(version / name) for name in {*files(project), *files(version)}}
    write_together(project, {path: text for path, text in sorted(then.items()) if text != text_at(path)})


def is_whole(version: Path, data_hash: str) -> bool:
    """Whether a version's content is still what was trained on."""
    return version.is_dir() and hash_of(version) == data_hash


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
