"""The load generator: requests made beforehand, sent over raw sockets from a process of its own; loopback only.

`python -m bench.load` reads a plan as JSON from standard input (see `Plan`) and prints what came of it as JSON.
With a rate, requests leave at fixed times and wait counts from then on, also when all callers are busy.
"""

import asyncio
import json
import statistics
import subprocess
import sys
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from time import perf_counter
from typing import cast

import uvloop


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to send: to which ports, by how many callers, for how long, at which rate (0: as fast as answers come)."""

    ports: Sequence[int]
    secret: str
    callers: int
    seconds: float
    name: str = ""
    rate: float = 0.0
    households: int = 1
    path: str = ""
    """Ask for this page; orders are sent when it is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Good answers a second, and how long a caller waited, in milliseconds."""

    rate: float
    p50_ms: float
    p99_ms: float
    refused: int


REQUESTS_MAX = 8_000
"""Orders made beforehand for each second: more than any server here answers."""


def run(plan: Plan) -> Result:
    """Send the plan from a process of its own."""
    said = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(asdict(plan)),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    result = Result(**json.loads(said.stdout))
    assert result.refused == 0, result
    return result


class _Caller(asyncio.Protocol):
    """One connection: sends a request when the last was answered."""

    def __init__(self, crowd: "_Crowd") -> None:
        self._crowd = crowd
        self._read = b""
        self._since = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports are of no such class

    def send(self, request: bytes, since: float) -> None:
        assert self._transport is not None
        self._since = since
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head = self._read.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._read.lower().find(b"content-length: ", 0, head)
        length = int(self._read[at + 16 : self._read.find(b"\r", at)])
        if len(self._read) < head + 4 + length:
            return
        status = self._read[9:12]
        self._read = b""
        self._crowd.answered(self, status, self._since)

    def connection_lost(self, _: Exception | None) -> None:
        self._crowd.lost()

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


class _Crowd:
    """All callers, what they still have to send, and how long each answer took."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._requests = deque(_requests(plan))
        self._idle: deque[_Caller] = deque()
        self._due: deque[float] = deque()
        self._waits: list[float] = []
        self._statuses: Counter[bytes] = Counter()
        self._until = 0.0
        self._flying = 0
        self._end: asyncio.Event = asyncio.Event()

    async def work(self) -> Result:
        loop = asyncio.get_running_loop()
        callers = []
        for number in range(self._plan.callers):
            port = self._plan.ports[number % len(self._plan.ports)]
            _, caller = await loop.create_connection(lambda: _Caller(self), "127.0.0.1", port)
            callers.append(caller)
        self._idle.extend(callers)
        started = perf_counter()
        self._until = started + self._plan.seconds
        if self._plan.rate:
            await self._pace(started)
        else:
            self._due.extend([started] * len(callers))
            self._match()
        while self._flying:
            self._end.clear()
            await asyncio.wait_for(self._end.wait(), 30)
        took = perf_counter() - started
        for caller in callers:
            caller.close()
        good = sum(count for status, count in self._statuses.items() if status.startswith(b"2"))
        waits = statistics.quantiles(self._waits, n=100, method="inclusive")
        return Result(
            rate=good / took,
            p50_ms=waits[49] * 1000,
            p99_ms=waits[98] * 1000,
            refused=sum(self._statuses.values()) - good,
        )

    async def _pace(self, started: float) -> None:
        """Requests fall due one after the other; whoever is idle takes them."""
        due, step = started, 1 / self._plan.rate
        while due < self._until:
            now = perf_counter()
            while due <= now:
                self._due.append(due)
                due += step
            self._match()
            await asyncio.sleep(0.001)

    def _match(self) -> None:
        while self._idle and self._due:
            assert self._requests, "too few requests were made beforehand"
            self._flying += 1
            self._idle.popleft().send(self._requests.popleft(), self._due.popleft())

    def answered(self, caller: _Caller, status: bytes, since: float) -> None:
        now = perf_counter()
        self._waits.append(now - since)
        self._statuses[status] += 1
        self._flying -= 1
        self._idle.append(caller)
        if not self._plan.rate and now < self._until:
            self._due.append(now)
        self._match()
        self._end.set()

    def lost(self) -> None:
        if self._flying:
            self._statuses[b"000"] += 1
            self._flying -= 1
            self._end.set()


def _requests(plan: Plan) -> list[bytes]:
    head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {plan.secret}\r\nAccept: application/json\r\n"
    count = round(min(plan.rate * 1.05 + 10, REQUESTS_MAX) * plan.seconds if plan.rate else REQUESTS_MAX * plan.seconds)
    if plan.path:
        return [f"GET {plan.path} HTTP/1.1\r\n{head}\r\n".encode()] * count
    dice = Random(plan.name)
    at = datetime.now(UTC) - timedelta(days=30)
    made = []
    for number in range(count):
        amount = dice.randrange(50, 30_000)
        body = json.dumps(
            {
                "order_id": f"{plan.name}-{number}",
                "member": {"identifier": f"external:h{dice.randrange(plan.households)}"},
                "currency": "CNY",
                "total_minor": amount,
                "occurred_at": (at + timedelta(seconds=number)).isoformat(timespec="seconds"),
                "lines": [{"line_id": "1", "sku": f"s{dice.randrange(90_000)}", "amount_minor": amount}],
            }
        )
        size = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        made.append(f"POST /v1/orders HTTP/1.1\r\n{head}{size}\r\n{body}".encode())
    return made


async def _main() -> Result:
    return await _Crowd(Plan(**json.load(sys.stdin))).work()


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(_main()))))
