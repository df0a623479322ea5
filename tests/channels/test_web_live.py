"""The web channel of a real server, with a trained model: what a visitor, and an attacker, gets."""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Iterator

import httpx
import jsonschema
import pytest

from tests.channels.web_visitor import Visitor, kinds
from tests.servers import MODEL, ROOT

DANGER = "he is not breathing and his lips are blue"
LIVER = "my eyes are turning yellow"


@pytest.fixture
def visitor(bot: Any) -> Iterator[Visitor]:
    """A visitor with a session."""
    one = Visitor(bot.url)
    one.start()
    yield one
    one.http.close()


@pytest.fixture
def alive(bot: Any) -> Iterator[None]:
    """Checks after a test that somebody else still gets an answer at once."""
    yield
    other = Visitor(bot.url)
    other.start()
    assert other.says("What is naltrexone?")[0]["kind"] == "answer"


@pytest.fixture
def actions(bot: Any) -> Iterator[Any]:
    """The action server, running again after the test."""
    yield bot.action_server
    if bot.action_server.process:
        bot.action_server.resume()
    else:
        bot.action_server.start()


def is_error(answer: httpx.Response, status: int) -> bool:
    body = answer.json()
    return (
        answer.status_code == status
        and set(body["error"]) == {"code", "message"}
        and body["emergency"]["emergency"] == "911"
    )


# ---------------------------------------------------------------- the contract
def test_a_session_says_what_the_widget_needs(bot):
    reply = Visitor(bot.url).start()
    assert set(reply) == {"session", "expires", "notice", "emergency", "clinic"}
    assert reply["expires"] > 0 and reply["notice"]["keep_days"] == 30
    assert set(reply["emergency"]) == {"emergency", "crisis", "poison"} and set(reply["clinic"]) == {"name", "phone"}


def test_an_answer_has_its_sources(visitor):
    message = visitor.says("What are the common side effects of naltrexone?")[0]
    assert set(message) == {"id", "text", "kind", "topic", "buttons", "sources"}
    assert message["kind"] == "answer" and message["topic"]
    assert message["sources"] and all(
        set(one) == {"section", "paragraph"} and one["section"] for one in message["sources"]
    )


def schema(name: str) -> dict[str, Any]:
    """One of the shapes that channels/README.md promises."""
    block = re.search(r"```json\n(.*?)```", (ROOT / "channels" / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1]
    return {"$ref": f"#/$defs/{name}", "$defs": json.loads(block)["$defs"]}


def test_what_goes_in_and_out_has_the_shapes_of_the_readme(visitor):
    ask = {"session": visitor.token, "id": "shape-of-the-ask", "text": "what is the capital of France?"}
    jsonschema.validate(ask, schema("Ask"))
    replies = visitor.http.post("/message", json=ask).json()["messages"]
    choice = {"session": visitor.token, "id": "shape-of-choice", "choice": replies[0]["buttons"][0]["payload"]}
    jsonschema.validate(choice, schema("Ask"))
    replies += visitor.http.post("/message", json=choice).json()["messages"] + visitor.says(DANGER)
    for one in replies:
        jsonschema.validate(one, schema("Message"))
        assert set(one) == set(schema("Message")["$defs"]["Message"]["properties"])
    for one in visitor.history():
        jsonschema.validate(one, schema("Line"))
    feedback = {"session": visitor.token, "message": replies[0]["id"], "thumb": "down", "reason": "unclear"}
    jsonschema.validate(feedback, schema("Feedback"))
    assert visitor.http.post("/feedback", json=feedback).status_code == 200
    for odd in ({**ask, "choice": "/x"}, {**ask, "text": ""}, {**ask, "id": "x"}, {**ask, "text": "a" * 2001}):
        answer = visitor.http.post("/message", json=odd)
        jsonschema.validate(answer.json(), schema("Error"))
        assert 400 <= answer.status_code < 500
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(odd, schema("Ask"))


def test_danger_comes_first_and_is_marked(visitor):
    assert visitor.says(DANGER)[0]["kind"] == "emergency"
    assert visitor.says(LIVER)[0]["kind"] == "escalate"


def test_a_first_message_of_danger_without_action_server(visitor, actions):
    actions.stop()
    assert visitor.says(DANGER)[0]["kind"] == "emergency"


def test_history_is_what_was_said(visitor):
    said = visitor.says("What is naltrexone?", id="first-message-1") + visitor.says("thanks", id="second-message")
    lines = visitor.history()
    assert [line["text"] for line in lines if line["from"] == "visitor"] == ["What is naltrexone?", "thanks"]
    assert [line["id"] for line in lines if line["from"] == "visitor"] == ["first-message-1", "second-message"]
    bot_lines = [
        {key: value for key, value in line.items() if key not in ("from", "time")}
        for line in lines
        if line["from"] == "bot"
    ]
    assert bot_lines == said
    assert all(abs(line["time"] - time.time()) < 60 for line in lines)


def test_buttons_that_were_sent_are_the_only_choices(visitor):
    assert is_error(visitor.post(choice="/what_is_naltrexone"), 400)
    button = visitor.says("what is the capital of France?")[0]["buttons"][0]
    assert visitor.says(choice=button["payload"])[0]["kind"] == "answer"
    assert [line["text"] for line in visitor.history() if line["from"] == "visitor"][-1] == button["title"]
    for payload in ("/restart", "/escalate_liver", button["payload"] + '{"a": 1}', "", 7, ["/greet"]):
        assert is_error(visitor.post(choice=payload), 400), payload


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        "/session_start",
        "/back",
        "/nlu_fallback@1.0",
        " //greet",
        "／restart",
        '/escalate_liver{"phone": "900"}',
        "/",
    ],
)
def test_a_slash_is_text(visitor, bot, text):
    visitor.says("What is naltrexone?")
    before = slots(bot, visitor)
    visitor.says(text)
    after = slots(bot, visitor)
    assert "'900'" not in str(after)
    assert {**after, "escalation": None} == before  # the word liver, of whichever message, makes a ticket
    lines = [line["text"] for line in visitor.history() if line["from"] == "visitor"]
    assert lines[0] == "What is naltrexone?" and len(lines) == 2  # nothing was restarted
    assert not lines[1].startswith("/")


