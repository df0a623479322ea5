"""No post without its token, from this desk, by somebody who is signed in; no page for the wrong role."""

from __future__ import annotations

import pytest

from desk.database import people
from desk.people import guard
from tests.desk.people.conftest import token_in


def posts(app):
    """All addresses that take a post from people."""
    paths = [
        route.path.replace("{id:int}", "1") for route in app.routes if "POST" in (getattr(route, "methods", 0) or ())
    ]
    return [path for path in paths if path not in guard.BY_TOKEN]


def test_every_post_needs_its_token(desk_app, sign_in):
    client = sign_in("admin")
    del client.headers["X-CSRF-Token"]
    for path in posts(desk_app):
        assert client.post(path, data={"name": "Eve", "role": "admin"}).status_code == 403, path
        assert client.post(path, data={"csrf": "guess"}).status_code == 403, path
        assert client.post(path, headers={"X-CSRF-Token": ""}).status_code == 403, path
    with desk_app.state.desk.engine.connect() as connection:
        assert len(connection.execute(people.select()).all()) == 1


def test_the_posts_of_programs_need_the_secret_and_a_session_is_no_help(stranger, sign_in):
    assert guard.BY_TOKEN == ("/models/report", "/models/failing")
    admin = sign_in("admin")
    for path in guard.BY_TOKEN:
        assert stranger.post(path).status_code == 401 and admin.post(path).status_code == 401


def test_somebody_elses_token_does_not_do(sign_in):
    ada, eve = sign_in(name="Ada"), sign_in(name="Eve")
    assert ada.post("/tour", headers={"X-CSRF-Token": eve.headers["X-CSRF-Token"]}).status_code == 403


def test_the_field_of_a_form_does(sign_in):
    client = sign_in()
    token = client.headers.pop("X-CSRF-Token")
    assert client.post("/tour", data={"csrf": token}).status_code == 303
    assert client.post("/tour", data={"csrf": token}, files={"file": b"x"}).status_code == 303


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:5007", "https://127.0.0.1:5006"])
def test_a_post_from_elsewhere_is_refused(sign_in, origin):
    assert sign_in().post("/tour", headers={"Origin": origin}).status_code == 403


def test_a_post_from_here_is_not(sign_in):
    client = sign_in()
    assert client.post("/tour", headers={"Origin": "http://127.0.0.1:5006"}).status_code == 303
    assert client.post("/tour", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_log_in_form_needs_the_token_of_its_own_cookie(stranger):
    fields = {"name": "Ada", "password": "whatever it is"}
    assert stranger.post("/login", data=fields).status_code == 403
    token = token_in(stranger.get("/login").text)
    stranger.cookies.clear()
    assert stranger.post("/login", data={**fields, "csrf": token}).status_code == 403


def test_who_is_not_signed_in_gets_to_the_log_in_page_whatever_they_ask(desk_app, stranger):
    for path in ["/", "/people", "/audit", "/audit/record.csv", "/account", "/tour", "/alive", "/watch"]:
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login"), path
    for path in set(posts(desk_app)) - {"/login"}:
        assert stranger.post(path).headers["location"] == "/login", path


def test_a_part_of_a_page_sends_the_whole_page_to_the_log_in(stranger):
    answer = stranger.get("/alive", headers={"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1:5006/topics/x"})
    assert answer.status_code == 401 and answer.headers["hx-redirect"] == "/login?next=/topics/x"


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("reviewer", ["/account"]), ("publisher", ["/account", "/audit"]), ("admin", ["/audit", "/people"])],
)
def test_roles(sign_in, role, allowed):
    client = sign_in(role)
    for path in ("/account", "/audit", "/audit/record.csv", "/people"):
        expected = 200 if role == "admin" or path in allowed or (role == "publisher" and "audit" in path) else 403
        assert client.get(path).status_code == expected, path


def test_the_pages_that_are_not_open_are_not_offered(sign_in):
    assert 'href="/people"' not in sign_in("reviewer").get("/account").text
    assert 'href="/people"' in sign_in("admin", name="Eve").get("/account").text


def test_a_post_has_a_largest_size(sign_in, monkeypatch):
    monkeypatch.setattr(guard, "LARGEST", 1000)
    assert sign_in().post("/tour", data={"text": "x" * 2000}).status_code == 413
