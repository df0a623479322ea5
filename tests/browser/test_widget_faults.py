"""What a visitor sees when something is broken: never nothing, and never without a number to call."""

from __future__ import annotations

import pytest
from fake_server import BASE
from visitor import expect


def assert_helped(visitor, sentence: str) -> None:
    """The text is kept, a plain sentence says what happened, and there is somebody to call."""
    expect(visitor.find(".trouble")).to_contain_text(sentence, timeout=8000)
    expect(visitor.lines("visitor").last.locator(".bubble")).to_be_visible()
    expect(visitor.find(".trouble a.call-clinic")).to_have_attribute("href", "tel:8025550142")
    expect(visitor.find('.numbers a[href="tel:911"]')).to_be_visible()


@pytest.mark.parametrize(
    "fault, sentence",
    [
        ({"status": 500}, "has a problem right now"),
        ({"status": 502, "body": "<html>Bad gateway</html>"}, "has a problem right now"),
        ({"status": 200, "body": {"messages": [], "session": "token-1"}}, "sent no answer"),
        ({"status": 200, "body": "<html>not JSON"}, "sent no answer"),
        ({"status": 200, "body": "null"}, "sent no answer"),
        ({"status": 200, "body": {"messages": [{"text": "   "}, None, 7]}}, "sent no answer"),
        ({"status": 429, "headers": {"Retry-After": "2"}}, "a lot of messages"),
    ],
)
def test_a_fault_is_told_and_tried_again_by_itself(visitor, fake, fault, sentence):
    visitor.open()
    fake.chat.faults.append({"path": "message", **fault})
    visitor.say("What are the side effects?")
    assert_helped(visitor, sentence)
    expect(visitor.lines("answer")).to_have_count(1)
    expect(visitor.find(".trouble")).to_have_count(0)
    ids = {body["id"] for body in fake.chat.bodies("message")}
    assert len(ids) == 1 and fake.chat.count("message") == 2


def test_429_waits_as_long_as_it_was_told(visitor, fake):
    visitor.open()
    fake.chat.faults.append({"path": "message", "status": 429, "headers": {"Retry-After": "3"}})
    visitor.say("hello")
    visitor.page.wait_for_timeout(2000)
    assert fake.chat.count("message") == 1
    expect(visitor.lines("answer")).to_have_count(1)


def test_a_refused_message_waits_for_the_button(visitor, fake):
    visitor.open()
    fake.chat.faults.append({"path": "message", "status": 400})
    visitor.say("hello")
    assert_helped(visitor, "could not be sent")
    visitor.page.wait_for_timeout(2500)
    assert fake.chat.count("message") == 1
    visitor.find(".trouble button").click()
    expect(visitor.lines("answer")).to_have_count(1)


def test_too_long_for_the_server(visitor, fake):
    visitor.open()
    fake.chat.faults.append({"path": "message", "status": 413})
    visitor.say("hello")
    assert_helped(visitor, "too long")
    expect(visitor.find(".trouble button")).to_have_count(0)
    visitor.ask("hello")


def test_twenty_thousand_characters_are_kept_in_the_field(visitor, fake):
    visitor.open().say("a" * 20_000)
    expect(visitor.find(".count")).to_contain_text("20,000 of 2,000")
    assert len(visitor.field.input_value()) == 20_000
    assert fake.chat.count("message") == 0


def test_slow_is_said_and_the_answer_still_comes(visitor, fake):
    visitor.open()
    fake.chat.faults.append({"path": "message", "wait": 7})
    visitor.say("hello")
    expect(visitor.find(".typing")).to_be_visible()
    assert_helped(visitor, "longer than usual")
    expect(visitor.lines("answer")).to_have_count(1)
    assert fake.chat.count("message") == 1


def numbers_are_there(visitor) -> None:
    """Each emergency number can be seen, and dialled."""
    for number in ("911", "988", "18002221222"):
        expect(visitor.find(f'.numbers a[href="tel:{number}"]')).to_be_in_viewport()


def test_the_numbers_are_there_through_half_a_minute_of_silence(visitor, fake):
    visitor.page.clock.install()
    visitor.open()
    numbers_are_there(visitor)
    fake.chat.faults.append({"path": "message", "wait": 8})
    visitor.say("hello")
    for second in (1, 5, 10, 20, 29):
        visitor.page.clock.run_for(1000 * (second if second == 1 else 5))
        numbers_are_there(visitor)
        assert (second < 5) or visitor.find(".trouble").is_visible()
    assert_helped(visitor, "longer than usual")
    visitor.page.clock.run_for(30_000)  # the widget's own limit: it asks again, and says so
    numbers_are_there(visitor)
    visitor.page.clock.resume()
    expect(visitor.lines("answer")).to_have_count(1, timeout=15_000)
    assert len({body["id"] for body in fake.chat.bodies("message")}) == 1


def test_a_second_message_overtakes_a_hanging_one(visitor, fake):
    visitor.open()
    fake.chat.faults.append({"path": "message", "wait": 12})
    visitor.say("hello")
    assert_helped(visitor, "longer than usual")
    visitor.say("he is not breathing")
    expect(visitor.lines("emergency")).to_have_count(1, timeout=3000)


