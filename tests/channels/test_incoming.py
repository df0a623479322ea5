"""What comes in is checked before anything else sees it."""

from __future__ import annotations

import pytest

from channels.incoming import BadMessage, as_text, checked_id, checked_text, json_object


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"x"', b"7", b"[" * 100_000, b'{"a": "\xff"}', b"\xef\xbb\xbf{}", b"\x1f\x8b\x08"]
)
def test_a_body_is_a_json_object(body):
    with pytest.raises(BadMessage) as caught:
        json_object(body)
    assert caught.value.status == 400


def test_the_error_does_not_quote_the_body():
    with pytest.raises(BadMessage) as caught:
        json_object(b"{my name is Jane")
    assert "Jane" not in str(caught.value) and caught.value.__cause__ is None


@pytest.mark.parametrize("text, status", [(5, 400), (None, 400), ("", 400), (" \x00 ", 400), ("x" * 2001, 413)])
def test_texts_that_are_refused(text, status):
    with pytest.raises(BadMessage) as caught:
        checked_text(text)
    assert caught.value.status == status


def test_control_characters_go_and_the_rest_stays():
    assert checked_text("a\x00b\x1b[31m\ud800 é\n😀") == "a b [31m  é\n😀"


@pytest.mark.parametrize(
    "text, words", [("/restart", "restart"), (" //a", "a"), ("／restart", "restart"), ("/", "?"), ("1/2", "1/2")]
)
def test_a_leading_slash_is_no_command(text, words):
    assert as_text(text) == words


@pytest.mark.parametrize("id", [None, 5, "", "short", "x" * 65, "a b c d e", "a/b/c/d/e", "é" * 9])
def test_odd_ids(id):
    with pytest.raises(BadMessage):
        checked_id(id)


def test_ids_of_browsers():
    assert checked_id("0b6f4a52-5d4f-4b57-9d0a-2f2b8f1f6a11") and checked_id("b" * 32)
