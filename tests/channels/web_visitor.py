"""A visitor of the web channel who speaks HTTP, without a browser."""

from __future__ import annotations

import json
import uuid
from itertools import count
from typing import Any

import httpx

BASE = "/webhooks/web"
_addresses = count(1)


class Visitor:
    """A visitor from an address of their own, so that tests do not use up each other's limits."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        number = next(_addresses)
        address = {"X-Forwarded-For": f"203.0.{number // 250}.{number % 250 + 1}"}
        self.http = httpx.Client(base_url=url + BASE, headers={**address, **(headers or {})}, timeout=30)
        self.token = ""

    def start(self) -> dict[str, Any]:
        reply = self.http.post("/session", json={}).json()
        self.token = reply["session"]
        return reply

    def post(self, text: str | None = None, **more: Any) -> httpx.Response:
        body = {"session": self.token, "id": uuid.uuid4().hex, **({} if text is None else {"text": text}), **more}
        return self.http.post("/message", content=json.dumps(body), headers={"Content-Type": "application/json"})

    def says(self, text: str | None = None, **more: Any) -> list[dict[str, Any]]:
        answer = self.post(text, **more)
        assert answer.status_code == 200, answer.text
        assert answer.json()["messages"]
        return answer.json()["messages"]

    def history(self) -> list[dict[str, Any]]:
        answer = self.http.get("/history", headers={"Authorization": f"Bearer {self.token}"})
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]


def kinds(messages: list[dict[str, Any]]) -> list[str]:
    return [message["kind"] for message in messages]


def texts(messages: list[dict[str, Any]]) -> list[str]:
    return [message["text"] for message in messages]
