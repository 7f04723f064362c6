"""The dispatcher: names each request, sends it to its door, counts the answer."""

import re
import time
from typing import Any

import structlog
from a2wsgi import WSGIMiddleware

from regulars.doors.web.asgi import App, Message, Receive, Scope, Send, answer, header, problem
from regulars.doors.web.body import BodyTooLarge, BodyTooSlow, read_whole
from regulars.doors.web.probes import Probes
from regulars.kit.ids import uuid7

PEOPLE_BODY_BYTES_MAX = 256 * 1024
LARGE_BODY_BYTES_MAX = 1280 * 1024
"""For the few addresses that take a file: a picture of a megabyte, or a list of codes."""
_OWN = frozenset({"/healthz", "/livez", "/readyz", "/metrics"})
_LARGE = re.compile(r"/rewards/[0-9a-f-]{36}/(?:picture|codes)")
_API = re.compile(r"/(?:v1(?:/|$)|openapi|docs)")
_GOOD_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_log = structlog.get_logger(__name__)


def compose(
    *, probes: Probes, api: App | None = None, people: Any = None, people_threads_max: int = 10
) -> "Dispatcher":
    """One ASGI app from its parts: `api` is ASGI, `people` is WSGI and runs in a pool of threads."""
    return Dispatcher(
        probes=probes,
        api=api,
        people=None if people is None else WSGIMiddleware(people, workers=people_threads_max),
    )


class Dispatcher:
    """An ASGI app that owns nothing but the way to the others."""

    def __init__(self, *, probes: Probes, api: App | None, people: Any) -> None:
        self._probes = probes
        self._api = api
        self._people = people

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or accompany the server from its start to its end."""
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        group = group_of(scope["path"])
        request_id = _name(scope)
        sent = 0

        async def send_named(message: Message) -> None:
            nonlocal sent
            if message["type"] == "http.response.start":
                sent = message["status"]
                kept = [pair for pair in message.get("headers", ()) if pair[0].lower() != b"x-request-id"]
                message = {**message, "headers": [*kept, (b"x-request-id", request_id.encode())]}
            await send(message)

        structlog.contextvars.bind_contextvars(
            request_id=request_id
        )  # each request is a task with a context of its own
        try:
            await self._route(group, scope, receive, send_named)
        except Exception:
            _log.exception("a request failed", group=group, method=scope["method"])
            if sent:
                raise
            await problem(send_named, scope, 500, "internal", "Internal error", "Something broke on our side.")
        finally:
            self._probes.metrics.answered(group, sent or 500, time.perf_counter() - started)

    async def _route(self, group: str, scope: Scope, receive: Receive, send: Send) -> None:
        if group == "probe":
            await self._probes(scope, send)
        elif group == "api" and self._api is not None:
            await self._api(scope, receive, send)
        elif group == "people" and self._people is not None:
            await self._to_people(scope, receive, send)
        else:
            await problem(send, scope, 404, "not-found", "Not found", "There is nothing at this address.")

    async def _to_people(self, scope: Scope, receive: Receive, send: Send) -> None:
        bytes_max = LARGE_BODY_BYTES_MAX if _LARGE.fullmatch(scope["path"]) else PEOPLE_BODY_BYTES_MAX
        try:
            whole = await read_whole(scope, receive, bytes_max=bytes_max)
        except BodyTooLarge:
            most = f"{bytes_max // 1024} KiB"
            text = f"That is too much at once: {most} at most.\n内容过大，最多 {most}。\n"
            await answer(send, 413, text.encode(), "text/plain; charset=utf-8", [(b"connection", b"close")])
        except BodyTooSlow:
            text = "The request did not arrive in time. Please try again.\n请求超时，请重试。\n"
            await answer(send, 408, text.encode(), "text/plain; charset=utf-8", [(b"connection", b"close")])
        else:
            await self._people(scope, whole, send)

    async def _lifespan(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_then_close(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown."):
                self._probes.close()
            await send(message)

        if self._api is not None:
            await self._api(scope, receive, send_then_close)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send_then_close({"type": "lifespan.shutdown.complete"})


def group_of(path: str) -> str:
    """Which door a path belongs to: `probe`, `api` or `people`."""
    if path in _OWN:
        return "probe"
    return "api" if _API.match(path) else "people"


def _name(scope: Scope) -> str:
    """The caller's own request id where it is well formed, else a new one; put where every door finds it."""
    given = header(scope, b"x-request-id")
    request_id = given.decode() if _GOOD_ID.fullmatch(given) else uuid7().hex
    scope["headers"] = [
        *((key, value) for key, value in scope["headers"] if key != b"x-request-id"),
        (b"x-request-id", request_id.encode()),
    ]
    scope["state"] = {**scope.get("state", {}), "request_id": request_id}
    return request_id
