"""The front door: a shared server per folder, alive exactly as long as somebody uses it."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from regulars.kit.embedded import guard
from regulars.kit.embedded.account import bare_environment
from regulars.kit.embedded.binaries import find_binaries, major_of, within_reach
from regulars.kit.embedded.cluster import prepare
from regulars.kit.embedded.locks import held, is_free
from regulars.kit.embedded.memory import buffers_mb, machine_bytes
from regulars.kit.embedded.place import PORT, Place, ServerDidNotStart, open_run_folder, settle

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "max_connections": "60",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "jit": "off",
}
"""What we set besides PostgreSQL's defaults; everything that makes a commit durable keeps its default."""

_OURS = frozenset({"port", "unix_socket_directories", "unix_socket_permissions", "data_directory"})
_SILENCE_S = 90
"""How long silence is normal: the last statements of a killed server may run for 60 s (statement_timeout)."""
_FAREWELL_S = 15
_LOG_TAIL_CHARS = 2_000
_LOG_BYTES_MAX = 16 * 1024 * 1024


@contextmanager
def server(root: Path, *, pg_bin: str = "", options: Mapping[str, str] | None = None) -> Iterator[str]:
    """A running PostgreSQL whose data live in `root`; yields its DSN (database and role `regulars`).

    Shared: whoever asks second for the same `root`, from any process, gets the same server, with the
    `options` (server settings, name to value) of whoever started it. It stops when its last user is gone,
    even by kill -9; a user who leaves last waits for that, so that a container may end right after.

    Raises:
        BinariesNotFound: no PostgreSQL is installed.
        MajorVersionMismatch: the data need another one.
        ServerDidNotStart: it cannot be used for another reason, which the message names.
    """
    place = settle(root)
    try:
        with held(place.users_lock, shared=True):
            with held(place.start_lock):
                _wake(place, pg_bin, options or {})
                _create_database(place)
            yield place.dsn()
    finally:
        _wait_if_last(place)


def revive(root: Path, *, pg_bin: str = "", options: Mapping[str, str] | None = None) -> None:
    """Start the server of `root` again if it no longer answers; cheap enough to ask every second.

    Meant for a process inside `server(root)`, with the same arguments: without a user it would stop again.

    Raises:
        ServerDidNotStart, BinariesNotFound, MajorVersionMismatch: as `server`.
    """
    place = settle(root)
    if _ping(place) is not pq.Ping.OK:
        with held(place.users_lock, shared=True), held(place.start_lock):
            _wake(place, pg_bin, options or {})


def _wake(place: Place, pg_bin: str, options: Mapping[str, str]) -> None:
    """Let the server answer. The caller holds `start.lock` and shares `users.lock`."""
    if refused := sorted(_OURS & options.keys()):
        raise ValueError(f"not to be set: {', '.join(refused)}")
    if _ping(place) is pq.Ping.OK:
        return
    programs = within_reach(find_binaries(pg_bin), place.account, place.folder / "pg")
    prepare(place, programs, major_of(programs, place.account))
    log_from = _turn_log(place.log)
    waiting, starter = os.pipe()
    try:
        _send_guard(place, programs, options, starter)
    except BaseException:
        os.close(waiting)
        raise
    finally:
        os.close(starter)
    try:
        _wait_for_answer(place, waiting, log_from)
    finally:
        os.close(waiting)  # a guard that still waits for a former server sees this and leaves


def _send_guard(place: Place, programs: Path, options: Mapping[str, str], starter: int) -> None:
    socket_folder = '"' + str(place.run).replace('"', '""') + '"'
    ours = {"port": str(PORT), "unix_socket_directories": socket_folder, "unix_socket_permissions": "0700"}
    settings = {**SETTINGS, "shared_buffers": f"{buffers_mb(machine_bytes())}MB", **options, **ours}
    order = {
        "command": [
            *(str(programs / "postgres"), "-D", str(place.data)),
            *(part for name, value in settings.items() for part in ("-c", f"{name}={value}")),
        ],
        "uid": place.account.uid if place.account else None,
        "gid": place.account.gid if place.account else None,
        "folder": str(place.folder),
        "data": str(place.data),
        "starter": starter,
    }
    log = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        subprocess.run(
            [sys.executable, "-I", "-S", guard.__file__, json.dumps(order)],
            cwd="/",
            env=bare_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[starter],
            start_new_session=True,  # a Ctrl-C in our terminal is for us
            check=True,
        )
    finally:
        os.close(log)


def _wait_for_answer(place: Place, waiting: int, log_from: int) -> None:
    deadline = time.monotonic() + _SILENCE_S
    while (answer := _ping(place)) is not pq.Ping.OK:
        if answer is pq.Ping.REJECT:  # it talks: recovering what a crash left behind takes what it takes
            deadline = time.monotonic() + _SILENCE_S
        if select.select([waiting], [], [], 0.02)[0]:
            raise _did_not_start(place, "ended at once", log_from)
        if time.monotonic() > deadline:
            raise _did_not_start(place, f"gave no answer for {_SILENCE_S} s", log_from)


def _did_not_start(place: Place, what: str, log_from: int) -> ServerDidNotStart:
    with place.log.open("rb") as log:
        log.seek(log_from)
        tail = log.read().decode(errors="replace")[-_LOG_TAIL_CHARS:].strip()
    return ServerDidNotStart(
        f"PostgreSQL {what}. The end of {place.log}:\n{tail}\n"
        "Make room if the disk is full, put back what was moved or given to another account, and start again;"
        " or name a PostgreSQL of your own in REGULARS_DATABASE_URL. The data were not changed."
    )


def _ping(place: Place) -> pq.Ping:
    """Whether the server answers. A refusal for a wrong password or too many connections is an answer."""
    open_run_folder(place)
    if not place.password.exists():
        return pq.Ping.NO_RESPONSE
    return pq.Ping(pq.PGconn.ping(make_conninfo(place.dsn("postgres"), connect_timeout=2).encode()))


def _create_database(place: Place) -> None:
    try:
        with closing(psycopg.connect(place.dsn("postgres"), autocommit=True)) as conn:
            if not conn.execute("select 1 from pg_database where datname = 'regulars'").fetchone():
                conn.execute("create database regulars")
    except psycopg.Error as error:
        raise ServerDidNotStart(f"PostgreSQL in {place.folder} runs but refuses us: {error}") from error


def _wait_if_last(place: Place) -> None:
    """Return at once if others use the server, else when it has stopped (at most 15 s)."""
    deadline = time.monotonic() + _FAREWELL_S
    while not is_free(place.alive_lock) and time.monotonic() < deadline:
        # In this order: the guard never lets go of the lock once it has it, so a shared one is a user's.
        if not is_free(place.users_lock) and is_free(place.users_lock, shared=True):
            return
        time.sleep(0.01)


def _turn_log(log: Path) -> int:
    """Start a new log when it has grown large, keeping one old one; returns the size in bytes."""
    size = log.stat().st_size if log.exists() else 0
    if size > _LOG_BYTES_MAX:
        log.replace(log.with_name(f"{log.name}.1"))
        return 0
    return size
