"""The guard of one PostgreSQL: starts it, waits until nobody uses it or it dies, and goes with it.

Run as a script by `server.py`, with nothing but the standard library: it outlives the command that started
it, for others may be using the server by then. Its one argument is JSON, see `main`.
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

FAST_SHUTDOWN_S = 60
"""After so long a fast shutdown becomes an immediate one: commits are safe, the next start recovers."""
ORPHANS_S = 5
"""So long the children of a killed server have to notice; then they are killed as well."""
_PR_SET_PDEATHSIG = 1


def main(given: str) -> int:
    """Guard the server described by `given`; returns what PostgreSQL exited with, 0 if it was not started.

    `command`: how to start postgres · `uid`, `gid`: as whom (null: as we are) · `folder`, `data`: where its
    files are · `starter`: descriptor of a pipe whose other end the starter holds while it waits. Anybody can
    read a command line, so nothing secret is in it.
    """
    order = json.loads(given)
    if os.fork():  # the starter reaps this half at once; the other belongs to nobody
        os._exit(0)
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda *_: None)  # a handler, not SIG_IGN: PostgreSQL shall not inherit it
    folder = Path(order["folder"])
    alive = os.open(folder / "alive.lock", os.O_RDWR | os.O_CREAT, 0o600)
    if not _former_server_gone(alive, order["starter"], Path(order["data"])):
        return 0
    env = _past_stale_pid_file(dict(os.environ), Path(order["data"]) / "postmaster.pid")
    postgres = _start(order["command"], env, order["uid"], order["gid"], alive)
    threading.Thread(target=_stop_when_unused, args=(folder / "users.lock", postgres), daemon=True).start()
    return postgres.wait()


def _former_server_gone(alive: int, starter: int, data: Path) -> bool:
    """Wait for the lock every process of a dying server holds; give up when the starter no longer waits.

    A child that hangs would hold it for good once its server was killed, so after a while such orphans are ended.
    """
    hung_up = select.poll()
    hung_up.register(starter, 0)  # POLLERR: nobody holds the reading end
    patience = time.monotonic() + ORPHANS_S
    while not hung_up.poll(20):
        try:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= patience:
                _end_orphans(alive, data)
                patience += 1
            continue
        return True
    return False


def _end_orphans(alive: int, data: Path) -> None:
    """Kill what is left of a server whose first process is dead (Linux; elsewhere we go on waiting).

    Ours are those that work in `data` and hold the lock: neither a shell somebody left there nor the former guard.
    """
    if sys.platform != "linux" or not data.exists():
        return
    lock, home = os.fstat(alive), data.stat()
    orphans = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    orphans = [pid for pid in orphans if _belongs(pid, lock, home)]
    if _first_process(data) in orphans:
        return  # it is shutting down by itself
    for pid in orphans:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            if _belongs(pid, lock, home):  # looked at again: the number is now held by the handle
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        except ProcessLookupError:
            pass
        finally:
            os.close(handle)


def _belongs(pid: int, lock: os.stat_result, home: os.stat_result) -> bool:
    process = Path("/proc") / str(pid)
    try:
        return os.path.samestat((process / "cwd").stat(), home) and any(
            os.path.samestat(held.stat(), lock) for held in (process / "fd").iterdir()
        )
    except OSError:  # it is gone, or somebody else's
        return False


def _first_process(data: Path) -> int:
    """The process that started the others, by its own word; 0 if it left none."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return 0


def _past_stale_pid_file(env: dict[str, str], pid_file: Path) -> dict[str, str]:
    """The environment in which postgres starts although a killed predecessor left its pid file.

    The number in it may be a stranger's by now, and postgres would refuse to start; told that it is a
    grandparent, it relies on its shared-memory check instead. We delete nothing of its.
    """
    try:
        return {**env, "PG_GRANDPARENT_PID": pid_file.read_text().split("\n", 1)[0]}
    except FileNotFoundError:
        return env


def _start(
    command: list[str], env: dict[str, str], uid: int | None, gid: int | None, alive: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
        env=env,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        pass_fds=[alive],
        start_new_session=True,
        preexec_fn=_die_with(os.getpid()),
    )


def _die_with(guard: int) -> Callable[[], None]:
    """What the child does between fork and exec: ask Linux for a fast shutdown should the guard be killed."""
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def ask() -> None:  # runs after setuid, which would have cleared the wish
        if prctl is not None:
            prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != guard:
                os._exit(1)

    return ask


def _stop_when_unused(users: Path, postgres: subprocess.Popen[bytes]) -> None:
    """Wait for the lock all users share; it is ours until we exit, so that newcomers wait for the end."""
    lock = os.open(users, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    postgres.send_signal(signal.SIGINT)
    time.sleep(FAST_SHUTDOWN_S)
    postgres.send_signal(signal.SIGQUIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
