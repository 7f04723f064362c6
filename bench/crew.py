"""Several processes that do the same work at the same time, each on a connection of its own."""

from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter
from types import TracebackType
from typing import Any, TypeAlias

Work: TypeAlias = Callable[[], int]
"""Does what was prepared; answers how many it did."""
Hand: TypeAlias = Callable[[], Work]
"""Prepares the next piece of work."""
Hire: TypeAlias = Callable[..., Hand]
"""Makes a hand: called in its own process with its number, the size of the crew and what the crew was given."""


class Crew:
    """So many processes, as a context."""

    def __init__(self, size: int, hire: Hire, *given: object) -> None:
        spawn = get_context("spawn")
        pairs = [spawn.Pipe() for _ in range(size)]
        self._pipes = [ours for ours, _ in pairs]
        self._hands = [
            spawn.Process(target=_serve, args=(theirs, hire, number, size, *given), daemon=True)
            for number, (_, theirs) in enumerate(pairs)
        ]
        for hand in self._hands:
            hand.start()

    def rate(self) -> float:
        """Pieces a second over all hands, from the first who began to the last who ended."""
        self._tell("prepare")
        self._tell("go")
        began, ended, done = zip(*(pipe.recv() for pipe in self._pipes), strict=True)
        seconds: float = max(ended) - min(began)
        pieces: int = sum(done)
        return pieces / seconds

    def _tell(self, word: str) -> None:
        for pipe in self._pipes:
            pipe.send(word)
        if word == "prepare":
            for pipe in self._pipes:
                pipe.recv()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, broken: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for hand in self._hands:
            hand.join(10)


def _serve(pipe: Connection, hire: Hire, *given: Any) -> None:
    hand = hire(*given)
    try:
        while True:
            pipe.recv()
            work = hand()
            pipe.send("ready")
            pipe.recv()
            began = perf_counter()
            done = work()
            pipe.send((began, perf_counter(), done))
    except (EOFError, OSError):  # the bench has what it wanted
        return
