"""The words of ASGI, and answers small enough to need no framework."""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any, TypeAlias

import msgspec

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers: TypeAlias = Sequence[tuple[bytes, bytes]]


async def answer(send: Send, status: int, body: bytes, content_type: str, headers: Headers = ()) -> None:
    """Send a whole answer. `content_type` is a media type; text is UTF-8."""
    given = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": given})
    await send({"type": "http.response.body", "body": body})


async def problem(
    send: Send, scope: Scope, status: int, code: str, title: str, detail: str, headers: Headers = ()
) -> None:
    """Send an RFC 9457 problem; `code` is its slug in docs/problems.md."""
    body = {
        "type": f"/docs/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "instance": scope["path"],
        "request_id": scope.get("state", {}).get("request_id", ""),
        "retry": "same-request" if status >= 500 else "no",
        "kept": "none",
    }
    await answer(send, status, msgspec.json.encode(body), "application/problem+json", headers)


def header(scope: Scope, name: bytes) -> bytes:
    """The first value of a request header (lower-case name); empty when it is not there."""
    return next((value for key, value in scope["headers"] if key == name), b"")
