"""What all requests of the web channel share: who may ask, how much, and how answers and errors look."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Awaitable, Callable, Dict, Mapping, Optional, Text

from rasa.core.channels.channel import UserMessage
from sanic import response
from sanic.exceptions import PayloadTooLarge
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.clinic import Clinic
from channels.connections import BODY_SECONDS
from channels.hardening import where
from channels.incoming import BadMessage
from channels.limits import MOST_BYTES, address_key, visitor_address
from channels.pages import SAFE_HEADERS, etag_of, page_headers, read_page
from channels.shutdown import SHUTDOWN
from channels.site import Site, cors_headers, is_allowed

logger = logging.getLogger(__name__)
OnMessage = Callable[[UserMessage], Awaitable[Any]]
Handler = Callable[[Request], Awaitable[Dict[Text, Any]]]
Route = Callable[..., Awaitable[Any]]


class Guard:
    """The checks and headers of one site."""

    def __init__(self, site: Site) -> None:
        """`site` has the origins that may ask, and the numbers that stand in each error."""
        self._site = site

    def guarded(self, handler: Handler) -> Route:
        """`handler` behind the checks that all requests share; whatever goes wrong becomes our own JSON."""

        async def answer(request: Request) -> HTTPResponse:
            with SHUTDOWN.request(request):
                try:
                    return self.json(request, await self._checked(request, handler), more=_headers_of(request))
                except BadMessage as error:
                    return self._error(request, error.code, str(error), error.status, error.retry_after)
                except Exception as error:  # the last resort: no other error page may say more
                    logger.error("A request failed (%s).", where(error))
                    return self._error(request, "failed", "Something went wrong on our side. Please try again.", 503)

        return answer

    async def nothing(self, request: Request, **_: Any) -> HTTPResponse:
        """What addresses and methods get that do not exist."""
        _refuse_the_rest(request)
        return self._error(request, "not_found", "There is nothing here.", 404)

    async def preflight(self, request: Request, answer: HTTPResponse) -> None:
        """Rasa answers OPTIONS itself, without headers; the clinic's own sites need them."""
        if request.method == "OPTIONS":
            answer.headers.update(self._cors(request))

    def json(
        self, request: Request, body: Mapping[Text, Any], status: int = 200, more: Optional[Dict[Text, Text]] = None
    ) -> HTTPResponse:
        """An answer that nobody keeps."""
        headers = {**SAFE_HEADERS, "Cache-Control": "no-store", **self._cors(request), **(more or {})}
        return response.json(body, status, headers=headers)

    def page(self, request: Request, file: Text, clinic: Clinic) -> HTTPResponse:
        """A file of the widget, or 404."""
        found = read_page(file, {"name": clinic.name, "phone": clinic.phone})
        if found is None:
            return response.text("Not found", 404, headers=SAFE_HEADERS)
        headers = {**page_headers(self._site.origins), **self._cors(request), "ETag": etag_of(found[0])}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return response.empty(304, headers=headers)
        return response.raw(found[0], headers=headers, content_type=found[1])

    async def _checked(self, request: Request, handler: Handler) -> Dict[Text, Any]:
        if not is_allowed(request.headers.get("origin"), request.host, self._site.origins):
            raise BadMessage("bad_origin", "This site may not use the chat.", 403)
        if request.method == "OPTIONS":
            return {}
        if request.method == "POST":
            await _read_body(request)
        return await handler(request)

    def _error(
        self, request: Request, code: Text, message: Text, status: int, retry_after: Optional[int] = None
    ) -> HTTPResponse:
        body = {"error": {"code": code, "message": message}, "emergency": self._site.emergency}
        return self.json(request, body, status, {"Retry-After": str(retry_after)} if retry_after else {})

    def _cors(self, request: Request) -> Dict[Text, Text]:
        return cors_headers(request.headers.get("origin"), self._site.origins)


def plain(handler: Route, **fixed: Any) -> Route:
    """`handler` as a function: Sanic writes attributes on handlers, which methods do not take."""

    async def call(*arguments: Any, **more: Any) -> Any:
        return await handler(*arguments, **fixed, **more)

    return call


def address_of(request: Request) -> str:
    """A key for the visitor's address, for limits only."""
    return address_key(visitor_address(request.ip or "", request.headers.get("x-forwarded-for")))


def add_header(request: Request, name: Text, value: Text) -> None:
    """Puts a header on the answer to `request`, if it is no error."""
    request.ctx.headers = {**(_headers_of(request) or {}), name: value}


def _headers_of(request: Request) -> Optional[Dict[Text, Text]]:
    return getattr(request.ctx, "headers", None)


async def _read_body(request: Request) -> None:
    """Reads a JSON body of MOST_BYTES at most. Raises BadMessage 415, 413 or 408 without reading on."""
    kept = _refuse_the_rest(request)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadMessage("not_json", "Send Content-Type: application/json.", 415)
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise BadMessage("encoded", "Send the body as it is, not compressed.", 415)
    try:
        await asyncio.wait_for(request.receive_body(), BODY_SECONDS)
    except asyncio.TimeoutError:
        raise BadMessage("too_slow", "The request came too slowly. Please send it again.", 408) from None
    except PayloadTooLarge:
        raise BadMessage("too_large", f"A request can have {MOST_BYTES} bytes at most.", 413) from None
    request.stream.keep_alive = kept


def _refuse_the_rest(request: Request) -> bool:
    """Until a body has been read, no other request can follow it: says so, and whether one could have.

    What is read of it after a refusal has a limit, too.
    """
    kept = request.stream.keep_alive
    request.stream.keep_alive, request.stream.request_max_size = False, MOST_BYTES
    return bool(kept)
