"""Takes the pictures of the widget in docs/pictures/ from a running bot.

    python scripts/screenshots.py http://127.0.0.1:5005

Needs chromium and the Python package playwright. Shows an answer and an emergency, on a desktop and on
a phone, light and dark. Look at them before you commit them.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DEMO = "/webhooks/web/demo"
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
TALKS = {
    "answer": ["What are the common side effects of naltrexone?"],
    "escalation": ["Is naltrexone hard on my liver?"],
    "emergency": ["My friend is not breathing and his lips are blue"],
}


def take(browser: Any, url: str, screen: str, scheme: str, talk: str) -> Path:
    """One picture: opens the chat, says the lines of `talk`, unfolds the first source."""
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", locale="en-US", **SCREENS[screen])
    page = context.new_page()
    page.goto(url.rstrip("/") + DEMO)
    page.locator(".launcher").click()
    for line in TALKS[talk]:
        before = page.locator(".line.bot[data-id]").count()
        page.locator("clinic-chat textarea").fill(line)
        page.locator("clinic-chat .send").click()
        page.locator(".line.bot[data-id]").nth(before).wait_for()
    if talk == "answer":
        page.locator("details.sources summary").first.click()
    page.evaluate("document.querySelector('clinic-chat').shadowRoot.activeElement?.blur()")
    page.wait_for_timeout(300)
    file = PICTURES / f"{screen}-{scheme}-{talk}.png"
    page.screenshot(path=str(file))
    context.close()
    return file


def main(url: str) -> None:
    """Takes all pictures and prints their names."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("chromium was not found: apt-get install chromium, or set CHROMIUM")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        for screen in SCREENS:
            for scheme in ("light", "dark"):
                for talk in TALKS:
                    print(take(browser, url, screen, scheme, talk).relative_to(PICTURES.parents[1]))
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
