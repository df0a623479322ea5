"""The web channel: HTTP around visits.py, nothing else. See channels/README.md for the requests and answers."""

from __future__ import annotations

import functools
import os
import time
from typing import Any, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel
from rasa.shared.exceptions import RasaException
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.catalogue import ROOT
from actions.clinic import ClinicError, the_clinic
from channels.browser_key import cookie, key_in, new_key
from channels.connections import bound_connections
from channels.crowd import Crowded
from channels.guard import Guard, Handler, OnMessage, add_header, address_of, plain
from channels.hardening import harden
from channels.health import Health
from channels.incoming import BadMessage, checked_id, checked_text, json_object
from channels.limits import Limiter, TooMany
from channels.messages import safe_as_messages
from channels.safe_reply import safe_messages
from channels.screen import lexicon_screen, screened
from channels.sessions import SecretError, conversation_of, is_bound, new_conversation, renewed, secret_from, sign
from channels.settings import Settings, read_settings
from channels.shutdown import SHUTDOWN, Stopping
from channels.site import read_site
from channels.turns import in_own_task
from channels.visits import CHANNEL, Visits

THUMBS = ("up", "down")
PAGES = {"demo": "demo.html", "chat": "chat.html"}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
DAY = 86400  # seconds


class WebInput(InputChannel):
    """Answers the chat widget under /webhooks/web."""

    @classmethod
    def name(cls) -> Text:
        """The channel's name, and so its path."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[Text, Any]]) -> InputChannel:
        """The channel with the settings from credentials.yml. Anything wrong with them stops the start."""
        try:
            return cls(read_settings(credentials), secret_from(os.environ, ROOT / "var"))
        except (SecretError, ClinicError, ValueError) as error:
            raise RasaException(f"The web channel cannot start: {error}") from error

    def __init__(self, settings: Settings, secret: bytes) -> None:
        """`secret` signs the sessions."""
        self._settings, self._secret, self._site = settings, secret, read_site()
        self._guard = Guard(self._site)
        self._app: Any = None
        self._visits = Visits(secret, self._agent)
        self._health = Health(self._agent)
        self._by_session, self._by_address = Limiter(settings.session_rate), Limiter(settings.address_rate)
        self._calls, self._new = Limiter(settings.call_rate), Limiter(settings.new_session_rate)
        self._full_screens = Limiter(settings.address_rate)

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """The channel's routes."""
        harden()
        routes = Blueprint("web_chat", __name__)
        message = functools.partial(self._message, on_new_message)
        posts: Dict[Text, Handler] = {
            "session": self._session,
            "message": message,
            "feedback": self._feedback,
            "forget": self._forget,
        }
        for path, handler in posts.items():
            route = self._guard.guarded(handler)
            routes.add_route(route, f"/{path}", methods=["POST", "OPTIONS"], name=path, stream=True)
        history = self._guard.guarded(self._history)
        routes.add_route(history, "/history", methods=["GET", "OPTIONS"], name="history")
        routes.add_route(plain(self._ready), "/health", methods=["GET"], name="health")
        for path, file in PAGES.items():
            routes.add_route(plain(self._page, file=file), f"/{path}", methods=["GET"], name=path)
        routes.add_route(plain(self._page), "/widget/<file:str>", methods=["GET"], name="widget")
        self._add_nothing(
            routes, {**dict.fromkeys(posts, "POST"), **dict.fromkeys(("history", "health", *PAGES), "GET")}
        )
        routes.middleware("request")(plain(self._meet))
        routes.middleware("response")(plain(self._guard.preflight))
        bound_connections(routes)
        SHUTDOWN.listen(routes)
        return routes

    def _add_nothing(self, routes: Blueprint, known: Dict[Text, Text]) -> None:
        """Answers all other addresses, and the `known` ones with a wrong method, in our own way."""
        ways = {f"/{path}": [one for one in METHODS if one != method] for path, method in known.items()}
        for n, (path, methods) in enumerate({**ways, "/<rest:path>": METHODS}.items()):
            routes.add_route(plain(self._guard.nothing), path, methods=methods, name=f"nothing_{n}", stream=True)

    async def _meet(self, request: Request) -> None:
        """Rasa tells a channel of its server with the first request."""
        self._app = self._app or request.app

    def _agent(self) -> Any:
        return getattr(self._app.ctx, "agent", None) if self._app else None

    def _conversation(self, request: Request, token: Any, ended: bool = False) -> str:
        """The conversation that `token` opens; with `ended`, also one whose time is over."""
        now = 0.0 if ended else time.time()
        conversation = conversation_of(token, self._secret, now, key_in(request.headers.get("cookie")))
        if self._visits.is_forgotten(conversation):
            raise BadMessage("no_session", "This chat has been deleted. Please start a new one.", 401)
        return conversation

    def _renewed(self, request: Request, token: str) -> str:
        lifetime = self._settings.session_seconds(is_bound(token, self._secret))
        return renewed(token, self._secret, time.time(), lifetime, key_in(request.headers.get("cookie")))

    async def _session(self, request: Request) -> Dict[Text, Any]:
        self._new.check(address_of(request))
        key = self._bind(request, json_object(request.body or b"{}"))
        lifetime = self._settings.session_seconds(bool(key))
        clinic = the_clinic()
        return {
            "session": sign(new_conversation(), self._secret, time.time(), lifetime, key),
            "expires": lifetime,
            "emergency": self._site.emergency,
            "notice": {"keep_days": self._site.keep_days},
            "clinic": {"name": clinic.name, "phone": clinic.phone},
        }

    def _bind(self, request: Request, body: Dict[Text, Any]) -> str:
        """The browser's key for a new session, which the answer brings along; empty where none is wanted."""
        if body.get("bind") not in ("tab", "device"):
            return ""
        # One key for all tabs, or they would end each other's sessions.
        key = key_in(request.headers.get("cookie")) or new_key()
        kept = self._site.keep_days * DAY if body["bind"] == "device" else 0
        headers = request.headers
        add_header(request, "Set-Cookie", cookie(key, headers.get("origin"), headers.get("sec-fetch-site"), kept))
        return key

    async def _message(self, on_new_message: OnMessage, request: Request) -> Dict[Text, Any]:
        body = json_object(request.body)
        token: Any = body.get("session")
        conversation = self._conversation(request, token)
        id, choice = checked_id(body.get("id")), body.get("choice")
        if choice is not None and (not isinstance(choice, str) or not choice or body.get("text")):
            raise BadMessage("bad_choice", "`choice` must be the payload of a button, and stand there without `text`.")
        text = checked_text(body.get("text"), "text") if choice is None else ""
        try:
            SHUTDOWN.check()
            wait = max(self._by_address.wait(address_of(request)), self._by_session.wait(conversation))
            if wait:
                raise TooMany(wait)
            reply, more = await self._visits.answer(conversation, on_new_message, id, text, choice or "")
        except (TooMany, Stopping) as refusal:
            reply, more = await self._danger_reply(id, text), False
            if not reply:
                raise
            if isinstance(refusal, Crowded):
                in_own_task(self._visits.keep(conversation, on_new_message, id, text, reply))
        return {"messages": reply, "session": self._renewed(request, token), **({"pending": True} if more else {})}

    async def _danger_reply(self, id: str, text: str) -> list[Dict[Text, Any]]:
        """What somebody in danger gets even beyond every limit; empty if the message holds no danger."""
        danger = lexicon_screen(self._agent(), text) if text else None
        if text and not danger and not self._full_screens.wait("all"):
            danger = await screened(self._agent(), text)
        return safe_as_messages(safe_messages(danger), id) if danger else []

    async def _feedback(self, request: Request) -> Dict[Text, Any]:
        body = json_object(request.body)
        conversation = self._conversation(request, body.get("session"))
        self._calls.check(conversation)
        if body.get("thumb") not in THUMBS or not isinstance(body.get("message"), str):
            raise BadMessage("bad_feedback", "`message` must be a message's id and `thumb` up or down.")
        reason = checked_text(body["reason"], "reason") if body.get("reason") else ""
        await self._visits.feedback(conversation, body["message"], body["thumb"], reason)
        return {"ok": True}

    async def _forget(self, request: Request) -> Dict[Text, Any]:
        # The clinic keeps a chat for longer than its session lasts, and its visitor may delete it for as long.
        conversation = self._conversation(request, json_object(request.body).get("session"), ended=True)
        self._calls.check(conversation)
        await self._visits.forget(conversation)
        return {"ok": True}

    async def _history(self, request: Request) -> Dict[Text, Any]:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        conversation = self._conversation(request, token)
        self._calls.check(conversation)
        return {"messages": await self._visits.history(conversation), "session": self._renewed(request, token)}

    async def _ready(self, request: Request) -> HTTPResponse:
        state = await self._health.state()
        return self._guard.json(request, state, 503 if state["status"] == "failing" else 200)

    async def _page(self, request: Request, file: Text) -> HTTPResponse:
        return self._guard.page(request, file, the_clinic())
