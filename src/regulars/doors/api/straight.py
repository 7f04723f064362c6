"""The straight way of requests whose address is fixed: they need no router, which costs more than most answers do.

Source: docs/benchmarks.md (orders): a fifth of the work on an order was finding its way.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from .call import Operation
from .door import Door


class Plain:
    """A request as the door sees it, made of nothing but its ASGI scope."""

    __slots__ = ("headers", "receive", "scope")

    path_params: Mapping[str, str] = {}

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def straight(app: ASGIApp, operations: Sequence[Operation], doors: Sequence[Door]) -> ASGIApp:
    """The app, with its operations of fixed address answered before it looks for a route."""
    fixed: dict[tuple[Any, str], Operation] = {
        (operation.method, operation.path): operation for operation in operations if "{" not in operation.path
    }

    async def way(scope: Scope, receive: Receive, send: Send) -> None:
        operation = fixed.get((scope["method"], scope["path"])) if scope["type"] == ScopeType.HTTP else None
        if operation is None or not doors:
            await app(scope, receive, send)
            return
        response = await doors[0].answer(operation, Plain(scope, receive))
        body: bytes = response.content
        headers = [
            (b"content-type", str(response.media_type).encode()),
            (b"content-length", str(len(body)).encode()),
            *((name.lower().encode(), str(value).encode()) for name, value in response.headers.items()),
        ]
        await send({"type": "http.response.start", "status": response.status_code or 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    return way
