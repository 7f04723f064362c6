"""Web processes on one database, and how much of everything."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.faults import processes
from tests.faults.conftest import chance, home, soak
from tests.faults.stage import is_ready

from regulars.doors.cli.database import as_url

__all__ = ["chance", "home", "soak"]


@pytest.fixture
def webs(database: str, home: Path) -> Iterator[Callable[..., list[int]]]:
    """Start web processes on the database; answers their ports. `program`: Python that each runs before it serves."""
    with ExitStack() as stack:

        def start(count: int, *, program: str = "") -> list[int]:
            ports = [processes.free_port() for _ in range(count)]
            for port in ports:
                env = processes.environ(home, port, REGULARS_DATABASE_URL=as_url(database))
                log = home / f"web-{port}.log"
                stack.enter_context(processes.running(["serve-web"], env, log=log, program=program))
            for port in ports:
                processes.until(lambda port=port: is_ready(port))
            return ports

        yield start