def slots(bot: Any, visitor: Visitor) -> dict[str, Any]:
    """What Rasa remembers beside the words."""
    return httpx.get(f"{bot.url}/conversations/{visitor.token.split('.')[0]}/tracker").json()["slots"]


@pytest.mark.parametrize("text", ['/greet{"a": 1} I took too many pills', f" //greet {DANGER}"])
def test_a_payload_does_not_hide_danger(visitor, text):
    assert visitor.says(text)[0]["kind"] == "emergency"


def test_feedback_and_its_limits(visitor):
    message = visitor.says("What is naltrexone?")[0]["id"]
    good = {"session": visitor.token, "message": message, "thumb": "up", "reason": "clear"}
    assert visitor.http.post("/feedback", json=good).json() == {"ok": True}
    assert visitor.http.post("/feedback", json={**good, "thumb": "down", "reason": None}).json() == {"ok": True}
    for odd in ({"thumb": "sideways"}, {"message": "never-sent-0"}, {"message": 5}, {"reason": ["x"]}):
        assert is_error(visitor.http.post("/feedback", json={**good, **odd}), 400), odd
    assert visitor.says("thanks")[0]["kind"] == "chitchat"  # it does not disturb the conversation


def test_a_forgotten_chat_is_gone(visitor, bot):
    visitor.says("What is naltrexone?")
    conversation = visitor.token.split(".")[0]
    assert visitor.http.post("/forget", json={"session": visitor.token}).json() == {"ok": True}
    assert is_error(visitor.post("hello"), 401)
    assert is_error(visitor.http.get("/history", headers={"Authorization": f"Bearer {visitor.token}"}), 401)
    tracker = httpx.get(f"{bot.url}/conversations/{conversation}/tracker").json()
    assert not [event for event in tracker["events"] if event["event"] == "user"]


# ---------------------------------------------------------------- once, in time, whatever happens
def test_a_retry_gets_the_same_reply_and_is_handled_once(visitor):
    with ThreadPoolExecutor(4) as pool:
        same = list(pool.map(lambda _: visitor.says("is it hard on my liver?", id="same-id-for-all"), range(4)))
    assert all(one == same[0] for one in same)
    assert visitor.says("is it hard on my liver?", id="same-id-for-all") == same[0]
    assert len([line for line in visitor.history() if line["from"] == "visitor"]) == 1


@pytest.mark.parametrize("text", [DANGER, LIVER, "which painkillers can I take"])
def test_the_action_server_stopped(visitor, actions, text):
    actions.stop()
    start = time.monotonic()
    said = visitor.says(text)
    assert said[0]["kind"] in ("emergency", "escalate") and time.monotonic() - start < 2.0
    assert "out_of_scope" not in kinds(said)
    assert [line["text"] for line in visitor.history() if line["from"] == "visitor"] == [text]


