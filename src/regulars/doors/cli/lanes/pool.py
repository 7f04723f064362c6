"""The lanes of this machine and their one feeder."""

import gc
import multiprocessing
import os
import queue
import signal
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Protocol

import msgspec

from regulars import flows
from regulars.kit import db

from .model import Batch, Document, Report
from .work import END, in_transaction, work

BATCH_MAX = 1000
_AHEAD_MAX = 2
_LANES_MAX = 4
_WORTH_DOCUMENTS = 5000
_END_SECONDS_MAX = 30


class LaneEnded(Exception):
    """A lane ended before its work was done; what it had committed stands, so a new start goes on from there."""


def lanes_for(documents: int) -> int:
    """How many lanes are worth their start for so many documents on this machine; 0: none, this process is enough."""
    return 0 if documents < _WORTH_DOCUMENTS else max(1, min(_LANES_MAX, os.cpu_count() or 1))


class Feed(Protocol):
    """Takes documents to the books."""

    def add(self, document: Document, *, at: datetime | None = None) -> None:
        """Put a document in; a full batch is carried out."""
        ...

    def flush(self, *, at: datetime | None = None) -> None:
        """Carry out what waits, and return when it is in the books."""
        ...

    def close(self) -> None:
        """End; what waits is dropped."""
        ...


def opened(dsn: str, program_id: int, count: int, told: Callable[[Report], None]) -> Feed:
    """So many lanes, or this very process when `count` is 0."""
    return Lanes(dsn, program_id, count, told) if count else Here(dsn, program_id, told)


class Here:
    """The same work in this process, for what is too little to start others for."""

    def __init__(self, dsn: str, program_id: int, told: Callable[[Report], None]) -> None:
        self._told = told
        self._conn = db.connect(dsn, autocommit=True)
        self._plan = flows.load(self._conn, program_id)
        self._waiting: list[Document] = []

    def add(self, document: Document, *, at: datetime | None = None) -> None:
        """See Feed."""
        self._waiting.append(document)
        if len(self._waiting) >= BATCH_MAX:
            self.flush(at=at)

    def flush(self, *, at: datetime | None = None) -> None:
        """See Feed."""
        if self._waiting:
            batch, self._waiting = Batch(documents=self._waiting, at=at), []
            self._told(in_transaction(self._conn, self._plan, batch))

    def close(self) -> None:
        """See Feed."""
        self._conn.close()


@dataclass(slots=True, kw_only=True)
class _Lane:
    process: BaseProcess
    line: Connection
    waiting: list[Document] = field(default_factory=list)
    room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_AHEAD_MAX))
    sent: int = 0


class Lanes:
    """Sends documents to lanes and hands every report to `told`, in the thread of the feeder.

    Every document of a member goes to the same lane, in the order it was given, so members are never locked by
    two lanes at once.
    """

    def __init__(self, dsn: str, program_id: int, count: int, told: Callable[[Report], None]) -> None:
        self._told = told
        self._reports: queue.SimpleQueue[Report] = queue.SimpleQueue()
        self._open = 0
        context = multiprocessing.get_context("spawn")
        self._lanes: list[_Lane] = []
        with _deaf():
            for number in range(count):
                ours, theirs = context.Pipe()
                process = context.Process(
                    target=work, args=(dsn, program_id, theirs), name=f"lane {number}", daemon=True
                )
                process.start()
                theirs.close()
                self._lanes.append(_Lane(process=process, line=ours))
        for lane in self._lanes:
            threading.Thread(target=self._listen, args=(lane,), daemon=True).start()

    def add(self, document: Document, *, at: datetime | None = None) -> None:
        """Put a document into its member's lane; a full batch is sent, and waits while the lane is behind.

        Raises:
            LaneEnded: a lane is gone.
        """
        lane = self._lanes[zlib.crc32(document.member.value.encode()) % len(self._lanes)]
        lane.waiting.append(document)
        if len(lane.waiting) >= BATCH_MAX:
            self._send(lane, at)

    def flush(self, *, at: datetime | None = None) -> None:
        """Send what waits and return when every lane has reported.

        Raises:
            LaneEnded: a lane is gone.
        """
        for lane in self._lanes:
            if lane.waiting:
                self._send(lane, at)
        while self._open:
            self._hear(self._reports.get())

    def close(self) -> None:
        """Let the lanes end after the batch they are at."""
        for lane in self._lanes:
            with suppress(OSError):
                lane.line.send_bytes(END)
        for lane in self._lanes:
            lane.process.join(_END_SECONDS_MAX)
            lane.line.close()

    def _send(self, lane: _Lane, at: datetime | None) -> None:
        while not lane.room.acquire(timeout=0.2):
            self._hear_all()
        self._hear_all()
        batch, lane.waiting = Batch(documents=lane.waiting, at=at), []
        try:
            lane.line.send_bytes(msgspec.msgpack.encode(batch))
        except OSError as gone:
            raise LaneEnded("a lane of the import ended unexpectedly") from gone
        self._open += 1

    def _hear_all(self) -> None:
        while not self._reports.empty():
            self._hear(self._reports.get())

    def _hear(self, report: Report) -> None:
        if report.failure:
            raise LaneEnded(report.failure)
        self._open -= 1
        self._told(report)

    def _listen(self, lane: _Lane) -> None:
        decode = msgspec.msgpack.Decoder(Report).decode
        try:
            while True:
                self._reports.put(decode(lane.line.recv_bytes()))
                lane.room.release()
        except (EOFError, OSError):
            self._reports.put(Report(failure="a lane of the import ended unexpectedly"))
            lane.room.release()


@contextmanager
def fed_fast() -> Iterator[None]:
    """While documents are made nobody looks for cycles: they have none, and looking takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _deaf() -> Iterator[None]:
    """Ctrl-C while a lane starts is for the feeder alone: the lane is born ignoring it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
