"""The web channel: HTTP around visits.py, nothing else. See channels/README.md for the requests and answers."""

from __future__ import annotations

import functools
import logging
import os
import time
from typing import Any, Awaitable, Callable, Dict, Optional, Text

from rasa.core.channels.channel import InputChannel
from rasa.shared.exceptions import RasaException
from sanic import Blueprint, response
from sanic.exceptions import PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.catalogue import ROOT
from actions.clinic import ClinicError, the_clinic
from channels.hardening import harden, where
from channels.health import Health
from channels.incoming import BadMessage, checked_id, checked_text, json_object
from channels.limits import MOST_BYTES, Limiter, TooMany, address_key, visitor_address
from channels.messages import safe_as_messages
from channels.pages import SAFE_HEADERS, etag_of, page_headers, read_page
from channels.safe_reply import safe_messages
from channels.screen import full_screen, lexicon_screen
from channels.sessions import SecretError, conversation_of, new_conversation, renewed, secret_from, sign
from channels.settings import Settings, read_settings
from channels.site import cors_headers, is_allowed, read_site
from channels.turns import finish_all
from channels.visits import CHANNEL, OnMessage, Visits

logger = logging.getLogger(__name__)
Handler = Callable[[Request], Awaitable[Dict[Text, Any]]]
THUMBS = ("up", "down")


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
            routes.add_route(self._guarded(handler), f"/{path}", methods=["POST", "OPTIONS"], name=path, stream=True)
        routes.add_route(self._guarded(self._history), "/history", methods=["GET", "OPTIONS"], name="history")
        routes.add_route(_plain(self._ready), "/health", methods=["GET"], name="health")
        for path, file in {"demo": "demo.html", "chat": "chat.html"}.items():
            routes.add_route(_plain(self._page, file=file), f"/{path}", methods=["GET"], name=path)
        routes.add_route(_plain(self._page), "/widget/<file:str>", methods=["GET"], name="widget")
        routes.middleware("response")(_plain(self._preflight))
        routes.listener("before_server_stop")(_plain(_finish))
        return routes

    def _agent(self) -> Any:
        return getattr(self._app.ctx, "agent", None) if self._app else None

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[HTTPResponse]]:
        """`handler` behind the checks that all requests share; whatever goes wrong becomes our own JSON."""

        async def answer(request: Request) -> HTTPResponse:
            self._app = self._app or request.app
            try:
                return self._json(request, *await self._checked(request, handler))
            except BadMessage as error:
                retry = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
                return self._error(request, error.code, str(error), error.status, retry)
            except Exception as error:  # the last resort: no other error page may say more
                logger.error("A request failed (%s).", where(error))
                return self._error(request, "failed", "Something went wrong on our side. Please try again.", 503, {})

        return answer

    async def _checked(self, request: Request, handler: Handler) -> tuple[Dict[Text, Any], int]:
        self._check_origin(request)
        if request.method == "OPTIONS":
            return {}, 200
        if request.method == "POST":
            await _read_body(request)
        return await handler(request), 200

    async def _preflight(self, request: Request, answer: HTTPResponse) -> None:
        """Rasa answers OPTIONS itself, without headers; the clinic's own sites need them."""
        if request.method == "OPTIONS":
            answer.headers.update(cors_headers(request.headers.get("origin"), self._site.origins))

    def _check_origin(self, request: Request) -> None:
        if not is_allowed(request.headers.get("origin"), request.host, self._site.origins):
            raise BadMessage("bad_origin", "This site may not use the chat.", 403)

    def _json(self, request: Request, body: Dict[Text, Any], status: int, more: Optional[Dict] = None) -> HTTPResponse:
        cors = cors_headers(request.headers.get("origin"), self._site.origins)
        headers = {**SAFE_HEADERS, "Cache-Control": "no-store", **cors, **(more or {})}
        return response.json(body, status, headers=headers)

    def _error(self, request: Request, code: Text, message: Text, status: int, more: Dict) -> HTTPResponse:
        body = {"error": {"code": code, "message": message}, "emergency": self._site.emergency}
        return self._json(request, body, status, more)

    def _conversation(self, token: Any) -> str:
        conversation = conversation_of(token, self._secret, time.time())
        if self._visits.is_forgotten(conversation):
            raise BadMessage("no_session", "This chat has been deleted. Please start a new one.", 401)
        return conversation

    def _renewed(self, token: str) -> str:
        return renewed(token, self._secret, time.time(), self._settings.session_seconds)

    async def _session(self, request: Request) -> Dict[Text, Any]:
        self._new.check(_address(request))
        token = sign(new_conversation(), self._secret, time.time(), self._settings.session_seconds)
        clinic = the_clinic()
        return {
            "session": token,
            "expires": self._settings.session_seconds,
            "emergency": self._site.emergency,
            "notice": {"keep_days": self._site.keep_days},
            "clinic": {"name": clinic.name, "phone": clinic.phone},
        }

    async def _message(self, on_new_message: OnMessage, request: Request) -> Dict[Text, Any]:
        body = json_object(request.body)
        token: Any = body.get("session")
        conversation = self._conversation(token)
        id, choice = checked_id(body.get("id")), body.get("choice")
        if choice is not None and (not isinstance(choice, str) or not choice):
            raise BadMessage("bad_choice", "`choice` must be the payload of a button.")
        text = checked_text(body.get("text"), "text") if choice is None else ""
        try:
            wait = max(self._by_address.wait(_address(request)), self._by_session.wait(conversation))
            if wait:
                raise TooMany(wait)
            reply, more = await self._visits.answer(conversation, on_new_message, id, text, choice or "")
        except TooMany:
            reply, more = self._danger_reply(id, text), False
            if not reply:
                raise
        return {"messages": reply, "session": self._renewed(token), **({"pending": True} if more else {})}

    def _danger_reply(self, id: str, text: str) -> list[Dict[Text, Any]]:
        """What somebody in danger gets even beyond every limit; empty if the message holds no danger."""
        screen = lexicon_screen if self._full_screens.wait("all") else full_screen
        danger = screen(self._agent(), text) if text else None
        return safe_as_messages(safe_messages(danger), id) if danger else []

    async def _feedback(self, request: Request) -> Dict[Text, Any]:
        body = json_object(request.body)
        conversation = self._conversation(body.get("session"))
        self._calls.check(conversation)
        if body.get("thumb") not in THUMBS or not isinstance(body.get("message"), str):
            raise BadMessage("bad_feedback", "`message` must be a message's id and `thumb` up or down.")
        reason = checked_text(body["reason"], "reason") if body.get("reason") else ""
        await self._visits.feedback(conversation, body["message"], body["thumb"], reason)
        return {"ok": True}

    async def _forget(self, request: Request) -> Dict[Text, Any]:
        conversation = self._conversation(json_object(request.body).get("session"))
        self._calls.check(conversation)
        await self._visits.forget(conversation)
        return {"ok": True}

    async def _history(self, request: Request) -> Dict[Text, Any]:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        conversation = self._conversation(token)
        self._calls.check(conversation)
        return {"messages": await self._visits.history(conversation), "session": self._renewed(token)}

    async def _ready(self, request: Request) -> HTTPResponse:
        self._app = self._app or request.app
        state = await self._health.state()
        return self._json(request, state, 200 if state["status"] == "ok" else 503)

    async def _page(self, request: Request, file: Text) -> HTTPResponse:
        found = read_page(file)
        if found is None:
            return response.text("Not found", 404, headers=SAFE_HEADERS)
        cors = cors_headers(request.headers.get("origin"), self._site.origins)
        headers = {**page_headers(self._site.origins), **cors, "ETag": etag_of(found[0])}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return response.empty(304, headers=headers)
        return response.raw(found[0], headers=headers, content_type=found[1])


def _plain(handler: Callable[..., Awaitable[Any]], **fixed: Any) -> Callable[..., Awaitable[Any]]:
    """`handler` as a function: Sanic writes attributes on handlers, which methods do not take."""

    async def call(*arguments: Any, **more: Any) -> Any:
        return await handler(*arguments, **fixed, **more)

    return call


async def _finish(*_: Any) -> None:
    """At shutdown: turns that still run are stored first."""
    await finish_all()


async def _read_body(request: Request) -> None:
    """Reads a JSON body of MOST_BYTES at most. Raises BadMessage 415 or 413 without reading on."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadMessage("not_json", "Send Content-Type: application/json.", 415)
    request.stream.request_max_size = MOST_BYTES
    try:
        await request.receive_body()
    except PayloadTooLarge:
        raise BadMessage("too_large", f"A request can have {MOST_BYTES} bytes at most.", 413) from None


def _address(request: Request) -> str:
    return address_key(visitor_address(request.ip or "", request.headers.get("x-forwarded-for")))
