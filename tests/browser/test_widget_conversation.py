"""What a visitor sees and does when everything works."""

from __future__ import annotations

import json
import re

from fake_server import BASE, WIDGET
from visitor import Visitor, expect


def test_an_answer_shows_its_sources_and_takes_a_thumb(visitor, fake):
    visitor.open().ask("What are the side effects?")
    sources = visitor.find("details.sources")
    expect(sources.locator("li").first).to_be_hidden()
    sources.locator("summary").click()
    expect(sources.locator("li").first).to_have_text("From: Side Effects and Contraindications, paragraph 57")
    visitor.find(".thumb.down").click()
    expect(visitor.find(".thumb.down")).to_have_attribute("aria-pressed", "true")
    expect(sources.locator("li").first).to_be_visible()  # still unfolded
    visitor.find(".reasons button").first.click()
    expect(visitor.find(".line .note")).to_have_text("Thank you.")
    sent = [(body["thumb"], body["reason"]) for body in fake.chat.bodies("feedback")]
    assert sent == [("down", ""), ("down", "off_topic")]


def test_a_clarify_button_sends_its_payload_once(visitor, fake):
    visitor.open().ask("which one")
    visitor.find(".choice").get_by_text("The monthly shot").click()
    expect(visitor.lines("answer")).to_have_count(1)
    assert fake.chat.bodies("message")[1]["choice"] == "/injection"
    assert "text" not in fake.chat.bodies("message")[1]
    assert "The monthly shot" in visitor.texts()
    expect(visitor.lines("clarify").locator(".choice").first).to_be_disabled()


def test_an_escalation_has_one_call_button(visitor):
    visitor.open().ask("my liver hurts", 2)
    call = visitor.lines("escalate").locator("a.call-clinic")
    expect(call).to_have_count(1)
    expect(call).to_have_attribute("href", "tel:8025550142")


def test_an_emergency_stays_pinned(visitor):
    visitor.open().ask("he is not breathing", 2)
    for _ in range(4):
        visitor.ask("What are the side effects?")
    alarm = visitor.find(".numbers[data-alarm]")
    expect(alarm).to_be_in_viewport()
    expect(alarm).to_contain_text("Call 911 now")
    expect(alarm.locator("a").first).to_have_attribute("href", "tel:911")
    visitor.page.reload()
    expect(visitor.find(".numbers[data-alarm]")).to_contain_text("Call 911 now")


