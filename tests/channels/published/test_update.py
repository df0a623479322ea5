"""A start with a published model that does not load: is it the model, or this process? (tests/live has the rest.)"""

from __future__ import annotations

import asyncio
import hashlib
import shutil

import pytest
from rasa.core.agent import Agent
from starlette.responses import Response

from channels.published.update import update
from tests.channels.published.false_desk import serving
from tests.servers import MODEL

GARBAGE = b"garbage"
SHA256 = hashlib.sha256(GARBAGE).hexdigest()


@pytest.mark.parametrize("has_a_good_one", [True, False])
def test_a_fault_at_the_start_is_blamed_on_the_right_one(tmp_path, has_a_good_one):
    (tmp_path / "models").mkdir()
    shutil.copy(MODEL, tmp_path / "models" / "bot.tar.gz")
    if not has_a_good_one:
        (tmp_path / "models" / "bot.tar.gz").write_bytes(b"something else")
    reports = []

    async def hear(request):
        reports.append(await request.json())
        return Response(status_code=204)

    agent = Agent()
    with serving(lambda request: Response(GARBAGE, headers={"ETag": f'"{SHA256}"'}), hear) as server:
        server.kwargs["folder"] = str(tmp_path / "models" / "published")
        asyncio.run(update(server, agent))
    (report,) = reports
    assert report["sha256"] == SHA256 and report["state"] == ("broken" if has_a_good_one else "trouble")
    assert (agent.processor is not None) == has_a_good_one
    used = hashlib.sha256(MODEL.read_bytes()).hexdigest() if has_a_good_one else ""
    assert report["in_use"] == used
    assert not list((tmp_path / "models" / "published").iterdir())
