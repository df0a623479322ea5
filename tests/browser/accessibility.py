"""Measures what WCAG asks for, beyond what axe looks at by itself."""

from __future__ import annotations

from functools import cache
from typing import Any

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}

SMALL_TARGETS = """() => {
  const root = document.querySelector('clinic-chat').shadowRoot;
  return [...root.querySelectorAll('button, a, textarea, summary')]
    .filter(node => node.checkVisibility())
    .map(node => [node.textContent || node.getAttribute('aria-label'), node.getBoundingClientRect()])
    .filter(([, box]) => box.height < 44 || box.width < 44)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`);
}"""


@cache
def axe_source() -> str:
    """axe-core, as the package axe-playwright-python brings it along."""
    from axe_playwright_python.base import AXE_FILE_PATH

    return AXE_FILE_PATH.read_text(encoding="utf-8")


def violations(page: Any, rules: dict[str, Any] = RULES, moves: bool = True) -> list[str]:
    """What axe objects to on this page, one line for each element. `moves`: whether it has to come to rest first."""
    page.wait_for_timeout(250 if moves else 0)  # a half-faded text has less contrast
    page.evaluate(axe_source())
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:200]}" for one in found for node in one["nodes"]
    ]


def violations_in_both(page: Any) -> list[str]:
    """The same for a light page without motion, and what its dark colours make worse: only contrast depends on them."""
    found = violations(page, moves=False)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in violations(page, CONTRAST, moves=False)]
    page.emulate_media(color_scheme="light")
    return found


def small_targets(page: Any) -> list[str]:
    """Buttons, links and fields of the widget below 44 by 44 pixels."""
    return page.evaluate(SMALL_TARGETS)
