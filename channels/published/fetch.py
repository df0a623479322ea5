"""The published model's file: asked for by its hash, checked against it, kept for a start without the desk."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Container, Iterator, Optional, Text

import aiohttp
from rasa.utils.endpoints import EndpointConfig

from actions.catalogue import ROOT

FOLDER = ROOT / "models" / "published"  # files named by their SHA-256; the newest is the last good one
KEPT = 2
FILE_HASH = "file_sha256"  # on a processor: the hash of the file that it was read from
MOST_BYTES = 1024**3
CHUNK = 256 * 1024
TIMES = aiohttp.ClientTimeout(total=120, sock_connect=2, sock_read=5)  # seconds
_SHA256 = re.compile(r"[0-9a-f]{64}")


class FetchError(RuntimeError):
    """The desk did not give its model; the message says why, without the token."""


@dataclass(frozen=True)
class Model:
    """A model's file, and the SHA-256 of it as hex."""

    path: Path
    sha256: Text


async def fetch(
    server: EndpointConfig, bot: Text, in_use: Text, refused: Container[Text], folder: Path = FOLDER
) -> Optional[Model]:
    """The published model if it is neither `in_use` nor `refused`, else None. Raises FetchError."""
    headers = {"X-Bot": bot, "If-None-Match": f'"{in_use}"', **bearer(server)}
    try:
        async with (
            server.session() as session,
            session.get(server.url, headers=headers, params=server.params, timeout=TIMES) as answer,
        ):
            if answer.status in (204, 304, 404):
                return None
            if answer.status != 200:
                raise FetchError(f"the desk answered {answer.status}")
            sha256 = answer.headers.get("ETag", "").removeprefix("W/").strip('"')
            if not _SHA256.fullmatch(sha256):
                raise FetchError("the desk did not say the model's hash")
            return None if sha256 in refused else await _save(answer, sha256, folder)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        raise FetchError(f"no model from the desk ({type(error).__name__})") from None


def bearer(server: EndpointConfig) -> dict[Text, Text]:
    """The token as a header, because addresses stand in logs."""
    return {"Authorization": f"Bearer {server.token}"} if server.token else {}


async def _save(answer: Any, sha256: Text, folder: Path) -> Model:
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(handle, "wb") as file:
            async for chunk in answer.content.iter_chunked(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    raise FetchError("the desk's model is too large")
                file.write(chunk)
            file.flush()
            await asyncio.get_running_loop().run_in_executor(None, os.fsync, file.fileno())  # slow disks take a second
        if digest.hexdigest() != sha256:
            raise FetchError("what came is not the model that the desk published")
        path = folder / f"{sha256}.new"
        os.replace(name, path)
        return Model(path, sha256)
    finally:
        Path(name).unlink(missing_ok=True)


def keep(model: Model, folder: Path = FOLDER) -> Model:
    """Makes `model` the last good one, and deletes all but the newest few. Raises OSError."""
    good = Model(folder / f"{model.sha256}.tar.gz", model.sha256)
    os.replace(model.path, good.path)
    os.utime(good.path)
    for old in _newest_first(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return good


def last_good(folder: Path = FOLDER) -> Iterator[Model]:
    """The kept models that are what their names say, the newest first; what is left of cut-off work is deleted."""
    for part in [*folder.glob("*.part"), *folder.glob("*.new")]:
        part.unlink(missing_ok=True)
    for path in _newest_first(folder):
        if sha256_of(path) == path.name.removesuffix(".tar.gz"):
            yield Model(path, sha256_of(path))


def sha256_of(path: Path) -> Text:
    """A file's SHA-256 as hex. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
