"""The steps: publish, go back, go back by itself, and the first version. Each stands or falls with its record."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Mapping

from desk.audit import record
from desk.database import models
from desk.publishing import content, versions
from desk.publishing.versions import BROKEN, PUBLISHED, READY, RETIRED, Row
from desk.review.going_back import follow
from desk.topics.changes import content_change
from desk.topics.files import changing
from desk.training.snapshot import sha256_of, take_snapshot

DESK = "the desk"
COMPARED_WITH_ANOTHER = "It was compared with another version than the one that is published now. Train it again."


class NotPossible(ValueError):
    """A step that cannot be taken now; the message is a sentence for staff."""


def publish(desk: Any, who: str, number: int, why: str, instead_of: int) -> None:
    """Gives a ready version to the bots. `instead_of` is the one that the person saw as published (0: none).

    Raises NotPossible: no reason, not ready, files that are not what they should be, or somebody else was faster.
    """
    why = _reason(why)
    with desk.engine.begin() as connection:
        row = _checked(connection, number, (READY,))
        if not is_compared_with(row, instead_of):
            raise NotPossible(COMPARED_WITH_ANOTHER)
        _replace(connection, instead_of, RETIRED)
        if not versions.move(connection, number, (READY,), **_published(who)):
            raise NotPossible("Somebody else has just changed this version. Look at it again.")
        record(connection, who, "published", name(row), why=why, figures=_told(row, instead_of))
        versions.prune(connection, desk.settings.folder)


def go_back(desk: Any, who: str, number: int, why: str, instead_of: int) -> None:
    """Gives an earlier version to the bots again, and makes the content what it was then.

    What was changed since is set aside first. Raises NotPossible, and OSError: then nothing has changed.
    """
    with content_change(desk.engine, desk.project) as connection:
        row = _checked(connection, number, (RETIRED,))
        _replace(connection, instead_of, RETIRED)
        if not versions.move(connection, number, (RETIRED,), **_published(who)):
            raise NotPossible("Somebody else has just changed this version. Look at it again.")
        told = _told(row, instead_of)
        _restore(connection, desk, versions.content_of(row), who, "went back", name(row), _line(why) or None, told)


def bring_back(desk: Any, who: str, aside: str) -> None:
    """Makes the content again what was set aside when somebody went back. Raises NotPossible, OSError."""
    if aside not in content.kept_aside(desk.settings.folder):
        raise NotPossible("This is no longer kept.")
    with content_change(desk.engine, desk.project) as connection:
        source = desk.settings.folder / "aside" / aside
        _restore(connection, desk, source, who, "content brought back", aside, None, {})


def _restore(
    connection: Any, desk: Any, source: Path, who: str, what: str, subject: str, why: str | None, told: dict[str, Any]
) -> None:
    """The content becomes that of `source`, what it was is set aside, labels follow, and all stands in the record."""
    changes = content.differences(desk.project, source)
    aside = content.set_aside(desk.project, desk.settings.folder) if changes else None
    labels = follow(connection, content.examples(desk.project), content.examples(source)) if changes else {}
    figures = {**told, "files": list(changes), "set aside as": aside.name if aside else None, "messages": labels}
    diff = "\n".join(f"{file}\n{lines}" for file, lines in changes.items())
    record(connection, who, what, subject, diff=diff or None, why=why, figures=figures)
    if changes:  # last, while everything else can still be undone
        content.restore(desk.project, source)
        content.prune_aside(desk.settings.folder, versions.KEPT)


def is_broken(desk: Any, number: int, reason: str, reporter: str) -> None:
    """The published version does not work: the one before it takes its place, if there is one. Content stays as it is,
    so that it can be mended. A version that is no longer published is left alone."""
    with desk.engine.begin() as connection:
        row = versions.get(connection, number)
        if row is None or not versions.move(connection, number, (PUBLISHED,), state=BROKEN):
            return
        record(connection, DESK, "version broken", name(row), why=f"{reporter}: {reason}"[:500], figures=_told(row, 0))
        earlier = versions.before(connection, number)
        if earlier is not None:
            versions.move(connection, earlier["id"], (RETIRED,), **_published(DESK))
            why = f"Version {number} does not work."
            record(connection, DESK, "went back by itself", name(earlier), why=why, figures=_told(earlier, number))


def take_trained(desk: Any) -> None:
    """The model of `make train` becomes the published version, until a person publishes one here for the first time.

    From then on what is on disk counts no more: only what passed the gate does. Raises OSError.
    """
    trained = desk.project / "models" / "bot.tar.gz"
    if not trained.is_file():
        return
    sha256 = sha256_of(trained)
    with desk.engine.begin() as connection:
        known = versions.once_published(connection)
        if any(row["published_by"] not in (versions.TRAINED_HERE, DESK) for row in known):
            return
        current = next((row for row in known if row["state"] == PUBLISHED), None)
        if any(row["sha256"] == sha256 for row in known):
            return
        number = _add(connection, desk, trained, sha256)
        if current:
            _replace(connection, current["id"], RETIRED)
        versions.move(connection, number, (READY,), **_published(versions.TRAINED_HERE))
        row = versions.get(connection, number)
        assert row is not None
        record(connection, versions.TRAINED_HERE, "published", name(row), why=row["why"], figures=_told(row, 0))
        versions.prune(connection, desk.settings.folder)


def name(row: Row) -> str:
    """What staff call a version."""
    return f"Version {row['id']}"


def _add(connection: Any, desk: Any, trained: Path, sha256: str) -> int:
    now = time.time()
    why = "Nobody has published here yet, so this is the model that was trained on this machine."
    row = {"sha256": sha256, "state": READY, "by": versions.TRAINED_HERE, "why": why, "started_at": now}
    number = int(connection.execute(models.insert().values(**row, finished_at=now)).inserted_primary_key[0])
    parent = desk.settings.folder / "models"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{number}-", dir=parent))  # never one that another database speaks of
    with changing(desk.project):
        data_hash = take_snapshot(desk.project, folder / versions.CONTENT)
    shutil.copy(trained, folder / versions.MODEL)
    change = models.update().where(models.c.id == number)
    connection.execute(change.values(folder=str(folder), data_hash=data_hash))
    return number


def _reason(why: str) -> str:
    if len(_line(why)) < 3:
        raise NotPossible("Please say why, in a few words. It stands in the record.")
    return _line(why)


def _line(text: str) -> str:
    return " ".join(text.split())[:500]


def _checked(connection: Any, number: int, states: tuple[str, ...]) -> Row:
    row = versions.get(connection, number)
    if row is None or row["state"] not in states:
        raise NotPossible("This version cannot be published." if READY in states else "This version cannot come back.")
    if READY in states and not has_passed(row["gate"]):
        raise NotPossible("This version has not passed every check.")
    wrong = versions.whats_wrong(row)
    if wrong:
        raise NotPossible(wrong)
    return row


def has_passed(gate: Any) -> bool:
    """Whether there is a result of the gate, and every bound in it holds."""
    return bool(gate) and all(isinstance(bound, Mapping) and bound.get("passed") is True for bound in gate)


def is_compared_with(row: Row, number: int) -> bool:
    """Whether the gate looked at what `number` does; a miss is only new against what visitors have now."""
    figures = row["figures"] if isinstance(row["figures"], Mapping) else {}
    return "against" not in figures or (figures["against"] or 0) == number


def _replace(connection: Any, number: int, state: str) -> None:
    """The published version gives way, if it still is `number`."""
    current = versions.published(connection)
    if (current["id"] if current else 0) != number:
        raise NotPossible("Somebody else has published in the meantime. Look at it again.")
    if current and not versions.move(connection, number, (PUBLISHED,), state=state):
        raise NotPossible("Somebody else has published in the meantime. Look at it again.")


def _published(who: str) -> dict[str, Any]:
    return {"state": PUBLISHED, "published_at": time.time(), "published_by": who}


def _told(row: Row, instead_of: int) -> dict[str, Any]:
    """What the record keeps of a version."""
    return {
        "sha256": row["sha256"],
        "data": row["data_hash"],
        "instead of": instead_of or None,
        "figures": row["figures"],
        "gate": row["gate"],
    }
