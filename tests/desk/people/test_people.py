"""The people page: who is added, changed, switched off; and everybody's own password."""

from __future__ import annotations

import re

import pytest

from desk.database import audit, people
from desk.people import staff
from desk.people.access import Person
from desk.people.first_admin import add_admin
from desk.people.passwords import hash_password, is_right, make_password, weakness
from tests.desk.people.conftest import PASSWORD, log_in


def person(app, name):
    """The row of somebody."""
    with app.state.desk.engine.connect() as connection:
        return staff.person_named(connection, name)


def test_roles_stand_one_above_the_other():
    publisher = Person(1, "Ada", "publisher")
    assert publisher.may("reviewer") and publisher.may("publisher") and not publisher.may("admin")


def test_an_admin_adds_somebody_who_can_log_in(desk_app, sign_in, stranger):
    page = sign_in("admin").post("/people", data={"name": "  Grace  Hopper ", "role": "publisher"})
    password = re.search(r'<code class="large">([^<]+)<', page.text)[1]
    assert log_in(stranger, "Grace Hopper", password).status_code == 303
    assert person(desk_app, "Grace Hopper")["role"] == "publisher"


@pytest.mark.parametrize(
    ("name", "role", "words"),
    [
        ("ada", "reviewer", "is there already"),
        ("x", "reviewer", "2 to 80"),
        ("Eve\x00", "reviewer", "2 to 80"),
        ("Eve", "owner", "three roles"),
    ],
)
def test_who_cannot_be_added(sign_in, name, role, words):
    page = sign_in("admin", name="Ada").post("/people", data={"name": name, "role": role})
    assert page.status_code == 422 and words in page.text


def test_a_new_role_holds_from_the_next_click(desk_app, sign_in):
    admin, other = sign_in("admin", name="Ada"), sign_in("reviewer", name="Eve")
    assert other.get("/audit").status_code == 403
    eve = person(desk_app, "Eve")["id"]
    assert admin.post(f"/people/{eve}/role", data={"role": "publisher"}).headers["location"] == "/people?done=role"
    assert other.get("/audit").status_code == 200


def test_who_is_switched_off_is_out_at_once_and_can_come_back(desk_app, sign_in):
    admin, other = sign_in("admin", name="Ada"), sign_in("admin", name="Eve")
    eve = person(desk_app, "Eve")["id"]
    admin.post(f"/people/{eve}/active", data={"active": "0"})
    assert other.get("/account").status_code == 303
    assert (
        "can log in again"
        in admin.get(admin.post(f"/people/{eve}/active", data={"active": "1"}).headers["location"]).text
    )
    assert other.get("/account").status_code == 303, "the old session stays dead"


def test_a_lost_password_is_replaced(desk_app, sign_in, stranger, add):
    eve = add("Eve")
    page = sign_in("admin").post(f"/people/{eve}/password")
    password = re.search(r'<code class="large">([^<]+)<', page.text)[1]
    assert log_in(stranger, "Eve", PASSWORD).status_code == 401
    assert log_in(stranger, "Eve", password).status_code == 303


@pytest.mark.parametrize(("step", "fields"), [("role", {"role": "reviewer"}), ("active", {"active": "0"})])
def test_an_admin_cannot_lock_themselves_out(desk_app, sign_in, step, fields):
    admin = sign_in("admin", name="Ada")
    page = admin.post(f"/people/{person(desk_app, 'Ada')['id']}/{step}", data=fields)
    assert page.status_code == 422 and "your own role" in page.text


def test_the_last_admin_stays(desk_app, add):
    ada = add("Ada", "admin")
    with pytest.raises(staff.Refused, match="last_admin"), desk_app.state.desk.engine.begin() as connection:
        staff.set_active(connection, "Eve", ada, False)
    assert person(desk_app, "Ada")["active"]


def test_somebody_who_is_gone(sign_in):
    page = sign_in("admin").post("/people/99/role", data={"role": "admin"})
    assert page.status_code == 422 and "not there any more" in page.text


def test_a_name_is_never_code(sign_in):
    client = sign_in("admin")
    client.post("/people", data={"name": "<script>alert(1)</script>", "role": "reviewer"})
    page = client.get("/people").text
    assert "&lt;script&gt;alert" in page and "<script>alert" not in page


def test_ones_own_password(desk_app, stranger, add, sign_in):
    add("Ada")
    log_in(stranger, "Ada", PASSWORD)
    page = stranger.get("/account").text
    stranger.headers["X-CSRF-Token"] = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    new = "four unrelated words here"
    for fields, words in [
        ({"old": "wrong", "new": new, "again": new}, "old password is not right"),
        ({"old": PASSWORD, "new": new, "again": "other"}, "not the same"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "is the old one"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "at least 12"),
    ]:
        answer = stranger.post("/account", data=fields)
        assert answer.status_code == 422 and words in answer.text
    assert stranger.post("/account", data={"old": PASSWORD, "new": new, "again": new}).status_code == 303
    assert stranger.get("/account").status_code == 200, "this session stays"
    assert is_right(person(desk_app, "Ada")["password"], new)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "short"),
        ("x" * 201, "long"),
        ("ada ada ada ada", "name"),
        ("abababababab", "repeats"),
        (PASSWORD, ""),
    ],
)
def test_weak_passwords(password, why):
    assert weakness(password, "Ada") == why


def test_passwords_are_argon2id_and_made_ones_are_strong():
    hashed = hash_password(PASSWORD)
    assert hashed.startswith("$argon2id$") and hash_password(PASSWORD) != hashed
    assert is_right(hashed, PASSWORD) and not is_right(hashed, PASSWORD + "x") and not is_right("-", PASSWORD)
    made = {make_password() for _ in range(50)}
    assert len(made) == 50 and not any(weakness(one, "Ada") for one in made)


def test_the_first_admin_and_the_way_back_in(desk_app, stranger, add):
    engine = desk_app.state.desk.engine
    assert "is an admin now" in add_admin(engine, "Ada", lambda _: PASSWORD)
    with engine.begin() as connection:
        connection.execute(people.update().values(active=False, role="reviewer"))
    assert "new password" in add_admin(engine, "ada", lambda _: "another good password")
    assert log_in(stranger, "Ada", "another good password").status_code == 303
    assert person(desk_app, "Ada")["role"] == "admin"


@pytest.mark.parametrize(("answers", "why"), [(["short", "short"], "password_short"), ([PASSWORD, "other"], "again")])
def test_an_admin_without_a_good_password_is_none(desk_app, answers, why):
    with pytest.raises(staff.Refused, match=why):
        add_admin(desk_app.state.desk.engine, "Ada", lambda _: answers.pop(0))
    assert person(desk_app, "Ada") is None


def test_every_step_is_on_the_record(desk_app, sign_in, add):
    admin, eve = sign_in("admin", name="Ada"), add("Eve")
    admin.post(f"/people/{eve}/role", data={"role": "publisher"})
    admin.post(f"/people/{eve}/password")
    admin.post(f"/people/{eve}/active", data={"active": "0"})
    with desk_app.state.desk.engine.connect() as connection:
        rows = connection.execute(audit.select().order_by(audit.c.id)).mappings().all()
    assert [row["what"] for row in rows] == ["person added", "role changed", "password changed", "person switched off"]
    assert {row["who"] for row in rows[1:]} == {"Ada"} and {row["subject"] for row in rows} == {"Eve"}
    assert PASSWORD not in str(rows)
