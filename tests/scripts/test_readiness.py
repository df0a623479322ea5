"""What an answer about the bot's health means, and what follows after so many failures."""

from __future__ import annotations

import json

import pytest

from scripts.readiness import LOADING, Seen, Step, is_loading, judged, step_after


def health(status: str = "failing", **checks: bool) -> bytes:
    wrong = "" if checks["safety"] else "“good morning” was answered with nothing"
    return json.dumps({"status": status, "sha256": "a" * 64, "wrong": wrong, "checks": checks}).encode()


def test_a_bot_that_holds_the_conversation_is_well():
    assert judged(200, health("ok", model=True, safety=True, store=True)) == Seen()


def test_a_database_that_is_away_is_no_fault_of_the_bot():
    assert judged(200, health("degraded", model=True, safety=True, store=False)) == Seen()
    assert judged(503, health(model=True, safety=True, store=False)) == Seen()  # away since the start


def test_a_wrong_answer_is_told_with_the_model_that_gave_it():
    seen = judged(503, health(model=True, safety=False, store=True))
    assert seen == Seen("“good morning” was answered with nothing", sha256="a" * 64)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"checks": []}', b'{"checks": {}}', b"\xff"])
def test_an_odd_answer_is_a_failure(body):
    seen = judged(500, body)
    assert "500" in seen.wrong and not seen.is_silent


def test_a_bot_without_the_web_channel_cannot_be_asked():
    assert judged(404, b"") == Seen()


def test_silence_is_no_failure_while_it_loads():
    shut, hangs = (Seen("it does not answer", is_silent=True, is_listening=listens) for listens in (False, True))
    assert is_loading(shut, LOADING - 1) and not is_loading(shut, LOADING)
    assert not is_loading(hangs, 1.0) and not is_loading(Seen(), 1.0)


def test_two_failures_start_it_again_and_four_go_back():
    quiet = [step_after(failures, True, False) for failures in (1, 2, 3, 4)]
    assert quiet == [Step.NOTHING, Step.RESTART, Step.NOTHING, Step.GO_BACK | Step.RESTART]
    wrong = [step_after(failures, False, False) for failures in (1, 2, 3, 4)]
    assert wrong == [Step.NOTHING, Step.RESTART, Step.NOTHING, Step.GO_BACK]  # it fetches the version by itself


def test_it_goes_back_once_and_tries_again_where_it_could_not():
    after = range(5, 9)
    assert [step_after(n, True, True) for n in after] == [Step.NOTHING, Step.RESTART] * 2
    assert [step_after(n, False, True) for n in after] == [Step.NOTHING] * 4
    assert step_after(6, False, False) == Step.GO_BACK
