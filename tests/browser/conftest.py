"""A browser for the widget's tests, and a visitor who keeps an eye on what the page does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from fake_server import BASE, FakeServer

NAMES = ("chromium", "chromium-browser", "google-chrome")


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known when this folder is run by itself."""
    config.addinivalue_line("markers", "browser: needs chromium and Playwright")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks all tests of this folder."""
    for item in items:
        if "tests/browser/" in item.nodeid or item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


def missing(what: str) -> None:
    """Skips with a plain sentence; on a build server a skipped browser test is a failure."""
    message = f"The widget was NOT tested in a browser: {what}."
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium, driven by Playwright."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        missing("chromium is not installed (apt-get install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("the Python package playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-background-networking"])
        yield browser
        browser.close()


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    """The server that can be told to misbehave."""
    server = FakeServer()
    yield server
    server.stop()


class Visitor:
    """One page with the widget on it: opens it, types, reads, and notes requests and the console."""

    def __init__(self, context: Any, page: Any = None) -> None:
        self.context = context
        self.page = page or context.new_page()
        self.page.set_default_timeout(10_000)
        self.requests: list[str] = []
        self.console: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(f"page error: {error}"))

    def go(self, url: str) -> Visitor:
        """Loads a page and waits for the widget's element."""
        self.page.goto(url)
        self.page.wait_for_selector("clinic-chat", state="attached")
        return self

    def open(self) -> Visitor:
        """Opens the chat and waits until it can be typed in."""
        self.page.locator(".launcher").click()
        self.field.wait_for()
        return self

    @property
    def field(self) -> Any:
        """Where the visitor types."""
        return self.page.locator("clinic-chat textarea")

    def say(self, text: str) -> Visitor:
        """Types and sends, without waiting for the reply."""
        self.field.fill(text)
        self.field.press("Enter")
        return self

    def ask(self, text: str, replies: int = 1) -> Visitor:
        """Types, sends, and waits until there are that many more lines of the bot."""
        before = self.lines("bot").count()
        self.say(text)
        self.lines("bot").nth(before + replies - 1).wait_for()
        return self

    def lines(self, kind: str) -> Any:
        """The lines of one kind: visitor, bot, answer, escalate, emergency, clarify."""
        return self.page.locator(f".line.{kind}[data-id]")

    def find(self, selector: str) -> Any:
        """Something inside the widget."""
        return self.page.locator(f"clinic-chat {selector}")

    def texts(self) -> list[str]:
        """All lines in order, as text."""
        return self.page.locator(".line[data-id] .bubble").all_text_contents()


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
