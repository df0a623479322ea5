"""WCAG 2.2 AA: axe, keyboard, focus, sizes, zoom, announcements."""

from __future__ import annotations

import pytest
from accessibility import small_targets, violations
from fake_server import BASE
from visitor import expect

SCREENS = {"desktop": (1280, 800), "phone": (390, 844), "narrow": (320, 568), "zoomed": (320, 256)}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_and_sizes(make_visitor, fake, screen, scheme):
    visitor = make_visitor(*SCREENS[screen], color_scheme=scheme).go(f"{fake.url}{BASE}/demo")
    assert violations(visitor.page) == []
    assert small_targets(visitor.page) == []
    visitor.open()
    assert violations(visitor.page) == []
    visitor.ask("which one").ask("What are the side effects?")
    visitor.find("details summary").click()
    visitor.find(".thumb.down").click()
    visitor.find(".plain.trash").click()
    visitor.ask("my liver hurts", 2)
    assert violations(visitor.page) == []
    assert small_targets(visitor.page) == []
    fake.chat.faults.extend([{"path": "message", "status": 400}])
    visitor.ask("he is not breathing", 0).find(".trouble").wait_for()
    assert violations(visitor.page) == []
    visitor.find(".trouble button").click()
    visitor.lines("emergency").wait_for()
    assert violations(visitor.page) == []
    assert small_targets(visitor.page) == []
    visitor.page.keyboard.press("Escape")
    assert violations(visitor.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_on_the_full_page(make_visitor, fake, scheme):
    visitor = make_visitor(color_scheme=scheme).go(f"{fake.url}{BASE}/widget/chat.html")
    visitor.field.wait_for()
    visitor.ask("he is not breathing", 2)
    assert violations(visitor.page) == []
    expect(visitor.find("h1")).to_have_text("Ask about naltrexone")
    visitor.page.keyboard.press("Escape")
    expect(visitor.field).to_be_visible()


def focused(page) -> str:
    """What has the focus, also inside the widget."""
    return page.evaluate("""() => {
      const host = document.activeElement, inner = host?.shadowRoot?.activeElement ?? host;
      if (inner === document.body) return 'BODY';
      return inner.getAttribute('aria-label') || inner.textContent.trim().slice(0, 40) || inner.tagName;
    }""")


def tab_until(page, name: str, key: str = "Tab") -> None:
    """Presses Tab until something called `name` has the focus."""
    for _ in range(60):
        if name in focused(page):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{name!r} cannot be reached by keyboard")


def test_keyboard_only(visitor):
    page = visitor.page
    tab_until(page, "Ask about naltrexone")
    page.keyboard.press("Enter")
    visitor.field.wait_for()
    expect(visitor.field).to_be_focused()
    page.keyboard.type("which one")
    page.keyboard.press("Enter")
    visitor.lines("clarify").wait_for()
    tab_until(page, "The daily tablet", "Shift+Tab")
    page.keyboard.press("Space")
    visitor.lines("answer").wait_for()
    tab_until(page, "Where this comes from", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(visitor.find("details li").first).to_be_visible()
    tab_until(page, "Yes, this helped")
    page.keyboard.press("Enter")
    assert focused(page) == "Yes, this helped"
    for name in ("Leave quickly", "Start over", "Delete this chat"):
        tab_until(page, name)
    page.keyboard.press("Escape")
    expect(visitor.find(".panel")).to_be_hidden()
    assert "Ask about naltrexone" in focused(page)


def test_no_trap_beside_the_page_but_on_a_phone(make_visitor, fake):
    desktop = make_visitor().go(f"{fake.url}{BASE}/demo").open()
    tab_until(desktop.page, "Skip to the content")
    phone = make_visitor(390, 844, has_touch=True, is_mobile=True).go(f"{fake.url}{BASE}/demo").open()
    assert phone.find(".panel").evaluate("n => n.matches(':modal')")
    with pytest.raises(AssertionError):
        tab_until(phone.page, "Skip to the content")
    box = phone.find(".panel").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    assert phone.field.evaluate("n => parseFloat(getComputedStyle(n).fontSize)") >= 16
    phone.page.set_viewport_size({"width": 1200, "height": 800})
    expect(phone.find(".panel")).to_be_visible()
    assert not phone.find(".panel").evaluate("n => n.matches(':modal')")


def test_the_focus_returns_to_whoever_opened_it(make_visitor, fake):
    visitor = make_visitor().go(f"{fake.url}{BASE}/widget/options.html")
    visitor.field.wait_for()
    visitor.page.evaluate("ClinicChat.close()")
    search = visitor.page.get_by_label("Search")
    search.focus()
    visitor.page.evaluate("ClinicChat.open()")
    expect(visitor.field).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(search).to_be_focused()


def test_roles_and_names(visitor):
    page = visitor.open().page
    expect(page.get_by_role("dialog", name="Ask about naltrexone")).to_be_visible()
    expect(page.get_by_role("log", name="Conversation")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your question")).to_be_visible()
    expect(page.get_by_role("region", name="Emergency numbers")).to_be_visible()


def test_only_new_bot_messages_are_announced(visitor):
    visitor.open()
    region = visitor.find("[aria-live=polite]")
    assert visitor.find(".log").get_attribute("aria-live") == "off"
    expect(region).to_have_text("")
    visitor.ask("What are the side effects?")
    expect(region).to_have_text(
        "The most common side effects are nausea, headache and feeling tired. They are often mild and go away in the first weeks."
    )
    visitor.find(".thumb.up").click()
    expect(region.locator("p")).to_have_count(1)
    visitor.page.reload()
    expect(visitor.lines("answer")).to_have_count(1)
    expect(region).to_have_text("")  # nothing old is read out again


@pytest.mark.parametrize("size", [(320, 568), (320, 256)])
def test_reflow(make_visitor, fake, size):
    visitor = make_visitor(*size).go(f"{fake.url}{BASE}/demo").open()
    visitor.ask("he is not breathing", 2).ask("a" * 300)
    wide = visitor.page.evaluate("""() => {
      const root = document.querySelector('clinic-chat').shadowRoot, width = innerWidth;
      return [...root.querySelectorAll('*')].filter(n => n.checkVisibility() && n.getBoundingClientRect().right > width + 1).map(n => n.className || n.tagName);
    }""")
    assert wide == []
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for selector in ('.numbers a[href="tel:911"]', "textarea", ".plain.leave"):
        visitor.find(selector).scroll_into_view_if_needed()
        expect(visitor.find(selector)).to_be_in_viewport()


LOW = {"400 %": (320, 256), "zoomed": (320, 400), "landscape": (844, 390)}
HIT = """node => {
  const box = node.getBoundingClientRect(), root = node.getRootNode();
  return root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest('a') === node;
}"""


def stay_in_view(visitor) -> None:
    """The emergency numbers can be seen and pressed, and leave most of the window to the conversation."""
    for number in ("911", "988", "18002221222"):
        link = visitor.find(f'.numbers a[href="tel:{number}"]')
        expect(link).to_be_in_viewport(ratio=1)
        assert link.evaluate(HIT), f"{number} is covered"
    box = visitor.find(".numbers").bounding_box()
    assert box["y"] + box["height"] <= 0.35 * visitor.page.viewport_size["height"]


@pytest.mark.parametrize("address", ["/demo", "/widget/chat.html"])
@pytest.mark.parametrize("size", LOW.values(), ids=LOW)
def test_the_numbers_stay_in_view_in_a_low_window(make_visitor, fake, size, address):
    visitor = make_visitor(*size).go(f"{fake.url}{BASE}{address}")
    if address == "/demo":
        visitor.open()
    visitor.field.wait_for()
    expect(visitor.find(".numbers p")).to_contain_text("not for emergencies")
    panel = visitor.find(".panel")
    for text in ("hello", "which one", "What are the side effects?"):
        visitor.ask(text)
        stay_in_view(visitor)
        below = visitor.find(".numbers").bounding_box()
        asked = visitor.lines("visitor").last.locator(".bubble")
        assert asked.bounding_box()["y"] >= below["y"] + below["height"], "the newest question is not hidden"
    for top in (300, 600, 100_000):
        panel.evaluate("(node, top) => { node.scrollTop = top; }", top)
        stay_in_view(visitor)
    expect(visitor.field).to_be_in_viewport()  # at the very end
    for _ in range(12):  # what has the focus is not hidden behind them
        visitor.page.keyboard.press("Shift+Tab")
        hidden = visitor.find(".numbers").evaluate(
            """box => {
              const focused = box.getRootNode().activeElement;
              if (!focused || box.contains(focused) || focused.closest('.head') || focused.matches('.log')) return false;
              return focused.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom;
            }"""
        )
        assert not hidden, focused(visitor.page)


def test_reduced_motion(make_visitor, fake):
    visitor = make_visitor(reduced_motion="reduce").go(f"{fake.url}{BASE}/demo")
    fake.chat.delay = 0.5
    visitor.open().say("hello")
    visitor.find(".typing i").first.wait_for()
    assert visitor.page.evaluate("document.querySelector('clinic-chat').shadowRoot.getAnimations().length") == 0


def test_forced_colours_keep_borders(make_visitor, fake):
    visitor = make_visitor(forced_colors="active").go(f"{fake.url}{BASE}/demo").open()
    visitor.ask("he is not breathing", 2)
    for selector in (".launcher", ".panel", ".numbers[data-alarm]", ".emergency .card", ".send"):
        style = visitor.find(selector).first.evaluate(
            "n => [getComputedStyle(n).borderTopStyle, getComputedStyle(n).borderTopWidth]"
        )
        assert style[0] != "none" and style[1] != "0px", selector