def test_server_killed_in_mid_message_and_back(visitor, fake):
    visitor.open().ask("hello")
    fake.chat.faults.append({"path": "message", "wait": 0.3, "status": 500})
    visitor.say("my liver hurts")
    fake.stop()
    assert_helped(visitor, "kept")
    visitor.page.wait_for_timeout(1500)
    assert_helped(visitor, "cannot reach the assistant")
    visitor.say("he is not breathing")
    fake.start()
    expect(visitor.lines("emergency")).to_have_count(1, timeout=20_000)
    expect(visitor.find(".trouble")).to_have_count(0)
    said = [body["text"] for body in fake.chat.bodies("message") if body["text"] != "hello"]
    assert said[-2:] == ["my liver hurts", "he is not breathing"]  # in order
    assert len(visitor.texts()) == len(set(visitor.texts())) == 8  # nothing twice


def test_offline_and_back(visitor):
    visitor.open().ask("hello")
    visitor.context.set_offline(True)
    visitor.say("my liver hurts")
    assert_helped(visitor, "offline")
    expect(visitor.find(".launcher")).to_be_visible()
    visitor.context.set_offline(False)
    expect(visitor.lines("escalate")).to_have_count(1)


def test_a_reload_while_broken_keeps_the_text_and_sends_it(visitor, fake):
    visitor.open().ask("hello")
    fake.chat.faults.extend([{"path": "message", "status": 503}] * 2)
    visitor.say("my liver hurts")
    assert_helped(visitor, "problem")
    visitor.page.reload()
    expect(visitor.lines("escalate")).to_have_count(1)
    assert visitor.texts().count("my liver hurts") == 1


def test_server_dead_from_the_start(visitor, fake):
    fake.chat.faults.append({"path": "session", "status": 503})
    visitor.open()
    expect(visitor.find(".status")).to_contain_text("cannot reach the assistant")
    expect(visitor.find('.numbers a[href="tel:911"]')).to_be_visible()
    visitor.ask("hello")
    expect(visitor.find(".status")).to_have_text("")


def test_an_expired_session_is_renewed_once_and_said(visitor, fake):
    visitor.open().ask("hello")
    fake.chat.lines.clear()
    visitor.ask("What are the side effects?")
    expect(visitor.lines("visitor").last).to_contain_text("earlier chat had ended")
    assert fake.chat.count("session") == 2 and fake.chat.count("message") == 3


def test_a_forged_session_in_the_storage_gets_a_new_one(visitor, fake):
    visitor.open().ask("hello")
    visitor.page.evaluate(
        "for (const k of Object.keys(sessionStorage)) sessionStorage[k] = sessionStorage[k].replace('token-1', 'forged')"
    )
    visitor.page.reload()
    expect(visitor.lines("answer")).to_have_count(1)
    visitor.ask("hello again")
    assert [body["session"] for body in fake.chat.bodies("message")] == ["token-1", "forged", "token-2"]


def test_sessions_that_never_work_do_not_loop(visitor, fake):
    visitor.open()
    fake.chat.faults.extend([{"path": "message", "status": 401}] * 3)
    visitor.say("hello")
    assert_helped(visitor, "cannot reach the assistant")
    assert fake.chat.count("message") == 3
    assert fake.chat.bodies("session") == [{"bind": "tab"}, {"bind": "tab"}, {}]


def test_an_old_button_is_sent_as_words(visitor, fake):
    visitor.open().ask("which one")
    fake.chat.faults.append({"path": "message", "status": 400})
    visitor.find(".choice").get_by_text("The monthly shot").click()
    expect(visitor.lines("answer")).to_have_count(1)
    assert fake.chat.bodies("message")[-1]["text"] == "The monthly shot"


def test_the_panel_cannot_be_loaded(make_visitor, fake):
    fake.chat.broken_files.add("sender.js")
    visitor = make_visitor().go(f"{fake.url}{BASE}/demo")
    visitor.page.locator(".launcher").click()
    expect(visitor.find(".fallback")).to_contain_text("could not be loaded")
    expect(visitor.find('.numbers a[href="tel:988"]')).to_be_visible()
    expect(visitor.find(".fallback a.call-clinic")).to_be_visible()
    fake.chat.broken_files.clear()
    visitor.find(".fallback button").click()
    visitor.field.wait_for()
    visitor.ask("hello")


def test_the_network_is_cut_after_the_page_has_loaded(visitor):
    visitor.context.set_offline(True)
    visitor.page.locator(".launcher").click()
    expect(visitor.find('.numbers a[href="tel:911"]')).to_be_visible()
    expect(visitor.find(".fallback")).to_be_visible()


def test_without_javascript_there_is_a_number(make_visitor, fake):
    page = make_visitor(java_script_enabled=False).page
    for address in ("/demo", "/widget/chat.html"):
        page.goto(f"{fake.url}{BASE}{address}")
        for number in ("8025550142", "911", "988", "18002221222"):
            expect(page.locator(f"a[href='tel:{number}']").last).to_be_visible()
        expect(page.locator("noscript a[href='tel:8025550142']")).to_be_visible()


def test_storage_forbidden(make_visitor, fake):
    visitor = make_visitor()
    visitor.page.add_init_script(
        "for (const s of ['sessionStorage', 'localStorage']) Object.defineProperty(window, s, {get() { throw new Error('no') }})"
    )
    visitor.go(f"{fake.url}{BASE}/demo").open().ask("hello")
    assert fake.chat.count("message") == 1
