"""Nobody gets past their role, out of a folder, or learns from the clock whether a name exists."""

from __future__ import annotations

import time

import pytest

from desk.database import attempts, turns
from desk.training.snapshot import hash_of
from evaluation.content import ROOT
from tests.desk.people.conftest import token_in

PUBLISHERS = (
    *("/learn", "/topics/new", "/topics/cost", "/topics/cost/examples", "/topics/cost/example", "/topics/cost/remove"),
    *("/topics/cost/take-back/1", "/versions/1/publish", "/versions/1/back", "/versions/aside/2026-11-24-101112"),
)
ADMINS = ("/people", "/people/1/role", "/people/1/active", "/people/1/password")
# The same folder, told in every way that a path can be.
OUT = ("..%2f..%2fconfig.yml", "%2e%2e%2fconfig.yml", "....//config.yml", "..%5c..%5cconfig.yml", "%00")
PLACES = ("/topics/{}", "/versions/aside/{}", "/static/{}", "/static/widget/{}.js", "/preview/{}/history", "/models/{}")


@pytest.mark.parametrize(("role", "closed"), [("reviewer", (*PUBLISHERS, *ADMINS)), ("publisher", ADMINS)])
def test_what_a_role_may_not(desk_app, sign_in, role, closed):
    staff, before = sign_in(role), hash_of(ROOT)
    for path in closed:
        assert staff.post(path, data={"why": "a test", "role": "admin", "lines": "x y z"}).status_code == 403, path
    assert hash_of(ROOT) == before


def test_a_new_model_comes_from_a_training_alone(desk_app, sign_in):
    """No address takes a file: what is published was made, tried and compared here."""
    assert not [one for one in desk_app.routes if "upload" in one.path]
    for path in ("/models", "/models/current", "/model", "/versions"):
        assert sign_in("admin", name=path).put(path, content=b"x").status_code in (403, 404, 405), path


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("out", OUT)
def test_no_name_leads_out_of_its_folder(sign_in, place, out):
    staff = sign_in("admin")
    for answer in (staff.get(place.format(out)), staff.post(place.format(out))):
        assert answer.status_code in (303, 400, 401, 403, 404, 405, 409), answer.status_code
        assert "pipeline:" not in answer.text and "assert" not in answer.text


def test_somebody_elses_conversation_is_not_to_be_had(desk_app, sign_in):
    """There is no page of a conversation: messages show in the group that they are in, and nowhere else."""
    with desk_app.state.desk.engine.begin() as connection:
        row = {"message": "m", "conversation": "c", "at": 1.0, "text": "nobody is to read this", "group_id": 0}
        connection.execute(turns.insert().values(**row))
    staff = sign_in()
    for path in ("/review/0", "/review/1", "/review/-1", "/review/c", "/review/m", "/"):
        answer = staff.get(path)
        assert answer.status_code == (200 if path == "/" else 404) and "nobody is to read" not in answer.text, path


@pytest.mark.parametrize("name", ["Ada", "Eve"])
def test_text_plain_and_get_change_nothing(sign_in, add, name):
    other, staff = add(name), sign_in("admin", name="Zoe")
    for path in (f"/people/{other}/active", f"/people/{other}/role"):
        assert staff.get(path).status_code in (404, 405)
        headers = {"Content-Type": "text/plain", "X-CSRF-Token": ""}
        assert staff.post(path, content=b"active=0&role=admin", headers=headers).status_code == 403


def test_an_unknown_name_takes_as_long_as_a_wrong_password(desk_app, stranger, add):
    """Within 50 ms, in time of the processor, so that what else the machine does plays no part."""
    add("Ada")
    token, seconds = token_in(stranger.get("/login").text), {"Ada": [], "Eve": [], "a name that nobody ever had": []}
    for _ in range(5):
        for name, found in seconds.items():
            with desk_app.state.desk.engine.begin() as connection:
                connection.execute(attempts.delete())
            fields = {"csrf": token, "name": name, "password": "wrong wrong wrong"}
            began = time.process_time()
            assert stranger.post("/login", data=fields).status_code == 401
            found.append(time.process_time() - began)
    least = {name: min(found) for name, found in seconds.items()}
    assert max(least.values()) - min(least.values()) < 0.05, least
