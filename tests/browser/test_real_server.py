"""Conversations with the real bot behind the real channel, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from accessibility import small_targets, violations
from visitor import Visitor, expect

API = "/webhooks/web"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
VAGUE = (
    "naltrexone shot or tablet",
    "what do i get out of it",
    "can it be both",
    "does that change anything",
    "what about after",
    "is there a better way",
)


@pytest.fixture
def guest(make_visitor: Any, bot_url: str) -> Visitor:
    """A visitor on the demo page of the real server, chat open."""
    return make_visitor().go(f"{bot_url}{API}/demo").open()


def session_of(visitor: Visitor) -> str:
    """The session token that the widget keeps."""
    return visitor.page.evaluate(
        """() => Object.values(sessionStorage).map(v => JSON.parse(v).session).find(Boolean)"""
    )


def post(visitor: Visitor, bot_url: str, path: str, body: dict[str, Any]) -> Any:
    """A request past the widget, as an attacker would make it, from the clinic's own page."""
    return visitor.context.request.post(f"{bot_url}{API}/{path}", data=body, headers={"Origin": bot_url})


def said_by_bot(visitor: Visitor, text: str) -> str:
    """All that the bot says to `text`, once it has come."""
    before = visitor.lines("bot").count()
    visitor.ask(text)
    expect(visitor.find(".typing")).to_be_hidden()
    return " ".join(visitor.lines("bot").locator(".bubble").all_text_contents()[before:])


def test_an_answer_names_where_it_comes_from(guest):
    guest.ask("What are the common side effects of naltrexone?")
    guest.lines("answer").last.locator("summary").click()
    expect(guest.lines("answer").last.locator("details li").first).to_contain_text("From: ")
    guest.lines("answer").last.locator(".thumb.up").click()
    expect(guest.lines("answer").last).to_contain_text("Thank you.")


def test_a_clarify_button_leads_to_an_answer(guest):
    for text in VAGUE:
        guest.ask(text)
        if guest.lines("clarify").count():
            break
    button = guest.lines("clarify").last.locator(".choice:enabled").first
    title = button.text_content()
    before = guest.lines("bot").count()
    button.click()
    guest.lines("bot").nth(before).wait_for()
    expect(guest.lines("visitor").last.locator(".bubble")).to_have_text(title)
    assert guest.find(".trouble").count() == 0


def test_an_escalation_gives_the_provider_and_a_call_button(guest):
    said = said_by_bot(guest, "is naltrexone hard on my liver?")
    expect(guest.lines("escalate").first).to_be_visible()
    assert "provider" in said.lower()
    expect(guest.lines("escalate").first.locator("a[href^='tel:']").first).to_be_visible()


def test_an_emergency_is_pinned_through_later_talk_and_a_reload(guest):
    guest.ask("he is not breathing and his lips are blue")
    alarm = guest.find(".numbers[data-alarm]")
    expect(alarm).to_contain_text("911")
    guest.ask("What is naltrexone?")
    expect(alarm).to_be_in_viewport()
    guest.page.reload()
    expect(alarm).to_contain_text("911")


def test_a_reload_keeps_the_same_conversation(guest):
    guest.ask("What is naltrexone?").ask("hello")
    expect(guest.find(".typing")).to_be_hidden()
    before, token = guest.texts(), session_of(guest)
    guest.page.reload()
    expect(guest.lines("visitor")).to_have_count(2)
    guest.page.wait_for_load_state("networkidle")
    assert guest.texts() == before
    assert session_of(guest).split(".")[0] == token.split(".")[0] or session_of(guest) == token


def test_history_restores_what_the_browser_forgot(guest):
    guest.ask("What is naltrexone?")
    expect(guest.find(".typing")).to_be_hidden()
    before = guest.texts()
    guest.page.evaluate("""() => Object.keys(sessionStorage).forEach(key => {
      const kept = JSON.parse(sessionStorage[key]);
      if (kept.items) sessionStorage[key] = JSON.stringify({...kept, items: kept.items.slice(0, 1)});
    })""")
    guest.page.reload()
    expect(guest.lines("bot").first).to_be_visible()
    assert guest.texts() == before


def test_two_tabs_agree(guest, bot_url):
    guest.ask("What is naltrexone?")
    other = Visitor(guest.context).go(f"{bot_url}{API}/demo").open()
    expect(other.lines("visitor")).to_have_count(1)
    other.ask("hello")
    expect(guest.lines("visitor")).to_have_count(2)
    expect(other.find(".typing")).to_be_hidden()
    assert guest.texts() == other.texts()


