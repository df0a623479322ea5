"""A visitor of the page with the widget, for the tests; and what to do where there is no browser."""

from __future__ import annotations

import importlib.util
import os
import shutil
from typing import Any

try:
    from playwright.sync_api import expect
except ImportError:  # then conftest.py skips what would need it
    expect = None

__all__ = ["Visitor", "chromium", "expect", "why_no_browser"]

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """Where chromium is, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def why_no_browser() -> str:
    """A plain sentence that says why nothing can be tested in a browser; empty where it can."""
    for package in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(package) is None:
            return f"The widget was NOT tested in a browser: the Python package {package} is not installed."
    return (
        ""
        if chromium()
        else "The widget was NOT tested in a browser: chromium was not found (apt-get install chromium)."
    )


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
