"""Web processes under measurement, each on a port of its own, on loopback."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from regulars.doors.cli.database import as_url
from regulars.kit import clock, db
from regulars.records import access

_PATIENCE_S = 60


@contextmanager
def served(dsn: str, *, module: str = "regulars") -> Iterator[int]:
    """One process of `python -m MODULE serve-web`; yields its port when it answers."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as home:
        environ = {
            **os.environ,
            "REGULARS_DATABASE_URL": as_url(dsn),
            "REGULARS_HOME": home,
            "REGULARS_PORT": str(port),
            "REGULARS_LOG": "json",
        }
        process = subprocess.Popen([sys.executable, "-m", module, "serve-web"], env=environ, stdout=subprocess.DEVNULL)
        try:
            _wait(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def secret(conn: db.Conn, program_id: int) -> str:
    """A new API key."""
    scopes = {access.Scope.CHECKOUT, access.Scope.ADMIN}
    _, told = access.issue(conn, program_id=program_id, label="bench", scopes=scopes, at=clock.now())
    conn.commit()
    return told


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            assert process.poll() is None, "the web process ended"
            assert time.monotonic() < until, "the web process stays silent"
            time.sleep(0.1)
