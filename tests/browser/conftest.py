"""A browser for the widget's tests, and a visitor who keeps an eye on what the page does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_server import BASE, FakeServer
from visitor import Visitor, chromium, why_no_browser

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known when this folder is run by itself."""
    config.addinivalue_line("markers", "browser: needs chromium and Playwright")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks all tests of this folder; without a browser says so before any server is started for them."""
    reason = why_no_browser()
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        if reason and not os.environ.get("CI") and "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason=reason))


# Closed after each module: Playwright keeps an event loop running, which tests elsewhere could trip over.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium, driven by Playwright; on a build server a missing one is a failure."""
    reason = why_no_browser()
    if reason:
        pytest.fail(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield browser
        browser.close()


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    """The server that can be told to misbehave."""
    server = FakeServer()
    yield server
    server.stop()


@pytest.fixture
def make_visitor(browser: Any) -> Iterator[Any]:
    """Makes visitors, each in a browser profile of their own: make_visitor(width, height, color_scheme=..., ...)."""
    contexts = []

    def make(width: int = 1280, height: int = 800, **options: Any) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        return Visitor(context)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def visitor(make_visitor: Any, fake: FakeServer) -> Visitor:
    """A visitor on the demo page of the fake server, chat still closed."""
    return make_visitor().go(f"{fake.url}{BASE}/demo")
