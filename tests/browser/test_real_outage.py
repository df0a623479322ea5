"""The real server killed in mid-message and back, and sessions that are expired, forged or stolen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import yaml
from visitor import Visitor, expect

from channels.sessions import sign
from tests.servers import ROOT, Server, rasa_server, running

API = "/webhooks/web"
SECRET = "a secret that only these tests know, 40 chars"
DAY = 86400
SITE_PAGE = ""


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """The port of a clinic's own site, with nothing on it but the tag; SITE_PAGE is filled in by the test."""

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(SITE_PAGE.encode())

        def log_message(self, *_: Any) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    yield listening.server_address[1]
    listening.shutdown()


@pytest.fixture(scope="module")
def server(bot: Any, site: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that may be killed, whose secret is known here, and which that site may use."""
    folder = tmp_path_factory.mktemp("outage")
    clinic = yaml.safe_load((ROOT / "clinic.yml").read_text(encoding="utf-8"))
    clinic["origins"] = [f"http://127.0.0.1:{site}", f"http://localhost:{site}"]
    (folder / "clinic.yml").write_text(yaml.safe_dump(clinic), encoding="utf-8")
    environment = {"CHAT_SESSION_SECRET": SECRET, "CLINIC_FILE": str(folder / "clinic.yml")}
    with running(rasa_server(folder, bot.action_server.port, **environment)) as made:
        yield made


@pytest.fixture
def url(server: Server) -> str:
    return server.url.removesuffix("/health")


@pytest.fixture
def guest(make_visitor: Any, url: str) -> Visitor:
    """A visitor on the demo page, chat open."""
    return make_visitor().go(f"{url}/demo").open()


def token_of(visitor: Visitor) -> str:
    """The session that the widget keeps."""
    return visitor.page.evaluate(
        "() => Object.values(sessionStorage).map(kept => JSON.parse(kept).session).find(Boolean)"
    )


def plant(visitor: Visitor, token: str) -> None:
    """Puts a session in the place of the widget's own, and loads the page again."""
    visitor.page.evaluate(
        """token => Object.keys(sessionStorage).forEach(key => {
          const kept = JSON.parse(sessionStorage[key]);
          if (kept.session) sessionStorage[key] = JSON.stringify({...kept, session: token});
        })""",
        token,
    )
    visitor.page.reload()
    visitor.field.wait_for()


def ask_for(visitor: Visitor, url: str, token: str, but: str = "") -> list[int]:
    """The status of each request that a session can be used for, past the widget; `but` one is left out."""
    post = visitor.context.request.post
    bodies = {
        "message": {"session": token, "id": "c" * 32, "text": "hello"},
        "feedback": {"session": token, "message": "x", "thumb": "up"},
        "forget": {"session": token},
    }
    found = [post(f"{url}/{path}", data=body).status for path, body in bodies.items() if path != but]
    return [*found, visitor.context.request.get(f"{url}/history", headers={"Authorization": f"Bearer {token}"}).status]


def helped(visitor: Visitor) -> None:
    """The text is kept, a sentence says what happened, and there is somebody to call."""
    expect(visitor.find(".trouble")).to_contain_text("Your message is kept")
    expect(visitor.lines("visitor").last.locator(".bubble")).to_be_visible()
    expect(visitor.find(".trouble a.call-clinic")).to_have_attribute("href", "tel:8025550142")
    for number in ("911", "988"):
        expect(visitor.find(f'.numbers a[href="tel:{number}"]')).to_be_visible()
    expect(visitor.page.locator(".launcher")).to_be_visible()


@pytest.mark.parametrize("by_button", [False, True], ids=["by itself", "by button"])
def test_the_server_is_killed_in_mid_message_and_comes_back(guest, server, bot, by_button):
    guest.ask("What is naltrexone?")
    expect(guest.find(".typing")).to_be_hidden()
    bot.action_server.hang()  # so that the turn is still running when the server dies
    try:
        guest.say("my eyes are turning yellow")
        guest.page.wait_for_timeout(300)
        server.kill()
        helped(guest)
    finally:
        bot.action_server.resume()
    back = threading.Thread(target=server.start)
    back.start()
    if by_button:
        back.join()
        button = guest.find(".trouble button")
        if button.count():  # it may have been quicker by itself
            button.click()
    expect(guest.lines("escalate").first).to_be_visible(timeout=120_000)
    back.join()
    expect(guest.find(".trouble")).to_have_count(0)
    expect(guest.find(".typing")).to_be_hidden()
    guest.ask("thanks")
    expect(guest.find(".typing")).to_be_hidden()
    seen = guest.texts()
    assert len(seen) == len(set(seen)), "nothing twice"
    lines = guest.context.request.get(
        f"{server.url.removesuffix('/health')}/history", headers={"Authorization": f"Bearer {token_of(guest)}"}
    ).json()["messages"]
    assert [line["text"] for line in lines if line["from"] == "visitor"] == [
        "What is naltrexone?",
        "my eyes are turning yellow",
        "thanks",
    ]
    assert seen == [line["text"] for line in lines]


def test_an_expired_session_is_refused_and_replaced_unasked(guest, url):
    guest.ask("hello")
    conversation = token_of(guest).split(".")[0]
    last_minute = {"Authorization": f"Bearer {sign(conversation, SECRET.encode(), time.time() - DAY + 60, DAY)}"}
    assert guest.context.request.get(f"{url}/history", headers=last_minute).status == 200
    expired = sign(conversation, SECRET.encode(), time.time() - 2 * DAY, DAY)
    assert ask_for(guest, url, expired, but="forget") == [401] * 3
    plant(guest, expired)
    expect(guest.lines("bot").first).to_be_visible()
    guest.ask("What is naltrexone?")
    expect(guest.lines("visitor").last).to_contain_text("earlier chat had ended")
    assert token_of(guest).split(".")[0] != conversation


def test_a_forged_session_opens_nothing(guest, make_visitor, url):
    victim = make_visitor().go(f"{url}/demo").open().ask("Zanzibar is my secret")
    guest.ask("hello")
    conversation, end, _ = token_of(victim).split(".")
    forged = [
        sign(conversation, b"another secret, as long as it has to be, yes", time.time(), DAY),
        f"{conversation}.{end}.{token_of(guest).split('.')[2]}",
        f"{conversation}.{int(end) + DAY}.{token_of(victim).split('.')[2]}",
    ]
    for token in forged:
        assert ask_for(guest, url, token) == [401] * 4
        plant(guest, token)
        guest.ask("thanks")
        assert "Zanzibar" not in guest.find(".log").inner_text()
    expect(guest.lines("visitor").last).to_contain_text("earlier chat had ended")


def test_a_chat_can_be_deleted_after_its_session_has_ended(guest, url):
    guest.ask("Zanzibar is my secret")
    conversation = token_of(guest).split(".")[0]
    expired = sign(conversation, SECRET.encode(), time.time() - 2 * DAY, DAY)
    assert guest.context.request.post(f"{url}/forget", data={"session": expired}).status == 200
    fresh = {"Authorization": f"Bearer {sign(conversation, SECRET.encode(), time.time(), DAY)}"}
    assert guest.context.request.get(f"{url}/history", headers=fresh).status == 401


def test_a_stolen_session_opens_nothing_in_another_browser(guest, make_visitor, url):
    victim = make_visitor().go(f"{url}/demo").open().ask("Zanzibar is my secret")
    guest.ask("hello")
    stolen = token_of(victim)
    assert ask_for(guest, url, stolen) == [401] * 4  # with a key, but another
    assert ask_for(make_visitor(), url, stolen) == [401] * 4  # without any
    plant(guest, stolen)
    guest.ask("thanks")
    assert "Zanzibar" not in guest.find(".log").inner_text()
    # No script of the page can find the key, and it is in no address and no storage.
    (key,) = [one for one in victim.context.cookies() if one["name"] == "chat"]
    assert key["httpOnly"] and key["sameSite"] == "Strict" and key["expires"] == -1
    assert key["value"] not in victim.page.evaluate("document.cookie + JSON.stringify({...sessionStorage})")
    # Its owner goes on: after a reload, and in a second tab.
    victim.page.reload()
    victim.field.wait_for()
    victim.ask("hello")
    other = Visitor(victim.context).go(f"{url}/demo").open()
    expect(other.lines("visitor")).to_have_count(2)
    other.ask("thanks")
    expect(victim.lines("visitor")).to_have_count(3)
    assert token_of(other) == token_of(victim) == stolen
    assert "earlier chat had ended" not in victim.find(".log").inner_text()


@pytest.mark.parametrize("host, keys", [("127.0.0.1", 1), ("localhost", 0)], ids=["same site", "foreign site"])
def test_the_tag_works_on_another_host_than_the_bots(make_visitor, url, site, host, keys):
    """Another port is another origin, and another host another site, whose cookies a browser without https refuses."""
    global SITE_PAGE
    SITE_PAGE = (
        f'<!doctype html><html lang="es"><title>x</title><main><h1>x</h1></main>'
        f'<script type="module" src="{url}/widget/widget.js" data-phone="(802) 555-0142"></script>'
    )
    visitor = make_visitor().go(f"http://{host}:{site}/")
    expect(visitor.page.locator(".launcher")).to_contain_text("Pregunte")  # the words come from the bot's host as well
    visitor.open().ask("What is naltrexone?")
    visitor.page.reload()
    expect(visitor.lines("answer")).to_have_count(1)
    visitor.ask("my eyes are turning yellow")
    expect(visitor.lines("escalate").first).to_be_visible()
    assert "terminado" not in visitor.find(".log").inner_text()
    assert len([one for one in visitor.context.cookies() if one["name"] == "chat"]) == keys
    assert not [line for line in visitor.console if "401" not in line]
    visitor.find(".plain.trash").click()
    visitor.find(".question .strong").click()
    expect(visitor.find(".status")).to_have_text("Este chat se borró.")


def test_where_cookies_are_blocked_the_chat_works_all_the_same(make_visitor, url):
    visitor = make_visitor().go(f"{url}/demo")

    def without_cookie(route: Any) -> None:
        answer = route.fetch(headers={k: v for k, v in route.request.headers.items() if k != "cookie"})
        route.fulfill(
            status=answer.status,
            body=answer.body(),
            headers={k: v for k, v in answer.headers.items() if k != "set-cookie"},
        )
        visitor.context.clear_cookies()

    visitor.page.route(f"{url}/session", without_cookie)
    visitor.open().ask("What is naltrexone?")
    assert "earlier chat had ended" not in visitor.find(".log").inner_text()
    visitor.page.reload()
    expect(visitor.lines("visitor")).to_have_count(1)
    visitor.ask("thanks")
    assert visitor.find(".trouble").count() == 0
    assert visitor.context.cookies() == []


def test_what_a_thief_can_and_cannot_do(guest, make_visitor, url):
    victim = make_visitor().go(f"{url}/demo").open().ask("What are the common side effects of naltrexone?")
    guest.ask("hello")
    reply = victim.lines("answer").first.get_attribute("data-id")
    asked = victim.lines("visitor").first.get_attribute("data-id")
    post = guest.context.request.post
    # The ids of another's messages open nothing in one's own session.
    feedback = {"session": token_of(guest), "message": reply, "thumb": "down"}
    assert post(f"{url}/feedback", data=feedback).status == 400
    own = post(f"{url}/message", data={"session": token_of(guest), "id": asked, "text": "hello"}).json()
    assert "side effects" not in str(own["messages"])
    # It ends for whoever holds it when its owner deletes the chat.
    stolen = token_of(victim)
    victim.find(".plain.trash").click()
    victim.find(".question .strong").click()
    expect(victim.find(".status")).to_have_text("This chat has been deleted.")
    assert ask_for(guest, url, stolen) == [401] * 4
