"""The project's content for the guards' tests, and a way to spoil a copy of it."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Callable

import pytest

from evaluation.content import Content, read_content


@pytest.fixture(scope="session")
def content() -> Content:
    """All content, as it stands in the files. Never change it; spoil a copy."""
    return read_content()


@pytest.fixture
def spoiled(content: Content) -> Callable[..., Content]:
    """Makes a copy of the content with some fields replaced; responses are given by name."""

    def spoil(responses: dict | None = None, **fields: object) -> Content:
        domain = copy.deepcopy(content.domain)
        domain["responses"].update(responses or {})
        return replace(content, **{"domain": domain, **fields})

    return spoil
