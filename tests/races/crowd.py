"""A crowd that wants the same at the same instant: over HTTP, or in threads with a connection each."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from tests.faults.stage import open_files
from tests.faults.wire import Answer, Line

from regulars.kit import db

_CONNECT_AT_ONCE = 500
"""What a listening socket keeps for later is bounded, so a crowd comes in through the door in groups."""
R = TypeVar("R")


def ask_at_once(ports: Sequence[int], key: str, asked: Sequence[tuple[str, str, Any]]) -> list[Answer]:
    """All lines are open before the first request is sent; then all are sent together."""
    open_files(len(asked) + 500)

    async def story() -> list[Answer]:
        lines = [Line(ports[number % len(ports)], key) for number in range(len(asked))]
        for start in range(0, len(lines), _CONNECT_AT_ONCE):
            await asyncio.gather(*(line.connect() for line in lines[start : start + _CONNECT_AT_ONCE]))
        try:
            return list(await asyncio.gather(*(line.ask(*one) for line, one in zip(lines, asked, strict=True))))
        finally:
            for line in lines:
                line.close()

    begun = time.monotonic()
    answers = asyncio.run(story())
    seconds = time.monotonic() - begun
    print(f"{len(asked)} at once in {seconds:.1f} s ({len(asked) / seconds:.0f}/s): {counted(answers)}")
    return answers


def counted(answers: Sequence[Answer]) -> Counter[str]:
    """How often which answer came."""
    return Counter(f"{answer.status} {answer.code}".strip() for answer in answers)


def try_at_once(dsn: str, connections: int, count: int, attempt: Callable[[db.Conn, int], R]) -> list[R]:
    """The outcomes of attempts 0 to `count` - 1, each in a transaction of its own, over so many connections at once."""
    outcomes: dict[int, R] = {}
    numbers = iter(range(count))
    lock, start = threading.Lock(), threading.Barrier(connections)
    broken: list[BaseException] = []

    def work() -> None:
        with db.connect(dsn, autocommit=True) as conn:
            start.wait()
            while not broken:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                try:
                    with conn.transaction():
                        outcomes[number] = attempt(conn, number)
                except BaseException as unexpected:
                    broken.append(unexpected)

    begun = time.monotonic()
    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    seconds = time.monotonic() - begun
    if count >= 100:
        print(f"{count} attempts over {connections} connections in {seconds:.1f} s: {count / seconds:.0f} decisions/s")
    return [outcomes[number] for number in range(count)]
