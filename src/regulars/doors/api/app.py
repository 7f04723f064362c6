"""The ASGI app of the machine's door."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.status_codes import HTTP_405_METHOD_NOT_ALLOWED

from regulars.kit import crypto
from regulars.kit.errors import Refusal
from regulars.kit.settings import Settings

from . import openapi, pages
from .call import Operation
from .door import Door
from .frame import framed
from .operations import OPERATIONS
from .problems import MEDIA_TYPE, problem, understood
from .refusals import MethodNotAllowed, NotFound
from .straight import straight

HOME = "https://regulars.example"
"""Where the problem pages stand when no public address is set."""

Handler = Callable[[Request[Any, Any, Any]], Coroutine[Any, Any, Response[bytes]]]


def create(settings: Settings, dsn: str) -> Litestar:
    """The API over the database `dsn`; it opens its connections when it starts and closes them when it stops.

    Raises:
        KeyUnusable: the key file of `settings.home` cannot be used.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealer = crypto.sealer(settings.home)
    home = (settings.public_url or HOME).rstrip("/")
    doors: list[Door] = []

    @asynccontextmanager
    async def opened(_: Litestar) -> AsyncIterator[None]:
        door = Door(dsn=dsn, sealer=sealer, home=home)
        doors.append(door)
        try:
            yield
        finally:
            doors.remove(door)
            await door.close()

    def refused(request: Request[Any, Any, Any], broken: Exception) -> Response[bytes]:
        return _unrouted(request, broken, home)

    app = Litestar(
        route_handlers=[
            *(_route(operation, doors) for operation in OPERATIONS),
            *pages.routes(openapi.document(home)),
        ],
        lifespan=[opened],
        openapi_config=None,
        exception_handlers={HTTPException: refused, Exception: refused},
        logging_config=None,
    )
    app.asgi_handler = framed(straight(app.asgi_handler, OPERATIONS, doors), home=home)
    return app


def _route(operation: Operation, doors: list[Door]) -> HTTPRouteHandler:
    async def answer(request: Request[Any, Any, Any]) -> Response[bytes]:
        return await doors[0].answer(operation, request)

    return route(operation.method, operation.path, answer)


def route(method: str, path: str, answer: Handler) -> HTTPRouteHandler:
    """A route whose address is written as in OpenAPI."""
    return HTTPRouteHandler(path.replace("}", ":str}"), http_method=method, status_code=200)(answer)  # type: ignore[arg-type]


def _unrouted(request: Request[Any, Any, Any], broken: Exception, home: str) -> Response[bytes]:
    """What never reached an operation: no such address, no such method, or a mistake on the way."""
    refusal: Refusal = understood(broken)
    if isinstance(broken, HTTPException):
        refusal = NotFound("There is nothing at this address.")
        if broken.status_code == HTTP_405_METHOD_NOT_ALLOWED:
            allow = (broken.headers or {}).get("allow", "")
            refusal = MethodNotAllowed(f"Use one of: {allow}.", facts={"allow": allow})
    state = request.scope["state"]
    made = problem(
        refusal,
        instance=request.scope["path"],
        request_id=state["request_id"],
        language=state["language"],
        home=home,
    )
    return Response(made.body, status_code=made.status, media_type=MEDIA_TYPE, headers=dict(made.headers))
