"""Logging in and out: the session's cookie, its ends, the way back, and the pause after wrong passwords."""

from __future__ import annotations

import time

import pytest
from starlette.testclient import TestClient

from desk.app import build_app
from desk.database import attempts, audit, people, sessions
from desk.people.login import safe_path
from desk.settings import Settings
from tests.desk.conftest import DESK
from tests.desk.people.conftest import PASSWORD, log_in, token_in


def age(app, table, **columns):
    """Moves times of all rows into the past, by seconds."""
    with app.state.desk.engine.begin() as connection:
        connection.execute(table.update().values({table.c[name]: table.c[name] - by for name, by in columns.items()}))


def test_the_right_password_leads_to_the_tour_once(stranger, add):
    add("Ada Byron")
    first = log_in(stranger, "ada byron", PASSWORD, next="/audit")
    assert (first.status_code, first.headers["location"]) == (303, "/tour")
    tour = stranger.get("/tour")
    assert tour.status_code == 200
    assert stranger.post("/tour", data={"csrf": token_in(tour.text)}).headers["location"] == "/"
    stranger.post("/logout", data={"csrf": token_in(tour.text)})
    assert log_in(stranger, "Ada Byron", PASSWORD, next="/watch").headers["location"] == "/watch"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger, add):
    add("Ada")
    cookie = next(c for c in log_in(stranger, "Ada", PASSWORD).headers.get_list("set-cookie") if c.startswith("desk="))
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie
    assert "Secure" not in cookie and "Domain" not in cookie and "expires" not in cookie.lower()


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host(tmp_path):
    app = build_app(Settings(database_url=f"sqlite:///{tmp_path / 'desk.db'}", tls=True))
    client = TestClient(app, base_url="https://desk.example", follow_redirects=False)
    page = client.get("/login")
    assert page.headers["set-cookie"].startswith("__Host-desk-form=") and "Secure" in page.headers["set-cookie"]
    assert "max-age" in page.headers["strict-transport-security"]


def test_the_session_is_a_new_one_at_each_log_in(desk_app, stranger, add):
    add("Ada")
    log_in(stranger, "Ada", PASSWORD)
    first = stranger.cookies["desk"]
    form = TestClient(desk_app, base_url=DESK, follow_redirects=False)
    token = token_in(form.get("/login").text)
    # the log-in form of a browser that still has a session carries that session's token
    token = token_in(stranger.get("/tour").text)
    stranger.post("/login", data={"csrf": token, "name": "Ada", "password": PASSWORD})
    assert stranger.cookies["desk"] != first
    old = TestClient(desk_app, base_url=DESK, follow_redirects=False, cookies={"desk": first})
    assert old.get("/").status_code == 303


def test_the_database_keeps_neither_password_nor_cookie(desk_app, stranger, add):
    add("Ada")
    log_in(stranger, "Ada", PASSWORD)
    with desk_app.state.desk.engine.connect() as connection:
        assert connection.execute(people.select()).mappings().one()["password"].startswith("$argon2id$")
        assert connection.execute(sessions.select()).mappings().one()["token"] != stranger.cookies["desk"]


def test_logging_out_ends_the_session_on_the_server(desk_app, sign_in):
    client = sign_in()
    cookie = client.cookies["desk"]
    assert client.post("/logout").headers["location"] == "/login"
    copied = TestClient(desk_app, base_url=DESK, follow_redirects=False, cookies={"desk": cookie})
    assert copied.get("/").headers["location"] == "/login"


@pytest.mark.parametrize(
    ("idle", "old", "is_open"), [(14 * 60, 14 * 60, True), (16 * 60, 16 * 60, False), (0, 8 * 3600 + 60, False)]
)
def test_a_session_ends_by_idling_and_by_age(desk_app, sign_in, idle, old, is_open):
    client = sign_in()
    age(desk_app, sessions, seen_at=idle, created_at=old)
    assert (client.get("/account").status_code == 200) is is_open


def test_a_request_keeps_the_session_and_a_progress_bar_does_not(desk_app, sign_in):
    client = sign_in()
    age(desk_app, sessions, seen_at=600)
    client.get("/account", headers={"X-Idle": "1"})
    with desk_app.state.desk.engine.connect() as connection:
        assert connection.execute(sessions.select()).mappings().one()["seen_at"] < time.time() - 500
    assert client.get("/alive").status_code == 204
    with desk_app.state.desk.engine.connect() as connection:
        assert connection.execute(sessions.select()).mappings().one()["seen_at"] > time.time() - 60


def test_an_unknown_name_gets_the_same_words(stranger, add):
    add("Ada")
    known, unknown = log_in(stranger, "Ada", "wrong wrong wrong"), log_in(stranger, "Eve", "wrong wrong wrong")
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace("Ada", "?") == unknown.text.replace("Eve", "?")


@pytest.mark.parametrize("name", ["Ada", "Eve"])
def test_the_sixth_try_waits_even_with_the_right_password(stranger, add, name):
    add("Ada")
    answers = [log_in(stranger, name, "wrong wrong wrong").status_code for _ in range(20)]
    assert answers == [401] * 5 + [429] * 15
    refused = log_in(stranger, name, PASSWORD)
    assert refused.status_code == 429 and 0 < int(refused.headers["retry-after"]) <= 900
    assert "15 minutes" in refused.text


def test_the_pause_ends_and_is_on_the_record(desk_app, stranger, add):
    add("Ada")
    for _ in range(7):
        log_in(stranger, "Ada", "wrong wrong wrong")
    age(desk_app, attempts, at=901)
    assert log_in(stranger, "Ada", PASSWORD).status_code == 303
    with desk_app.state.desk.engine.connect() as connection:
        steps = [row["what"] for row in connection.execute(audit.select()).mappings()]
    assert steps == ["person added", "too many wrong passwords", "signed in"]


def test_many_names_from_one_address_wait_as_well(stranger):
    answers = [log_in(stranger, f"name {number}", "wrong wrong wrong").status_code for number in range(22)]
    assert answers == [401] * 20 + [429] * 2


def test_the_right_password_forgives_the_wrong_ones(stranger, add):
    add("Ada")
    for _ in range(3):
        for _ in range(4):
            log_in(stranger, "Ada", "wrong wrong wrong")
        assert log_in(stranger, "Ada", PASSWORD).status_code == 303
        stranger.cookies.clear()


def test_who_is_switched_off_cannot_log_in(desk_app, stranger, add):
    add("Ada")
    with desk_app.state.desk.engine.begin() as connection:
        connection.execute(people.update().values(active=False))
    assert log_in(stranger, "Ada", PASSWORD).status_code == 401


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/login", "/a\r\nX: y", "evil"]
)
def test_the_way_back_never_leaves_the_desk(wanted):
    assert safe_path(wanted) == "/"


def test_the_way_back_is_kept(stranger):
    assert stranger.get("/audit?who=Ada").headers["location"] == "/login?next=/audit%3Fwho%3DAda"
    assert 'value="/audit?who=Ada"' in stranger.get("/login?next=/audit%3Fwho%3DAda").text
