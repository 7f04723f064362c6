"""Reading a request's body whole, within limits, before a thread is spent on it."""

import asyncio

from regulars.doors.web.asgi import Message, Receive, Scope, header

BODY_SECONDS_MAX = 20.0


class BodyTooLarge(Exception):
    """The body has more bytes than this door takes."""


class BodyTooSlow(Exception):
    """The body did not arrive in time."""


async def read_whole(scope: Scope, receive: Receive, *, bytes_max: int) -> Receive:
    """A `receive` that gives the whole body at once.

    Raises:
        BodyTooLarge: more than `bytes_max`, announced or sent.
        BodyTooSlow: not there after `BODY_SECONDS_MAX`.
    """
    announced = header(scope, b"content-length")
    if announced.isdigit() and int(announced) > bytes_max:
        raise BodyTooLarge
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            first = await _collect(receive, bytes_max)
    except TimeoutError as slow:
        raise BodyTooSlow from slow
    waiting = [first]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _collect(receive: Receive, bytes_max: int) -> Message:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return message
        body += message.get("body", b"")
        if len(body) > bytes_max:
            raise BodyTooLarge
        if not message.get("more_body", False):
            return {"type": "http.request", "body": bytes(body), "more_body": False}
