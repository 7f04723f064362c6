"""Our programs as processes: started as a user starts them, found, killed, waited for."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.kit.embedded.locks import is_free
from regulars.kit.embedded.place import settle

REGULARS = [sys.executable, "-m", "regulars"]
_MAIN = "from regulars.doors.cli import main; main()"


def environ(home: Path, port: int, **more: str) -> dict[str, str]:
    """Our own environment with the settings of one server and no others."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
    return {**plain, "REGULARS_HOME": str(home), "REGULARS_PORT": str(port), "REGULARS_DEMO": "no", **more}


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(claim: Callable[[], bool], seconds: float = 60.0) -> float:
    """Ask again and again until it is so; the seconds it took."""
    begun = time.monotonic()
    pause = threading.Event()
    while not claim():
        assert time.monotonic() < begun + seconds, "waited in vain"
        pause.wait(0.02)
    return time.monotonic() - begun


@contextmanager
def folder_for_anyone() -> Iterator[Path]:
    """pytest's own folders are closed to the account PostgreSQL runs as."""
    made = Path(tempfile.mkdtemp(prefix="faults-", dir="/tmp"))
    made.chmod(0o755)
    try:
        yield made
        until(lambda: all(is_free(lock) for lock in made.rglob("alive.lock")))
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def running(
    arguments: list[str], env: dict[str, str], *, log: Path, program: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """A command of ours; what it says goes to `log`. It is ended, and killed if it does not end.

    `program` is Python that runs in it first: the way to plant a mistake that a harness must find.
    """
    start = [*REGULARS] if not program else [sys.executable, "-c", f"{program}\n{_MAIN}"]
    with log.open("ab") as said:
        process = subprocess.Popen(
            [*start, *arguments], env=env, stdout=said, stderr=said, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def said(arguments: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A short command of ours and what it said."""
    return subprocess.run([*REGULARS, *arguments], env=env, capture_output=True, text=True, check=False)


def parent_of(pid: int) -> int:
    """The process that started it; 0 when there is no such process."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def children_of(pid: int) -> list[int]:
    """Its living children."""
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if parent_of(int(path.name)) == pid]


def kill(pid: int) -> None:
    """Kill -9, whether it still lives or not."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def kill_database(root: Path) -> None:
    """Kill -9 every PostgreSQL process of the embedded server in `root`: what was only in its memory is gone."""
    postmaster = int((settle(root).data / "postmaster.pid").read_text().split()[0])
    for pid in (postmaster, *children_of(postmaster)):
        kill(pid)


def part_of(run: int, name: str) -> int:
    """The process id of a part (`serve-web`, `serve-worker`) of a `regulars run`; 0 when it does not live now."""
    for pid in children_of(run):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if name.encode() in words:
            return pid
    return 0
