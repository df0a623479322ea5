"""Sessions cannot be guessed, forged or used after their end."""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest

from channels.browser_key import cookie, key_in, new_key
from channels.incoming import BadMessage
from channels.sessions import (
    SecretError,
    conversation_of,
    is_bound,
    new_conversation,
    rasa_conversation,
    renewed,
    secret_from,
    sign,
)
from tests.servers import QUIET, ROOT, free_port

SECRET, OTHER = b"s" * 32, b"o" * 32


def test_a_token_opens_its_conversation_until_its_end():
    conversation = new_conversation()
    token = sign(conversation, SECRET, 1000.5, 60)
    assert conversation_of(token, SECRET, 1059) == conversation
    with pytest.raises(BadMessage) as caught:
        conversation_of(token, SECRET, 1060)
    assert (caught.value.status, caught.value.code) == (401, "session_expired")


def test_forged_tokens():
    mine, theirs = sign("a" * 32, SECRET, 0, 60), sign("b" * 32, SECRET, 0, 60)
    end, mac = mine.split(".")[1:]
    forged = [
        None,
        5,
        ["x"],
        "",
        "x",
        "\ud800",
        "a\x00b",
        "x" * 300,
        "a" * 32,
        f"{'a' * 32}.{end}",
        f"{'b' * 32}.{end}.{mac}",
        f"{'a' * 32}.{int(end) + 1}.{mac}",
        f"{'a' * 32}.{end}.{theirs.split('.')[2]}",
        mine + "\n",
        mine.upper(),
        sign("a" * 32, OTHER, 0, 60),
    ]
    for token in forged:
        with pytest.raises(BadMessage) as caught:
            conversation_of(token, SECRET, 1)
        assert caught.value.status == 401


def test_guessing_is_hopeless():
    end = sign("a" * 32, SECRET, 0, 60).split(".")[1]
    draw = random.Random(1)
    for _ in range(10_000):  # of 2 ** 128 conversations, each with 2 ** 256 signatures
        with pytest.raises(BadMessage):
            conversation_of(f"{draw.getrandbits(128):032x}.{end}.{draw.getrandbits(256):064x}", SECRET, 1)


def test_a_token_is_renewed_in_its_second_half():
    token = sign("a" * 32, SECRET, 0, 100)
    assert renewed(token, SECRET, 49, 100) == token
    later = renewed(token, SECRET, 60, 100)
    assert later != token and conversation_of(later, SECRET, 150) == "a" * 32


def test_a_bound_token_needs_its_key_and_keeps_needing_it():
    mine, theirs = new_key(), new_key()
    token = sign("a" * 32, SECRET, 0, 100, mine)
    for _ in range(2):
        assert conversation_of(token, SECRET, 1, mine) == "a" * 32 and is_bound(token, SECRET)
        for key in (theirs, ""):
            with pytest.raises(BadMessage) as caught:
                conversation_of(token, SECRET, 1, key)
            assert caught.value.status == 401
        token = renewed(token, SECRET, 60, 100, mine)
    free = sign("a" * 32, SECRET, 0, 100)
    assert conversation_of(free, SECRET, 1, mine) == "a" * 32
    assert not is_bound(free, SECRET) and not is_bound(renewed(free, SECRET, 60, 100, mine), SECRET)


def test_the_key_is_a_cookie_that_no_script_reads():
    plain = cookie("k" * 32, "http://127.0.0.1:5005", "same-origin")
    assert plain == f"chat={'k' * 32}; Path=/webhooks/web; HttpOnly; SameSite=Strict"
    own = cookie("k" * 32, "https://www.example.org", "same-site", seconds=60)
    assert own == f"__Host-chat={'k' * 32}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=60"
    assert "SameSite=None; Partitioned" in cookie("k" * 32, "https://www.example.org", "cross-site")
    key = new_key()
    assert key_in(f"chat={new_key()}; __Host-chat={key}") == key == key_in(f"chat={key}")
    assert key_in(f'other={{"a": [1]}}; chat={key}; x') == key
    for odd in (None, "", "chat", "chat=x", f"chat={key}0", f"chat={key.upper()}g", f"mychat={key}"):
        assert key_in(odd) == ""


def test_conversations_are_random_and_follow_from_the_session():
    assert len({new_conversation() for _ in range(100)}) == 100
    assert rasa_conversation("a" * 32, 0, SECRET) == "a" * 32
    ids = {rasa_conversation("a" * 32, n, SECRET) for n in range(5)}
    assert len(ids) == 5 and all(len(id) == 32 for id in ids)
    assert rasa_conversation("a" * 32, 1, SECRET) != rasa_conversation("a" * 32, 1, OTHER)


def test_production_needs_a_secret(tmp_path):
    with pytest.raises(SecretError, match="CHAT_SESSION_SECRET"):
        secret_from({"CHAT_ENV": "production"}, tmp_path)
    with pytest.raises(SecretError, match="32"):
        secret_from({"CHAT_ENV": "production", "CHAT_SESSION_SECRET": "short"}, tmp_path)
    assert secret_from({"CHAT_ENV": "production", "CHAT_SESSION_SECRET": "x" * 32}, tmp_path) == b"x" * 32
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("mode", ["prod", "Production", "live", "developement"])
def test_a_mode_that_nobody_knows_is_no_way_around_it(tmp_path, mode):
    with pytest.raises(SecretError, match="CHAT_"):
        secret_from({"CHAT_ENV": mode}, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.live
def test_rasa_itself_does_not_start_in_production_without_a_secret(tmp_path):
    environment = {**os.environ, **QUIET, "CHAT_ENV": "production"}
    environment.pop("CHAT_SESSION_SECRET", None)
    command = [sys.executable, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(free_port())]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert "CHAT_SESSION_SECRET" in ended.stdout + ended.stderr


def test_elsewhere_one_is_made_and_kept(tmp_path):
    first = secret_from({}, tmp_path / "var")
    assert len(first) >= 32 and secret_from({}, tmp_path / "var") == first
    assert (tmp_path / "var" / "session_secret").stat().st_mode & 0o077 == 0
