"""Folders any account may enter, and processes that use a server."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from regulars.kit.embedded import server
from regulars.kit.embedded.locks import is_free
from regulars.kit.embedded.place import settle

USER = """
import sys
from pathlib import Path
from regulars.kit.embedded import server
with server(Path(sys.argv[1])) as dsn:
    print(dsn, flush=True)
    sys.stdin.read()
"""


class Use:
    """A process of its own inside `server(root)`."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def dsn(self) -> str:
        """What it may connect with, once it may."""
        assert self.process.stdout is not None
        dsn = self.process.stdout.readline().strip()
        assert dsn, "the process ended before it could use the server"
        return dsn

    def leave(self) -> None:
        """Let it go its way; returns when it has."""
        self.process.communicate("", timeout=30)
        assert self.process.returncode == 0

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def use() -> Iterator[Callable[[Path], Use]]:
    """Start a process that uses the server of a root."""
    begun: list[Use] = []

    def begin(root: Path) -> Use:
        begun.append(Use(root))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()


def _folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="t", dir="/tmp"))
    made.chmod(0o755)
    yield made
    wait_until(lambda: all(is_free(lock) for lock in made.rglob("alive.lock")))
    shutil.rmtree(made)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder any account may enter (pytest's own are closed to the account PostgreSQL runs as)."""
    yield from _folder()


@pytest.fixture(scope="module")
def ready() -> Iterator[Path]:
    """A root with data in it, and nobody using it."""
    for made in _folder():
        with server(made / "ready"):
            pass
        yield made / "ready"


def wait_until(claim: Callable[[], bool]) -> None:
    """Wait until it is so, for half a minute at most."""
    deadline = time.monotonic() + 30
    while not claim():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def postmaster(root: Path) -> int:
    """Process id of the running server."""
    return int((settle(root).data / "postmaster.pid").read_text().split()[0])


def wait_until_gone(root: Path) -> None:
    """Wait until no process of that server is left."""
    wait_until(lambda: is_free(settle(root).alive_lock))


def guard_of(root: Path) -> int:
    """Process id of the guard: the parent of the server."""
    listed = subprocess.run(
        ["ps", "-o", "ppid=", "-p", str(postmaster(root))], capture_output=True, text=True, check=True
    )
    return int(listed.stdout)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends an account to PostgreSQL")
