"""Codes from a phone: as in the standard, once each, and only for those who set them up."""

from __future__ import annotations

import base64
import re
import time

import pytest
from starlette.testclient import TestClient

from desk.database import audit, codes
from desk.people.codes import STEP, code_at, step_of
from tests.desk.conftest import DESK
from tests.desk.people.conftest import PASSWORD, log_in, token_in

STANDARD = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_the_codes_are_those_of_the_standard(at, code):
    assert code_at(STANDARD, at // STEP) == code


def test_a_clock_may_be_a_little_off_and_a_code_holds_once():
    now = 1_800_000_000.0
    code = code_at(STANDARD, int(now // STEP))
    assert all(step_of(STANDARD, code, now + off) is not None for off in (-STEP, 0, STEP))
    assert all(step_of(STANDARD, code, now + off) is None for off in (-3 * STEP, 3 * STEP))
    assert step_of(STANDARD, f"{code[:3]} {code[3:]}", now) == now // STEP
    assert step_of(STANDARD, code, now, after=int(now // STEP)) is None
    assert step_of(STANDARD, "", now) is None and step_of(STANDARD, "\u0661" * 6, now) is None


@pytest.fixture
def ada(stranger, add):
    """Ada, logged in, with codes switched on; her client and her secret."""
    add("Ada")
    log_in(stranger, "Ada", PASSWORD)
    stranger.headers["X-CSRF-Token"] = token_in(stranger.get("/account/code").text)
    assert stranger.post("/account/code").status_code == 303
    page = stranger.get("/account/code").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    assert f"secret={secret}" in page
    assert stranger.post("/account/code/on", data={"code": "000000"}).status_code == 422
    first = code_at(secret, int(time.time() // STEP) - 1)
    assert stranger.post("/account/code/on", data={"code": first}).status_code == 303
    assert secret not in stranger.get("/account/code").text
    return stranger, secret


def elsewhere(app):
    return TestClient(app, base_url=DESK, follow_redirects=False)


def test_the_password_alone_does_not_do_and_says_nothing_of_it(desk_app, ada):
    _, secret = ada
    without, wrong = (log_in(elsewhere(desk_app), "Ada", password) for password in (PASSWORD, "wrong wrong wrong"))
    assert without.status_code == wrong.status_code == 401
    hide = re.compile(r'value="[^"]{20,}"')
    assert hide.sub("", without.text) == hide.sub("", wrong.text)
    code = code_at(secret, int(time.time() // STEP))
    assert log_in(elsewhere(desk_app), "Ada", PASSWORD, code=code).status_code == 303
    assert log_in(elsewhere(desk_app), "Ada", PASSWORD, code=code).status_code == 401, "a code holds once"


def test_guessing_codes_is_slowed_down_as_well(desk_app, ada):
    answers = [log_in(elsewhere(desk_app), "Ada", PASSWORD, code=f"{n:06}").status_code for n in range(7)]
    assert answers == [401] * 5 + [429] * 2


def test_switching_off_needs_the_password(desk_app, ada):
    client, _ = ada
    assert client.post("/account/code/off", data={"password": "wrong"}).status_code == 422
    assert client.post("/account/code").status_code == 409, "and a new secret does not replace it"
    assert client.post("/account/code/off", data={"password": PASSWORD}).status_code == 303
    assert log_in(elsewhere(desk_app), "Ada", PASSWORD).status_code == 303


def test_a_lost_phone(desk_app, ada, sign_in):
    admin = sign_in("admin", name="Eve")
    page = admin.post("/people/1/password").text
    new = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", page)[0]
    assert log_in(elsewhere(desk_app), "Ada", new).status_code == 303
    with desk_app.state.desk.engine.connect() as connection:
        assert connection.execute(codes.select()).first() is None
        rows = [(row["who"], row["what"]) for row in connection.execute(audit.select()).mappings()]
    assert ("Ada", "code from a phone switched on") in rows and ("Eve", "code from a phone switched off") in rows


def test_who_has_set_up_nothing_is_asked_for_nothing(desk_app, stranger, add):
    add("Bob")
    assert log_in(stranger, "Bob", PASSWORD, code="").status_code == 303
