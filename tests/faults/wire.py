"""HTTP/1.1 over asyncio, as little as a till needs: it shows cut and reset connections instead of hiding them."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

BROKEN = (ConnectionError, asyncio.IncompleteReadError, EOFError, OSError)
"""What a caller meets whose connection broke: they cannot know what became of their request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, understood."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem; empty for anything else."""
        return str(self.json().get("code", "")) if self.status >= 400 else ""


class Line:
    """One connection, opened when first used and again after it broke."""

    def __init__(self, port: int, key: str = "") -> None:
        self._port = port
        self._key = key
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def connect(self) -> None:
        """Be connected."""
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port)

    async def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Send a request and read its answer.

        Raises:
            one of `BROKEN`: the connection ended before the whole answer was here.
        """
        await self.connect()
        assert self._open is not None
        reader, writer = self._open
        try:
            writer.write(self._request(method, path, body))
            await writer.drain()
            answer = await _answer(reader)
        except BaseException:
            self.close()
            raise
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    def _request(self, method: str, path: str, body: Any) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        head = [f"{method} {path} HTTP/1.1", "host: till", f"authorization: Bearer {self._key}"]
        if body is not None:
            head += ["content-type: application/json", f"content-length: {len(content)}"]
        return "\r\n".join([*head, "", ""]).encode() + content

    def close(self) -> None:
        """Hang up."""
        if self._open is not None:
            self._open[1].close()
        self._open = None


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(head[0].split(" ")[1]), headers, body)
