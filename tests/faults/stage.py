"""`regulars run` on a folder of its own, with a shop in it: the whole program as a user starts it."""

import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from regulars.kit.embedded.place import settle

from . import processes, shops
from .processes import folder_for_anyone, until

__all__ = ["Stage", "folder_for_anyone"]


@dataclass(frozen=True, slots=True)
class Stage:
    """A running server. `root` is the folder of its PostgreSQL."""

    home: Path
    port: int
    run: subprocess.Popen[bytes]
    shop: shops.Shop
    dsn: str

    @property
    def root(self) -> Path:
        """Where the embedded PostgreSQL lives."""
        return self.home / "postgres"

    @classmethod
    @contextmanager
    def opened(cls, home: Path) -> Iterator["Stage"]:
        """From ready to gone."""
        port = processes.free_port()
        env = processes.environ(home, port)
        with processes.running(["run"], env, log=home / "said.log") as run:
            until(lambda: run.poll() is not None or is_ready(port))
            assert run.poll() is None, (home / "said.log").read_text()
            dsn = settle(home / "postgres").dsn()
            yield cls(home, port, run, shops.found(dsn), dsn)

    def kill_database(self) -> None:
        """Kill -9 all of PostgreSQL."""
        processes.kill_database(self.root)

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        return is_ready(self.port)

    def books(self) -> subprocess.CompletedProcess[str]:
        """What `regulars verify` says of the books."""
        return processes.said(["verify"], processes.environ(self.home, self.port))

    def said(self) -> str:
        """What the processes have said so far."""
        return (self.home / "said.log").read_text(errors="replace")

    def tell_database(self, *statements: str) -> None:
        """Statements outside of a transaction."""
        with psycopg.connect(self.dsn, autocommit=True) as conn:
            for statement in statements:
                conn.execute(statement)  # type: ignore[call-overload]


def is_ready(port: int) -> bool:
    """Whether /readyz says 200 now."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def status(port: int, path: str) -> int:
    """The status of a plain GET."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=15) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code


def open_files(count: int) -> None:
    """Allow this process and its children so many open files."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= count, f"{os.getpid()} may open only {hard} files"
