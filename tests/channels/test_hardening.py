"""Log records do not quote the visitor."""

from __future__ import annotations

import logging

from channels.hardening import WithoutWords, harden


def test_exceptions_are_named_and_not_quoted(caplog):
    logger = logging.getLogger("test.words")
    logger.addFilter(WithoutWords())
    try:
        try:
            raise ValueError("my name is Jane")
        except ValueError as error:
            raise RuntimeError("Jane again") from error
    except RuntimeError:
        logger.exception("An action failed.")
    assert (
        "Jane" not in caplog.text and "RuntimeError at test_hardening.py" in caplog.text and "ValueError" in caplog.text
    )


def test_twice_is_once():
    harden(), harden()
    filters = logging.getLogger("rasa.core.processor").filters
    assert sum(isinstance(one, WithoutWords) for one in filters) == 1
