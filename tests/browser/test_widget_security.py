"""The page's safety and the visitor's privacy: no HTML from anybody, no third party, no traces."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fake_server import BASE, NUMBERS, WIDGET
from visitor import expect

HOSTILE = [
    '<img src=x onerror="window.hacked=1">',
    "<svg/onload=window.hacked=1>",
    "</script><script>window.hacked=1</script>",
    "javascript:window.hacked=1",
    "{{constructor.constructor('window.hacked=1')()}}",
    "[x](javascript:window.hacked=1)",
    "\u202etxt\u0000.exe",
]


@pytest.mark.parametrize("address", ["/demo", "/widget/chat.html"])
def test_nothing_hostile_runs_and_no_rule_is_broken(make_visitor, fake, address):
    visitor = make_visitor().go(f"{fake.url}{BASE}{address}")
    if address == "/demo":
        visitor.open()
    visitor.field.wait_for()
    for text in HOSTILE:
        visitor.ask(text)
    visitor.ask("xss")
    visitor.find(".card .choice:enabled").first.click()
    visitor.find("details summary").last.click()
    visitor.page.reload()
    expect(visitor.lines("visitor")).to_have_count(len(HOSTILE) + 2)
    assert visitor.page.evaluate("window.hacked") is None
    assert sum(visitor.find(one).count() for one in ("img", "script", "iframe", "a[href^=javascript]")) == 0
    shown = visitor.lines("visitor").locator(".bubble").all_text_contents()
    assert shown[:2] == HOSTILE[:2]
    assert fake.chat.reports == [] and visitor.console == []


def test_a_doctored_session_cannot_change_what_is_dialled(make_visitor, fake):
    fake.chat.faults.append(
        {
            "path": "session",
            "status": 200,
            "body": {
                "session": "token-1",
                "notice": {"keep_days": "<b>"},
                "emergency": {"emergency": "javascript:alert(1)", "crisis": 988, "poison": ""},
                "clinic": {"name": "<b>x</b>", "phone": "call me"},
            },
        }
    )
    fake.chat.lines["token-1"] = []
    visitor = make_visitor().go(f"{fake.url}{BASE}/demo").open()
    visitor.ask("my liver hurts", 2)
    hrefs = visitor.find("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert hrefs == ["tel:911", "tel:988", "tel:18002221222", "tel:8025550142"]
    expect(visitor.find(".notice")).to_contain_text("30 days")


def test_no_request_but_to_the_endpoint_and_no_words_outside_bodies(visitor, fake):
    visitor.open().ask("Zanzibar is my secret").ask("he is not breathing", 2)
    visitor.page.reload()
    visitor.field.wait_for()
    assert {re.match(r"[a-z]+://[^/]+", url)[0] for url in visitor.requests} == {fake.url}
    assert not [url for url in visitor.requests if "Zanzibar" in url or "token" in url]
    assert visitor.console == []
    assert "Zanzibar" not in visitor.page.title() and "Zanzibar" not in visitor.page.url


def test_before_it_is_opened_nothing_is_asked_and_nothing_is_kept(visitor, fake):
    visitor.page.wait_for_timeout(500)
    assert fake.chat.calls == []
    assert not [url for url in visitor.requests if url.endswith("panel.js")]
    assert visitor.page.evaluate("sessionStorage.length + localStorage.length + document.cookie.length") == 0


def test_words_stay_in_the_tab_unless_the_site_opts_in(visitor):
    visitor.open().ask("hello")
    assert visitor.page.evaluate("localStorage.length") == 0


def test_the_sources_use_no_html_and_no_logs():
    for file in WIDGET.glob("*.js"):
        code = file.read_text(encoding="utf-8")
        found = re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|console\.|localStorage\.setItem|https?://(?!www\.w3\.org|www\.weather\.gov)",
            code,
        )
        assert not found, f"{file.name}: {found[0]}"


def test_pages_have_no_inline_script_or_style():
    for name in ("demo.html", "chat.html"):
        page = (WIDGET / name).read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
        assert "<noscript>" in page


def test_the_widgets_own_numbers_are_the_clinics():
    own = dict(re.findall(r"(\w+): '([\d-]+)'", (WIDGET / "numbers.js").read_text(encoding="utf-8")))
    assert own == NUMBERS
    page = (WIDGET / "demo.html").read_text(encoding="utf-8")
    assert all(number in page for number in NUMBERS.values())


def test_size_budget():
    import gzip

    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in Path(WIDGET).glob("*.js")}
    first, found = set(), ["widget.js"]
    while found:
        name = found.pop()
        first.add(name)
        code = (WIDGET / name).read_text(encoding="utf-8")
        found += [other for other in re.findall(r"from '\./([\w-]+\.js)'", code) if other not in first]
    language = max(len(gzip.compress(file.read_bytes(), 9)) for file in Path(WIDGET).glob("*.json"))
    assert sum(sizes[name] for name in first) + language <= 20_000
    assert sum(sizes.values()) <= 30_000  # a page in another language loads one more file of 1.6 kB
