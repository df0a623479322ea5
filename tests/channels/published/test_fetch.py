"""The file of the published model over real HTTP: from the real desk, and from servers that lie."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import pytest
from rasa.utils.endpoints import EndpointConfig
from starlette.responses import Response

from channels.published import fetch as fetching
from channels.published.fetch import FetchError, Model, fetch, keep, last_good
from tests.channels.published.false_desk import serving

MODEL = b"a model" * 100_000
SHA256 = hashlib.sha256(MODEL).hexdigest()


def get(server: EndpointConfig, folder: Path, in_use: str = "", refused: tuple[str, ...] = ()) -> Model | None:
    return asyncio.run(fetch(server, "bot", in_use, refused, folder))


def honest(request):
    assert request.headers["authorization"] == "Bearer t" and "token" not in request.url.query
    return Response(MODEL, headers={"ETag": f'"{SHA256}"'})


def test_what_came_is_what_was_promised(tmp_path):
    with serving(honest) as server:
        model = get(server, tmp_path)
        assert model.sha256 == SHA256 and model.path.read_bytes() == MODEL
        assert get(server, tmp_path, refused=(SHA256,)) is None


@pytest.mark.parametrize(
    "answer",
    [
        lambda request: Response(MODEL + b"!", headers={"ETag": f'"{SHA256}"'}),
        lambda request: Response(MODEL, headers={"ETag": '"../../evil"'}),
        lambda request: Response(MODEL),
        lambda request: Response("no", 500),
        lambda request: Response("no", 401),
        lambda request: Response(MODEL[:1000], headers={"ETag": f'"{SHA256}"', "Content-Length": str(len(MODEL))}),
    ],
    ids=["other bytes", "odd hash", "no hash", "500", "401", "cut off"],
)
def test_anything_else_is_left(tmp_path, answer):
    with serving(answer) as server, pytest.raises(FetchError):
        get(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_too_much_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_BYTES", 1000)
    with serving(honest) as server, pytest.raises(FetchError, match="too large"):
        get(server, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [204, 304, 404])
def test_nothing_new(tmp_path, status):
    with serving(lambda request: Response(status_code=status)) as server:
        assert get(server, tmp_path) is None


def test_nobody_there(tmp_path):
    with pytest.raises(FetchError, match="ClientConnectorError"):
        get(EndpointConfig("http://127.0.0.1:1/models/current"), tmp_path)


def stored(folder: Path, content: bytes, at: float) -> Model:
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / f"{sha256}.new"
    path.write_bytes(content)
    model = keep(Model(path, sha256), folder)

    os.utime(model.path, (at, at))
    return model


def test_the_last_good_ones_are_kept_and_checked(tmp_path):
    for number in range(fetching.KEPT + 2):
        newest = stored(tmp_path, b"model %d" % number, 1000.0 + number)
    assert len(list(tmp_path.iterdir())) == fetching.KEPT
    assert next(last_good(tmp_path)) == newest
    newest.path.write_bytes(b"model")
    (tmp_path / "left.part").write_bytes(b"")
    found = list(last_good(tmp_path))
    assert len(found) == fetching.KEPT - 1 and newest not in found
    assert not list(tmp_path.glob("*.part"))
