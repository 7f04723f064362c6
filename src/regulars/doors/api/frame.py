"""Around every request: an id, limits on the address and the headers, no credentials in the address.

Source: quality/cases 119, 149; design/architecture (doors).
"""

import logging
from urllib.parse import unquote

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from regulars.kit import ids
from regulars.kit.errors import Refusal

from .keys import check_url
from .problems import MEDIA_TYPE, Problem, problem
from .refusals import HeadersTooLarge, UriTooLong

URI_BYTES_MAX = 8000
HEADER_BYTES_MAX = 32_000
SLASH = "\ue000"
"""Stands for a %2F inside one step of the address while the request is routed."""

log = logging.getLogger("regulars.api")


def framed(app: ASGIApp, *, home: str) -> ASGIApp:
    """The app inside its frame; `home` is the address the problem pages stand under.

    A request id that the server before us gave is kept.
    """

    async def frame(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        given = scope.get("state") or {}
        request_id = str(given.get("request_id") or ids.uuid7().hex)
        scope["state"] = {**given, "request_id": request_id, "language": _language(scope)}

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"request-id", request_id.encode()),
                    (b"x-content-type-options", b"nosniff"),
                ]
            await send(message)

        try:
            _check(scope)
        except Refusal as refusal:
            if refusal.code == "credential-in-url":
                log.warning("an API key came in an address; request %s", request_id)
            answer = problem(
                refusal, instance=scope["path"][:200], request_id=request_id, language=_language(scope), home=home
            )
            await _send(send_named, answer)
            return
        await app(scope, receive, send_named)

    return frame


def _check(scope: Scope) -> None:
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    if len(raw_path) + len(query) > URI_BYTES_MAX:
        raise UriTooLong(f"An address has at most {URI_BYTES_MAX} bytes.")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES_MAX:
        raise HeadersTooLarge(f"Headers have at most {HEADER_BYTES_MAX} bytes together.")
    if query:
        check_url(unquote(query.decode("latin-1")))
    if b"%2f" in raw_path.lower():
        kept = raw_path.replace(b"%2F", SLASH.encode()).replace(b"%2f", SLASH.encode())
        scope["path"] = unquote(kept.split(b"?")[0].decode())


def _language(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return "zh" if value[:2].lower() == b"zh" else "en"
    return "en"


async def _send(send: Send, answer: Problem) -> None:
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(answer.body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
