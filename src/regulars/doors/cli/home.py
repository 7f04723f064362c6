"""The data folder: one `regulars run` at a time lives in it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.doors.cli.exits import Unavailable


@contextmanager
def occupied(home: Path, address: str) -> Iterator[None]:
    """Hold the folder for this process; the lock ends with the process, however it ends.

    Raises:
        Unavailable: another `regulars run` lives there.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = os.open(home / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            there = os.read(lock, 200).decode() or "elsewhere"
            raise Unavailable(
                f"regulars already runs on {home} at {there}: stop that one, or set REGULARS_HOME"
            ) from taken
        os.ftruncate(lock, 0)
        os.pwrite(lock, address.encode(), 0)
        yield
        os.ftruncate(lock, 0)
    finally:
        os.close(lock)
