"""A bad line on purpose: a TCP proxy that is slow, stalls, resets, and cuts answers off after the work was done.

It stands before the web (HTTP) or before PostgreSQL, in a thread and a loop of its own, so that the test may block.
"""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from psycopg.conninfo import conninfo_to_dict

_CHUNK = 64 * 1024
Open = Callable[[], "asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]"]


@dataclass(slots=True)
class Weather:
    """How bad the line is; may be changed while it is used.

    `delay_seconds`: each piece, either way, at most so long (evenly spread), or exactly so long if `is_steady`.
    `reset_ratio`: requests whose connection is reset before they are passed on. `cut_ratio`: answers that are thrown
    away, for the connection is reset once they came. `stall_ratio`: pieces that come `stall_seconds` late, as a packet
    does that was lost and sent again. `only`: the one connection whose pieces are late, counted from 1; 0 is all.
    """

    chance: random.Random
    delay_seconds: float = 0.0
    is_steady: bool = False
    reset_ratio: float = 0.0
    cut_ratio: float = 0.0
    stall_ratio: float = 0.0
    stall_seconds: float = 0.0
    only: int = 0
    cuts: int = 0
    resets: int = 0
    heard: list[tuple[int, str, bytes]] = field(default_factory=list)
    """What passed, if `keeps`: number of the connection, `there` or `back`, the piece."""
    keeps: bool = False

    def late(self, number: int) -> float:
        """Seconds the next piece on a connection is late."""
        if self.only not in {0, number}:
            return 0.0
        wait = self.delay_seconds if self.is_steady else self.chance.uniform(0, self.delay_seconds)
        return wait + (self.stall_seconds if self.chance.random() < self.stall_ratio else 0.0)


@contextmanager
def before(open_there: Open, weather: Weather, *, port: int = 0) -> Iterator[int]:
    """A bad line before a server; yields the port where it begins (0: any free one)."""
    loop = asyncio.new_event_loop()
    line = _Line(open_there, weather, port)
    started = threading.Event()

    def live() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(line.start())
        started.set()
        loop.run_forever()
        loop.run_until_complete(line.stop())
        loop.close()

    thread = threading.Thread(target=live, name="bad-line", daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield line.port
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def to_database(dsn: str) -> Open:
    """Leads to a PostgreSQL."""
    where = conninfo_to_dict(dsn)
    host, port = str(where["host"]), int(where.get("port") or 5432)
    return to_socket(f"{host}/.s.PGSQL.{port}") if host.startswith("/") else to_port(port)


def to_port(port: int) -> Open:
    """Leads to a TCP port of this machine."""
    return lambda: asyncio.ensure_future(asyncio.open_connection("127.0.0.1", port))


def to_socket(path: str) -> Open:
    """Leads to a socket file, such as PostgreSQL's."""
    return lambda: asyncio.ensure_future(asyncio.open_unix_connection(path))


class _Line:
    def __init__(self, open_there: Open, weather: Weather, port: int) -> None:
        self._open_there = open_there
        self._weather = weather
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self.port = port

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port, backlog=1024)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        await asyncio.sleep(0.05)  # Who was let in a moment ago has a task by now.
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._count += 1
        task = asyncio.get_running_loop().create_task(self._join(self._count, reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await self._open_there()
        except OSError:
            _reset(writer)
            return
        ways = (
            asyncio.ensure_future(self._carry(number, reader, there_writer, "there", writer)),
            asyncio.ensure_future(self._carry(number, there_reader, writer, "back", writer)),
        )
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, there_writer):
                end.close()

    async def _carry(
        self,
        number: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: str,
        caller: asyncio.StreamWriter,
    ) -> None:
        weather = self._weather
        with suppress(OSError):
            while piece := await reader.read(_CHUNK):
                if weather.keeps:
                    weather.heard.append((number, way, piece))
                if way == "there" and weather.chance.random() < weather.reset_ratio:
                    weather.resets += 1
                    _reset(caller)
                    return
                if way == "back" and weather.chance.random() < weather.cut_ratio:
                    weather.cuts += 1
                    _reset(caller)
                    return
                if (late := weather.late(number)) > 0:
                    await asyncio.sleep(late)
                writer.write(piece)
                await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a broken line does: with RST, without a word."""
    end: socket.socket | None = writer.get_extra_info("socket")
    if end is not None:
        with suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