def test_the_action_server_hung_and_back(visitor, actions):
    actions.hang()
    sent = {LIVER: "escalate", DANGER: "emergency", "thanks": "chitchat"}
    for text, kind in sent.items():
        start = time.monotonic()
        assert visitor.says(text)[0]["kind"] == kind
        assert time.monotonic() - start < 2.0
    assert [line["text"] for line in visitor.history() if line["from"] == "visitor"] == list(sent)
    actions.resume()
    assert kinds(visitor.says(LIVER))[:2] == ["escalate", "escalate"]


def test_many_at_once_during_the_hang_are_all_answered_and_stored(visitor, actions):
    actions.hang()
    sent = [LIVER, DANGER, "is it hard on my liver?", "I want to die"]
    start = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(visitor.says, sent))
    assert time.monotonic() - start < 2.5
    assert all({"escalate", "emergency"} & set(kinds(messages)) for messages in said)
    actions.resume()
    deadline = time.monotonic() + 15
    while (
        len(found := [line["text"] for line in visitor.history() if line["from"] == "visitor"]) < 4
        and time.monotonic() < deadline
    ):
        time.sleep(0.5)
    assert sorted(found) == sorted(sent)
    late = [message["id"] for message in visitor.says("thanks")]
    assert len(late) > 1 and all("-safe-" not in id for id in late)  # what came after the two seconds is delivered


def test_others_do_not_wait_for_the_hang(visitor, actions, bot):
    others = [Visitor(bot.url) for _ in range(4)]  # in turns: one alone would run into the limit for a session
    for other in others:
        other.start()
        other.says("hello")
    actions.hang()
    took = []
    with ThreadPoolExecutor(1) as pool:
        for _ in range(3):
            stuck = pool.submit(visitor.says, LIVER)
            while not stuck.done():
                start = time.monotonic()
                assert others[len(took) % 4].says("What is naltrexone?" if len(took) % 2 else "thanks")
                took.append(time.monotonic() - start)
                time.sleep(0.1)
            assert stuck.result()[0]["kind"] == "escalate"
    assert len(took) > 10 and sorted(took)[int(len(took) * 0.95)] < 0.3


def test_a_closed_tab_does_not_undo_the_turn(visitor):
    with pytest.raises(httpx.ReadTimeout):
        visitor.http.post(
            "/message", json={"session": visitor.token, "id": "closed-tab-1", "text": DANGER}, timeout=0.002
        )
    time.sleep(2.0)
    lines = visitor.history()
    if not lines:
        pytest.skip("the request had not left when the tab closed")
    assert lines[0]["text"] == DANGER and lines[1]["kind"] == "emergency"
    assert visitor.says(DANGER, id="closed-tab-1")[0]["id"] == lines[1]["id"]