def test_keyboard_only(make_visitor, bot_url):
    visitor = make_visitor().go(f"{bot_url}{API}/demo")
    visitor.page.locator(".launcher").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.field).to_be_focused()
    visitor.page.keyboard.type("What are the common side effects of naltrexone?")
    visitor.page.keyboard.press("Enter")
    visitor.lines("answer").wait_for()
    visitor.page.keyboard.press("Escape")
    expect(visitor.find(".panel")).to_be_hidden()
    expect(visitor.page.locator(".launcher")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe(make_visitor, bot_url, size, scheme):
    visitor = make_visitor(*SIZES[size], color_scheme=scheme).go(f"{bot_url}{API}/demo")
    assert violations(visitor.page) == []
    visitor.open().ask("What are the common side effects of naltrexone?").ask("is it hard on my liver?")
    assert violations(visitor.page) == []
    visitor.ask("he is not breathing")
    expect(visitor.find(".typing")).to_be_hidden()
    assert violations(visitor.page) == []
    assert small_targets(visitor.page) == []


HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def test_a_doctored_reply_of_the_real_server_is_shown_as_it_is(guest):
    """Whoever gets between the server and the browser can change words, and nothing else."""

    def doctor(route: Any) -> None:
        reply = route.fetch().json()
        for one in reply["messages"]:
            one.update(text=HOSTILE, kind="<b>", sources=[{"section": HOSTILE, "paragraph": HOSTILE}])
            one["buttons"] = [{"title": HOSTILE, "payload": "/restart"}]
        route.fulfill(json=reply)

    guest.page.route("**/message", doctor)
    guest.ask("What is naltrexone?")
    guest.lines("bot").last.locator("summary").click()
    expect(guest.lines("bot").last.locator(".bubble")).to_have_text(HOSTILE)
    expect(guest.lines("bot").last.locator("li")).to_contain_text("<img src=x")
    guest.page.unroute("**/message", doctor)
    button = guest.lines("bot").last.locator(".choice")
    expect(button).to_have_text(HOSTILE)
    button.click()  # a payload that this server never sent: it is asked again as words
    guest.lines("bot").nth(1).wait_for()
    assert guest.page.evaluate("window.hacked") is None
    assert sum(guest.find(one).count() for one in ("img", "script", "iframe")) == 0
    assert not [line for line in guest.console if "400" not in line]


@pytest.mark.parametrize("address", ["/demo", "/widget/chat.html"])
def test_the_page_runs_under_a_strict_policy(make_visitor, bot_url, address):
    visitor = make_visitor()
    visitor.page.add_init_script(
        "window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.violatedDirective))"
    )
    visitor.go(f"{bot_url}{API}{address}")
    if address == "/demo":
        visitor.open()
    visitor.field.wait_for()
    visitor.ask("<img src=x onerror=window.hacked=1><script>window.hacked=1</script>")
    assert visitor.page.evaluate("[window.hacked, broken]") == [None, []]
    assert visitor.console == []
    # The policy is really on: the page itself may not add a script either.
    assert (
        visitor.page.evaluate("""() => {
      try { const script = document.createElement('script'); script.textContent = 'window.hacked = 1'; document.body.append(script); } catch {}
      return window.hacked;
    }""")
        is None
    )


def test_a_foreign_site_cannot_put_the_chat_into_a_frame(make_visitor, bot_url):
    frame = f"<iframe src='{bot_url}{API}/chat'></iframe>"
    for site, shown in (("http://foreign.example", 0), (bot_url, 1)):
        page = make_visitor().page
        page.route(f"{site}/empty", lambda route: route.fulfill(body=frame, content_type="text/html"))
        page.goto(f"{site}/empty")
        page.wait_for_timeout(1500)
        assert sum(one.locator("clinic-chat").count() for one in page.frames[1:]) == shown, site


def test_without_javascript_the_real_pages_have_numbers(make_visitor, bot_url):
    page = make_visitor(java_script_enabled=False).page
    for address in ("/demo", "/chat"):
        page.goto(f"{bot_url}{API}{address}")
        for number in ("911", "988", "18002221222"):
            expect(page.locator(f"a[href='tel:{number}']").last).to_be_visible()


def test_no_request_to_a_third_party(guest, bot_url):
    guest.ask("What is naltrexone?").ask("he is not breathing")
    guest.page.reload()
    guest.field.wait_for()
    guest.page.wait_for_load_state("networkidle")
    assert {re.match(r"[a-z]+://[^/]+", url)[0] for url in guest.requests} == {bot_url}
    assert not [url for url in guest.requests if session_of(guest) in url]


def test_a_lost_reply_is_asked_for_again_and_handled_once(guest, bot_url):
    guest.ask("hello")
    lost = []

    def lose(route: Any) -> None:
        if lost:
            return route.fallback()
        lost.append(route.fetch().json())  # the server handles it, the visitor never hears of it
        return route.abort()

    guest.page.route("**/message", lose)
    guest.ask("What are the common side effects of naltrexone?")
    expect(guest.find(".trouble")).to_have_count(0)
    reply = guest.context.request.get(
        f"{bot_url}{API}/history", headers={"Authorization": f"Bearer {session_of(guest)}"}
    ).json()
    asked = [line["text"] for line in reply["messages"] if line["from"] == "visitor"]
    assert asked.count("What are the common side effects of naltrexone?") == 1
    assert lost[0]["messages"][0]["text"] in guest.texts()


def test_offline_and_back(guest):
    guest.ask("hello")
    guest.context.set_offline(True)
    guest.say("is it hard on my liver?")
    expect(guest.find(".trouble")).to_contain_text("offline")
    expect(guest.find('.numbers a[href="tel:911"]')).to_be_visible()
    guest.context.set_offline(False)
    expect(guest.lines("escalate").first).to_be_visible()


def test_twenty_thousand_characters(guest, bot_url):
    guest.say("a" * 20_000)
    expect(guest.find(".count")).to_contain_text("20,000")
    guest.field.fill("")
    guest.ask("hello")
    reply = post(guest, bot_url, "message", {"session": session_of(guest), "id": "b" * 32, "text": "a" * 20_000})
    assert reply.status == 413
    assert "911" in str(reply.json()["emergency"])
    guest.ask("hello again")


def test_forged_and_stolen_sessions(guest, make_visitor, bot_url):
    guest.ask("hello")
    other = make_visitor().go(f"{bot_url}{API}/demo").open().ask("hello")
    mine, theirs = session_of(guest), session_of(other)
    half = len(mine) // 2
    copies = {"", "forged", theirs[:-6], theirs[:half] + mine[half:], theirs.rsplit(".", 1)[0]} - {mine, theirs}
    for token in copies:
        assert post(guest, bot_url, "message", {"session": token, "id": "c" * 32, "text": "hello"}).status in (
            400,
            401,
        ), token
        assert guest.context.request.get(
            f"{bot_url}{API}/history", headers={"Authorization": f"Bearer {token}"}
        ).status in (400, 401)


def test_a_session_that_has_ended_is_replaced_unasked(guest):
    guest.ask("hello")
    guest.page.evaluate("""() => Object.keys(sessionStorage).forEach(key => {
      const kept = JSON.parse(sessionStorage[key]);
      if (kept.session) sessionStorage[key] = JSON.stringify({...kept, session: 'ended'});
    })""")
    guest.page.reload()
    expect(guest.lines("bot").first).to_be_visible()
    guest.ask("What is naltrexone?")
    expect(guest.lines("visitor").last).to_contain_text("earlier chat had ended")


@pytest.mark.parametrize(
    "command", ["/restart", "/escalate_liver", "/session_start", '/greet{"a": 1} he is not breathing']
)
def test_commands_are_text(guest, command):
    guest.ask("What is naltrexone?")
    said = said_by_bot(guest, command)
    assert said.strip()
    guest.page.reload()
    expect(guest.lines("visitor")).to_have_count(2)  # nothing was restarted
    if "breathing" in command:
        assert "911" in said


def test_delete_removes_it_from_the_server(guest, bot_url):
    guest.ask("hello")
    token = session_of(guest)
    guest.find(".plain.trash").click()
    guest.find(".question .strong").click()
    expect(guest.find(".status")).to_have_text("This chat has been deleted.")
    reply = guest.context.request.get(f"{bot_url}{API}/history", headers={"Authorization": f"Bearer {token}"})
    assert reply.status == 401 or reply.json()["messages"] == []