def test_the_permanent_line_dials(visitor):
    visitor.open()
    hrefs = visitor.find(".numbers a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert hrefs == ["tel:911", "tel:988", "tel:18002221222"]
    expect(visitor.find(".numbers")).to_contain_text("not for emergencies")


def test_a_reload_and_a_page_change_keep_the_chat(visitor, fake):
    visitor.open().ask("What are the side effects?")
    visitor.field.fill("half a thought")
    before = visitor.texts()
    visitor.page.reload()
    expect(visitor.lines("answer")).to_have_count(1)
    assert visitor.texts() == before
    expect(visitor.field).to_have_value("half a thought")
    visitor.go(f"{fake.url}{BASE}/widget/chat.html")
    expect(visitor.lines("answer")).to_have_count(1)
    visitor.field.fill("")
    visitor.ask("hello")
    assert fake.chat.count("session") == 1
    assert fake.chat.count("history") == 2


def test_history_brings_back_what_another_page_missed(visitor, fake):
    visitor.open().ask("hello")
    token = next(iter(fake.chat.lines))
    fake.chat.lines[token].append({"id": "late", "from": "bot", "text": "A late reply.", "kind": "chitchat", "time": 1})
    visitor.page.reload()
    expect(visitor.find(".log")).to_contain_text("A late reply.")
    assert visitor.texts().count("hello") == 1


def test_what_comes_late_is_fetched_announced_and_counted_once(visitor, fake):
    visitor.open()
    fake.chat.faults.append(
        {
            "path": "message",
            "status": 200,
            "body": {
                "pending": True,
                "session": "token-1",
                "messages": [{"id": "early", "text": "Please contact your provider.", "kind": "escalate"}],
            },
        }
    )
    visitor.ask("is it hard on my liver?")
    asked = fake.chat.bodies("message")[0]
    fake.chat.lines["token-1"] += [
        {"id": asked["id"], "from": "visitor", "text": asked["text"], "time": 1},
        {"id": "early", "from": "bot", "text": "Please contact your provider.", "kind": "escalate", "time": 1},
        {"id": "late", "from": "bot", "text": "High doses can hurt the liver.", "kind": "answer", "time": 2},
    ]
    expect(visitor.lines("answer")).to_have_count(1)
    expect(visitor.find("[aria-live=polite]")).to_contain_text("High doses")
    assert len(visitor.texts()) == 3


def test_two_tabs_agree(visitor, fake):
    visitor.open().ask("What are the side effects?")
    other = Visitor(visitor.context).go(f"{fake.url}{BASE}/demo").open()
    expect(other.lines("answer")).to_have_count(1)
    other.ask("my liver hurts", 2)
    expect(visitor.lines("escalate")).to_have_count(1)
    assert visitor.texts() == other.texts()
    assert len({body["session"] for body in fake.chat.bodies("message")}) == 1
    visitor.find(".plain.trash").click()
    visitor.find(".question .strong").click()
    expect(visitor.lines("visitor")).to_have_count(0)
    expect(other.lines("visitor")).to_have_count(0)
    other.ask("hello")
    expect(visitor.lines("visitor")).to_have_count(1)


def test_delete_tells_the_server_and_forgets(visitor, fake):
    visitor.open().ask("my name is Zanzibar")
    visitor.find(".plain.trash").click()
    expect(visitor.find(".question button").first).to_be_focused()
    visitor.find(".question .strong").click()
    expect(visitor.find(".status")).to_have_text("This chat has been deleted.")
    assert fake.chat.count("forget") == 1 and not fake.chat.lines
    kept = visitor.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "Zanzibar" not in kept and "token" not in kept


def test_delete_that_fails_says_so_and_keeps_the_chat(visitor, fake):
    visitor.open().ask("hello")
    fake.chat.faults.append({"path": "forget", "status": 500})
    visitor.find(".plain.trash").click()
    visitor.find(".question .strong").click()
    expect(visitor.find(".status")).to_contain_text("has not been deleted")
    expect(visitor.lines("visitor")).to_have_count(1)


def test_start_over_asks_first_and_begins_a_new_session(visitor, fake):
    visitor.open().ask("hello")
    visitor.find(".plain.restart").click()
    visitor.find(".question button").first.click()
    expect(visitor.lines("visitor")).to_have_count(1)
    expect(visitor.find(".plain.restart")).to_be_focused()
    visitor.find(".plain.restart").click()
    visitor.find(".question .strong").click()
    expect(visitor.lines("visitor")).to_have_count(0)
    visitor.ask("hello again")
    assert fake.chat.bodies("message")[-1]["session"] == "token-2"


def test_leave_quickly_replaces_the_page_and_leaves_nothing(make_visitor, fake):
    visitor = make_visitor().go(f"{fake.url}{BASE}/demo")
    visitor.go(f"{fake.url}{BASE}/widget/options.html")
    visitor.field.wait_for()
    visitor.ask("hello")
    with visitor.page.expect_request("**/neutral.html") as request:
        visitor.find(".plain.leave").click()
    assert "referer" not in request.value.headers
    visitor.page.wait_for_url("**/neutral.html")
    assert "hello" not in visitor.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    visitor.page.go_back()
    assert visitor.page.url.endswith("/demo")  # the page with the chat is no longer in the history


def test_options(make_visitor, fake):
    visitor = make_visitor().go(f"{fake.url}{BASE}/widget/options.html")
    visitor.field.wait_for()
    expect(visitor.find("h2")).to_have_text("Pregunte aquí")
    expect(visitor.find(".root")).to_have_attribute("lang", "es")
    expect(visitor.find(".root")).to_have_attribute("data-dark", "")
    assert visitor.find(".panel").bounding_box()["x"] < 100
    assert visitor.find(".head").evaluate("n => getComputedStyle(n).color") == "rgb(16, 22, 21)"  # dark text on yellow
    assert visitor.page.evaluate("document.activeElement.tagName") == "BODY"  # start-open takes no focus
    visitor.ask("hello")
    assert "hello" in visitor.page.evaluate("JSON.stringify({...localStorage})")
    visitor.page.evaluate("document.querySelector('clinic-chat').dataset.position = 'right'")
    assert visitor.find(".panel").bounding_box()["x"] > 600
    expect(visitor.lines("visitor")).to_have_count(1)


def test_a_site_can_bring_its_own_words(make_visitor, fake):
    visitor = make_visitor().go(f"{fake.url}{BASE}/widget/words.html")
    expect(visitor.page.locator(".launcher")).to_contain_text("اسأل عن نالتريكسون")
    root = visitor.find(".root")
    expect(root).to_have_attribute("lang", "ar")
    expect(root).to_have_attribute("dir", "rtl")
    visitor.open().ask("hello")
    expect(visitor.find(".send")).to_have_attribute("aria-label", "أرسل")
    expect(visitor.find(".plain.leave")).to_have_text("Leave quickly")  # not in the file: English
    assert "[object" not in visitor.find(".panel").inner_text()
    expect(visitor.lines("answer").locator(".bubble")).to_have_attribute("lang", "en")


def test_words_that_are_not_there_leave_it_in_english(make_visitor, fake):
    fake.chat.broken_files.add("words.json")
    visitor = make_visitor().go(f"{fake.url}{BASE}/widget/words.html").open()
    expect(visitor.find(".root")).to_have_attribute("lang", "en")
    visitor.ask("hello")
    visitor.page.evaluate(
        "document.querySelector('clinic-chat').dataset.strings = 'https://elsewhere.example/words.json'"
    )
    visitor.page.wait_for_timeout(300)
    assert not [url for url in visitor.requests if "elsewhere" in url]  # only the site and the endpoint are asked


def test_the_spanish_file_has_every_sentence():
    own = (WIDGET / "strings.js").read_text(encoding="utf-8")
    spanish = json.loads((WIDGET / "es.json").read_text(encoding="utf-8"))
    names = re.findall(r"^  (\w+):", own, re.MULTILINE)
    assert set(names) - set(spanish) == {"code", "suggestions"}  # the bot is asked in English
    assert set(spanish) <= set(names)
    for name in ("reasons", "errors"):
        block = re.search(rf"^  {name}: \{{(.*?)\}},$", own, re.MULTILINE | re.DOTALL)[1]
        assert set(re.findall(r"(\w+): '", block)) == set(spanish[name])


def test_window_api(visitor):
    page = visitor.page
    page.evaluate(
        "window.seen = []; for (const e of ['open', 'close', 'message']) ClinicChat.on(e, d => seen.push([e, d])); null"
    )
    page.evaluate("ClinicChat.open()")
    visitor.field.wait_for()
    visitor.ask("hello")
    page.evaluate("ClinicChat.toggle()")
    expect(visitor.find(".panel")).to_be_hidden()
    assert page.evaluate("seen") == [["open", {}], ["message", {"from": "bot"}], ["close", {}]]


def test_loaded_twice_is_one(make_visitor, fake):
    visitor = make_visitor().go(f"{fake.url}{BASE}/widget/twice.html")
    visitor.page.wait_for_timeout(300)
    expect(visitor.page.locator(".launcher")).to_have_count(1)
    expect(visitor.page.locator(".launcher:visible")).to_have_count(1)
    visitor.open().ask("hello")
    assert fake.chat.count("message") == 1


def test_a_reply_while_closed_marks_the_launcher(visitor, fake):
    fake.chat.delay = 0.5
    visitor.open().say("hello")
    visitor.field.press("Escape")
    expect(visitor.find(".badge")).to_have_text("1 new reply")
    visitor.open()
    expect(visitor.find(".badge")).to_be_hidden()