# ---------------------------------------------------------------- abuse
BODIES = {
    "none": b"",
    "null": b"null",
    "list": b"[]",
    "string": b'"x"',
    "nested": b"[" * 8000,
    "bad UTF-8": b'{"text": "\xff"}',
    "BOM": b"\xef\xbb\xbf{}",
    "gzip": b"\x1f\x8b\x08\x00" + b"\x00" * 99,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bad_bodies(visitor, alive, body):
    answer = visitor.http.post("/message", content=body, headers={"Content-Type": "application/json"})
    assert is_error(answer, 400)


@pytest.mark.parametrize("text", [5, None, ["a"], {"a": 1}, "", "   ", "\x00"])
def test_bad_texts(visitor, text):
    body = {"session": visitor.token, "id": uuid.uuid4().hex, "text": text}
    assert is_error(visitor.http.post("/message", json=body), 400)


@pytest.mark.parametrize("id", [None, "", "short", "x" * 65, "a b c d e f", 5, "a\u0000bcdefgh"])
def test_bad_ids(visitor, id):
    assert is_error(visitor.post("hello", id=id), 400)


@pytest.mark.parametrize(
    "path", ["/message", "/session", "/history", "/health", "/demo", "/no/such/path", "/", "/webhook"]
)
def test_what_does_not_exist_is_an_error_like_the_others(visitor, alive, path):
    tried = {"GET", "POST", "PUT", "PATCH", "DELETE"} - {"GET" if path in ("/history", "/health", "/demo") else "POST"}
    for method in tried:
        assert is_error(visitor.http.request(method, path, content=b"x" * 5_000), 404), method


def test_long_texts(visitor, alive):
    assert is_error(visitor.post("a" * 2001), 413)
    assert is_error(visitor.post("a" * 9000), 413)
    assert is_error(visitor.post("a" * 3_000_000), 413)
    assert visitor.says("so " * 600 + DANGER)[0]["kind"] == "emergency"


@pytest.mark.parametrize(
    "text", ["a\u0000b hello", "\ud800 hello", "\u202ehello", "he\u200bllo", "\x1b[31mhello\r\nhello", "o\u0301" * 500]
)
def test_odd_texts(visitor, alive, text):
    visitor.says(text)
    stored = visitor.history()[0]["text"]
    assert not set(stored) & set("\x00\x1b\ud800")


def test_other_content_types_and_origins(visitor, alive):
    body = json.dumps({"session": visitor.token, "id": "from-elsewhere", "text": "hello"})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert is_error(visitor.http.post("/message", content=body, headers={"Content-Type": kind}), 415)
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        answer = visitor.http.post(
            "/message", content=body, headers={"Content-Type": "application/json", "Origin": origin}
        )
        assert is_error(answer, 403) and "access-control-allow-origin" not in answer.headers
        preflight = visitor.http.options(
            "/message", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )
        assert "access-control-allow-origin" not in preflight.headers
    assert visitor.history() == []


def test_sessions_cannot_be_made_up(visitor, bot, alive):
    other = Visitor(bot.url)
    other.start()
    conversation, end, mac = visitor.token.split(".")
    forged = [
        "",
        "x",
        "a" * 300,
        "\ud800",
        "a\u0000b",
        conversation,
        f"{conversation}.{end}",
        f"{conversation}.{int(end) + 1}.{mac}",
        f"{'0' * 32}.{end}.{mac}",
        f"{conversation}.{end}.{other.token.split('.')[2]}",
        visitor.token + "\n",
        None,
        5,
        ["x"],
    ]
    for token in forged:
        assert is_error(visitor.post("hello", session=token), 401), token
    assert visitor.history() == []


def test_what_else_a_client_sends_is_ignored(visitor, bot):
    visitor.says("hello", metadata={"planted": 1}, sender="planted", input_channel="planted", stream=True)
    conversation = visitor.token.split(".")[0]
    tracker = httpx.get(f"{bot.url}/conversations/{conversation}/tracker").text
    assert "planted" not in tracker and '"input_channel":"web"' in tracker.replace(": ", ":")


def test_beyond_the_rate_only_danger_is_answered(visitor):
    codes = [visitor.post(5).status_code for _ in range(40)]  # refused before it counts
    assert set(codes) == {400}
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda n: visitor.post("hello").status_code, range(45)))
    assert codes.count(200) >= 30 and 429 in codes
    while (limited := visitor.post("hello")).status_code == 200:
        pass
    assert is_error(limited, 429) and int(limited.headers["Retry-After"]) >= 1
    for _ in range(5):
        assert visitor.says(DANGER)[0]["kind"] == "emergency"
    assert visitor.says(LIVER)[0]["kind"] == "escalate"


def test_sessions_are_limited_by_address(bot, alive):
    visitor = Visitor(bot.url)
    codes = [visitor.http.post("/session", json={}).status_code for _ in range(80)]
    assert 429 in codes and codes.count(200) < 70


def test_pages_and_files(visitor):
    for path, kind in (
        ("/demo", "text/html"),
        ("/chat", "text/html"),
        ("/widget/widget.js", "text/javascript"),
        ("/widget/chat.css", "text/css"),
    ):
        answer = visitor.http.get(path)
        assert answer.status_code == 200 and answer.headers["content-type"].startswith(kind), path
        assert (
            answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "no-referrer"
        )
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy and "unsafe" not in policy
        assert visitor.http.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    for path in (
        "/widget/..%2fclinic.yml",
        "/widget/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/widget/README.md",
        "/widget/.js",
        "/widget/no.js",
    ):
        assert visitor.http.get(path).status_code == 404, path


def test_health_is_more_than_a_running_process(visitor):
    answer = visitor.http.get("/health").json()
    assert answer["status"] == "ok" and all(answer["checks"].values())
    assert answer["sha256"] == hashlib.sha256(MODEL.read_bytes()).hexdigest()


def test_logs_hold_none_of_the_words(visitor, actions, bot):
    name = "Zyxwoman"
    actions.stop()
    visitor.says(f"I am {name} and {DANGER}")
    visitor.says(f"/{name}")
    for body in (f'{{"text": "{name}', json.dumps({"session": name, "id": name, "text": name}), name * 2000):
        visitor.http.post("/message", content=body, headers={"Content-Type": "application/json"})
    visitor.post(f"I am {name}", choice=f"/{name}")
    visitor.post(name * 500)
    assert visitor.token.split(".")[0] not in bot.log.read_text(errors="replace")  # who reads it cannot follow anybody
    assert bot.log.read_text(errors="replace") and name not in bot.log.read_text(errors="replace")
