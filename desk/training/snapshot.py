"""A copy of all content that a model is made of, and the workplace where it meets the code."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from desk.settings import ROOT

CONTENT = ("data", "domain.yml", "config.yml", "clinic.yml", "endpoints.yml", "credentials.yml")
CODE = ("components", "actions", "channels")
ROOM = 200 * 1024 * 1024  # bytes that a training needs: workplace, Rasa's own copies, the model
_NO_CODE = shutil.ignore_patterns("__pycache__", ".*")


class Unsettled(OSError):
    """The content changed again and again while it was copied."""


def take_snapshot(project: Path, target: Path) -> str:
    """Copies the content of `project` into the new folder `target`; its hash. Raises OSError.

    A change that spans several files may fall into the copying; then it begins again.
    """
    for _ in range(5):
        before = hash_of(project)
        shutil.rmtree(target, ignore_errors=True)
        _copy(project, target, CONTENT)
        if before == hash_of(project) == hash_of(target):
            return before
    raise Unsettled("The content is just being changed. Try again in a moment.")


def hash_of(folder: Path, names: tuple[str, ...] = CONTENT) -> str:
    """SHA-256 over names and bytes of the files, in a fixed order; what is missing counts as missing."""
    digest = hashlib.sha256()
    for path in sorted(found for name in names for found in _files(folder / name)):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 of one file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def make_workplace(content: Path, project: Path, target: Path) -> Path:
    """A folder that holds the snapshot `content`, the project's code and its frozen cases; Python finds all of it.

    The code finds its content beside itself, so a copy of the code is what ties a process to one version.
    """
    shutil.rmtree(target, ignore_errors=True)
    _copy(content, target, CONTENT)
    _copy(ROOT, target, CODE)
    _copy(project, target, ("evaluation/cases",))
    return target


def _files(path: Path) -> list[Path]:
    """The file itself, or all files of a folder but hidden ones (an editor's, a write under way)."""
    found = [path] if path.is_file() else path.rglob("*")
    return [one for one in found if one.is_file() and not one.name.startswith(".") and "__pycache__" not in one.parts]


def _copy(source: Path, target: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, ignore=_NO_CODE)
        elif (source / name).is_file():
            shutil.copy(source / name, target / name)
