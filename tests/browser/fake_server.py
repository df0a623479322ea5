"""A stand-in for the web channel that can be told to misbehave: slow, silent, failing, lying.

It serves the widget's own files under the same addresses as the real one. What it answers is chosen
by the text of the message, how it fails by `faults`, both set by the test that drives it.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from channels.pages import read_page

WIDGET = Path(__file__).resolve().parents[2] / "widget"
BASE = "/webhooks/web"
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".json": "application/json"}
CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; require-trusted-types-for 'script'; report-uri /report"
NUMBERS = {"emergency": "911", "crisis": "988", "poison": "1-800-222-1222"}
CLINIC = {"name": "Juniper Lane Recovery", "phone": "(802) 555-0142"}

REPLIES: dict[str, list[dict[str, Any]]] = {
    "answer": [
        {
            "text": "The most common side effects are nausea, headache and feeling tired. They are often mild and go away in the first weeks.",
            "kind": "answer",
            "topic": "common_side_effects",
            "sources": [
                {"section": "Side Effects and Contraindications", "paragraph": 57},
                {"section": "Common Side Effects", "paragraph": 59},
            ],
        }
    ],
    "clarify": [
        {
            "text": "Which of these do you mean?",
            "kind": "clarify",
            "topic": "clarify",
            "buttons": [
                {"title": "The daily tablet", "payload": "/oral_tablet"},
                {"title": "The monthly shot", "payload": "/injection"},
            ],
        }
    ],
    "escalate": [
        {
            "text": "Please contact your provider about this before you do anything else. They can check your liver with a blood test.",
            "kind": "escalate",
            "topic": "escalate_liver",
        },
        {
            "text": "Naltrexone can affect the liver at high doses.",
            "kind": "answer",
            "topic": "liver_safety",
            "sources": [{"section": "Liver Safety", "paragraph": 63}],
        },
    ],
    "emergency": [
        {
            "text": "Call 911 now. Stay with the person and tell the operator that they are not breathing well. If you have naloxone, give it.",
            "kind": "emergency",
            "topic": "emergency_overdose",
        },
        {
            "text": "When help has come, please tell your provider what happened.",
            "kind": "escalate",
            "topic": "escalate_opioid_use",
        },
    ],
    "xss": [
        {
            "text": '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> [x](javascript:alert(1)) {{7*7}}',
            "kind": "<b>",
            "topic": "<i>",
            "buttons": [{"title": "<svg onload=window.hacked=1>", "payload": '/x"><script>'}],
            "sources": [{"section": "<img src=x onerror=window.hacked=1>", "paragraph": "<b>1</b>"}],
        }
    ],
}


def pick(text: str) -> list[dict[str, Any]]:
    """The replies to a visitor's text: by the first word it holds, else an answer."""
    words = {"xss": "xss", "<": "xss", "breathing": "emergency", "liver": "escalate", "which": "clarify"}
    return REPLIES[next((name for word, name in words.items() if word in text.lower()), "answer")]


@dataclass
class Chat:
    """What the server keeps: lines by session, answered ids, the calls it got, and the faults it has been told to show."""

    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    answered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    broken_files: set[str] = field(default_factory=set)
    delay: float = 0.0

    def count(self, name: str) -> int:
        """How often the path `name` was called."""
        return sum(1 for path, _ in self.calls if path == name)

    def bodies(self, name: str) -> list[dict[str, Any]]:
        """What was sent to the path `name`, in order."""
        return [body for path, body in self.calls if path == name]


class FakeServer:
    """The server in a thread; stop() and start() again on the same port to play an outage."""

    def __init__(self) -> None:
        self.chat = Chat()
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listens, on the same port as before."""
        handler = type("BoundHandler", (Handler,), {"chat": self.chat})
        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Goes away, so that connections are refused."""
        self._server.shutdown()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    chat: Chat

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == f"{BASE}/history":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self.chat.calls.append(("history", {"session": token}))
            known = token in self.chat.lines
            return self._json(
                200 if known else 401,
                {"messages": self.chat.lines[token], "session": token} if known else self._error("session"),
            )
        name = "demo.html" if path == f"{BASE}/demo" else path.removeprefix(f"{BASE}/widget/")
        file = WIDGET / name
        if "/" in name or not file.is_file():
            file = Path(__file__).parent / "pages" / name
        if "/" in name or not file.is_file() or name in self.chat.broken_files:
            return self._send(404, b"", "text/plain")
        found = read_page(name, CLINIC, file.parent)
        assert found
        return self._send(200, found[0], TYPES[file.suffix])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == "/report":
            self.chat.reports.append(body)
            return self._send(204, b"", "text/plain")
        name = self.path.removeprefix(f"{BASE}/")
        asked = json.loads(body)
        self.chat.calls.append((name, asked))
        if self._fault(name):
            return None
        if name == "session":
            token = f"token-{len(self.chat.lines) + 1}"
            self.chat.lines[token] = []
            return self._json(
                200,
                {
                    "session": token,
                    "expires": 3600,
                    "notice": {"keep_days": 30},
                    "emergency": NUMBERS,
                    "clinic": CLINIC,
                },
            )
        if asked.get("session") not in self.chat.lines:
            return self._json(401, self._error("session"))
        return getattr(self, f"_{name}")(asked)

    def _fault(self, name: str) -> bool:
        time.sleep(self.chat.delay if name == "message" else 0)
        at = next((i for i, fault in enumerate(self.chat.faults) if fault["path"] == name), None)
        if at is None:
            return False
        fault = self.chat.faults.pop(at)
        time.sleep(fault.get("wait", 0))
        if "status" in fault:
            self._json(fault["status"], fault.get("body", self._error("fault")), fault.get("headers", {}))
        return "status" in fault

    def _message(self, asked: dict[str, Any]) -> None:
        said = asked.get("text") or asked["choice"]
        if len(said) > 2000:
            return self._json(413, self._error("too_long"))
        if asked["id"] not in self.chat.answered:
            replies = [
                {"id": f"{asked['id']}-{n}", "buttons": [], "sources": [], **one} for n, one in enumerate(pick(said))
            ]
            self.chat.answered[asked["id"]] = replies
            now = time.time()
            lines = self.chat.lines[asked["session"]]
            lines.append({"id": asked["id"], "from": "visitor", "text": said, "time": now})
            lines.extend({**one, "from": "bot", "time": now} for one in replies)
        return self._json(200, {"messages": self.chat.answered[asked["id"]], "session": asked["session"]})

    def _feedback(self, asked: dict[str, Any]) -> None:
        self._json(200, {"ok": True})

    def _forget(self, asked: dict[str, Any]) -> None:
        del self.chat.lines[asked["session"]]
        self._json(200, {"ok": True})

    def _error(self, code: str) -> dict[str, Any]:
        return {"error": {"code": code, "message": code}, "emergency": NUMBERS}

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        self._send(
            status, body.encode() if isinstance(body, str) else json.dumps(body).encode(), "application/json", headers
        )

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        try:
            self.send_response(status)
            for key, value in {
                "Content-Type": f"{kind}; charset=utf-8",
                "Content-Length": str(len(body)),
                "Content-Security-Policy": CSP,
                "Cache-Control": "no-store",
                **(headers or {}),
            }.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the visitor closed the tab


if __name__ == "__main__":
    server = FakeServer()
    print(f"{server.url}{BASE}/demo")
    threading.Event().wait()
