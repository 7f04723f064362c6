"""How long a caller waits: ten seconds for a slow database, as long as it takes in a crowd that moves.

A request that waits behind many others is served when its turn comes, for the database works as fast as it can.
A request that waits for a database which hardly answers is told so, and what it began is given up.

Source: quality/cases 49, 169.
"""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from regulars.kit import db

from .refusals import Timeout

DEADLINE_SECONDS = 10.0
SLOW_SECONDS = 2.0
"""Work that takes so long shows a slow database: on a good one it takes milliseconds."""
_LOOK_SECONDS = 0.25

T = TypeVar("T")


class Patience:
    """Who waits, since when, and how the database answers at present."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[object], float] = {}
        self._given_up: set[asyncio.Future[object]] = set()
        self._looks = False
        self._lock = threading.Lock()
        self._begun: dict[object, float] = {}
        self._last_seconds = 0.0

    @contextmanager
    def work(self) -> Iterator[None]:
        """Around work on the database, in the thread that does it.

        Raises:
            regulars.kit.db.Overdue: it took longer than the deadline; its connection is closed.
        """
        mark, begun = object(), time.monotonic()
        with self._lock:
            self._begun[mark] = begun
        try:
            with db.within(DEADLINE_SECONDS):
                yield
        finally:
            with self._lock:
                del self._begun[mark]
                self._last_seconds = time.monotonic() - begun

    async def answer(self, coming: asyncio.Future[T], *, since: float) -> T:
        """What comes, or a refusal once a request that came at `since` (monotonic) waited too long.

        Raises:
            Timeout: the database is slow and the deadline is over.
        """
        self._waiting[coming] = since  # type: ignore[index]
        if not self._looks:
            self._looks = True
            asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look)
        try:
            return await coming
        except asyncio.CancelledError:
            if coming in self._given_up:
                raise Timeout("The database is too slow at present; send the same request again.") from None
            raise
        finally:
            del self._waiting[coming]  # type: ignore[arg-type]
            self._given_up.discard(coming)

    def _look(self) -> None:
        if self._is_slow():
            late = time.monotonic() - DEADLINE_SECONDS
            for coming, since in list(self._waiting.items()):
                if since <= late and coming.cancel():
                    self._given_up.add(coming)
        self._looks = bool(self._waiting)
        if self._looks:
            asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look)

    def _is_slow(self) -> bool:
        with self._lock:
            oldest = min(self._begun.values(), default=None)
            runs = 0.0 if oldest is None else time.monotonic() - oldest
            return max(runs, self._last_seconds) > SLOW_SECONDS
