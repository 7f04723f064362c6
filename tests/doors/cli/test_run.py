"""`regulars run` as people use it: one command, one line when ready, nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from regulars.doors.cli.database import as_url
from regulars.kit import embedded

RUN = [sys.executable, "-m", "regulars", "run"]


def _environ(home: Path, port: int, **more: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("REGULARS_")}
    return {**plain, "REGULARS_HOME": str(home), "REGULARS_PORT": str(port), "REGULARS_DEMO": "no", **more}


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _running(home: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The command, from its ready line on; its processes are ended if the test did not."""
    with subprocess.Popen(
        RUN,
        env=_environ(home, port),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as run:
        try:
            for line in run.stdout:
                if line == f"ready: http://127.0.0.1:{port}\n":
                    break
            else:
                raise AssertionError(f"ended with {run.wait()} before it was ready")
            yield run
        finally:
            if run.poll() is None:
                run.send_signal(signal.SIGTERM)


def _children_of(home: Path) -> list[str]:
    """Command lines of living processes that know this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = process.joinpath("cmdline").read_bytes() + process.joinpath("environ").read_bytes()
            is_ours = str(home).encode() in words and process.name != str(os.getpid())
        except OSError:
            continue
        if is_ours:
            found.append(process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def _get(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return int(answer.status)


def _pid_of(home: Path, word: str) -> int:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_it = (
                word.encode() in process.joinpath("cmdline").read_bytes()
                and str(home).encode() in process.joinpath("environ").read_bytes()
            )
        except OSError:
            continue
        if is_it:
            return int(process.name)
    raise AssertionError(f"no {word} process")


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _until(is_so, tries: int = 300) -> bool:
    """Whether something became so while we asked again and again, for at most half a minute."""
    pause = threading.Event()
    return any(is_so() or pause.wait(0.1) for _ in range(tries))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_becomes_ready_and_ends_without_a_trace(tmp_path, number, code):
    port = _free_port()
    with _running(tmp_path, port) as run:
        assert _get(port, "/readyz") == 200
        assert [word for word in ("serve-web", "serve-worker") if not _pid_of(tmp_path, word)] == []
        run.send_signal(number)
        assert run.wait(30) == code
    assert _until(lambda: _children_of(tmp_path) == []), _children_of(tmp_path)


def test_a_second_start_keeps_the_data(tmp_path):
    port = _free_port()
    with _running(tmp_path, port) as run:
        run.send_signal(signal.SIGINT)
        assert run.wait(30) == 130
    with embedded.server(tmp_path / "postgres") as dsn, psycopg.connect(dsn) as conn:
        conn.execute("create table public.mark as select 7 as n")
    with _running(tmp_path, port) as run:
        assert _get(port, "/readyz") == 200
    with embedded.server(tmp_path / "postgres") as dsn, psycopg.connect(dsn) as conn:
        assert conn.execute("select n from public.mark").fetchall() == [(7,)]


def test_a_second_run_on_the_same_home_is_told_where_the_first_is(tmp_path):
    port = _free_port()
    with _running(tmp_path, port):
        second = subprocess.run(RUN, env=_environ(tmp_path, _free_port()), capture_output=True, text=True, check=False)
    assert second.returncode == 75
    assert second.stderr == (
        f"regulars: regulars already runs on {tmp_path} at http://127.0.0.1:{port}:"
        " stop that one, or set REGULARS_HOME\n"
    )


def test_what_dies_is_started_again(tmp_path):
    port = _free_port()
    with _running(tmp_path, port):
        web, worker = _pid_of(tmp_path, "serve-web"), _pid_of(tmp_path, "serve-worker")
        os.kill(web, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        assert _get(port, "/readyz") == 200  # The connection waits in the socket until the next web process.
        assert _until(lambda: _pid_of(tmp_path, "serve-worker") != worker)


def test_when_the_command_is_killed_its_processes_end_too(tmp_path):
    port = _free_port()
    with _running(tmp_path, port) as run:
        run.kill()
        run.wait()
    assert _until(lambda: _children_of(tmp_path) == []), _children_of(tmp_path)


def test_a_killed_database_comes_back(tmp_path):
    port = _free_port()
    with _running(tmp_path, port):
        with embedded.server(tmp_path / "postgres") as dsn, psycopg.connect(dsn) as conn:
            postmaster = _parent_of(conn.info.backend_pid)
        os.kill(postmaster, signal.SIGKILL)

        def is_ready() -> bool:
            try:
                return _get(port, "/readyz") == 200
            except urllib.error.HTTPError:
                return False

        assert _until(is_ready)


def test_a_port_in_use_is_said_in_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(RUN, env=_environ(tmp_path, port), capture_output=True, text=True, check=False)
    assert done.returncode == 75
    assert done.stderr == f"regulars: cannot listen on 127.0.0.1:{port}: address already in use; set REGULARS_PORT\n"
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ({"REGULARS_PROT": "1"}, r"REGULARS_PROT is not a setting; did you mean REGULARS_PORT\?"),
        ({"REGULARS_PORT": "99999"}, r"REGULARS_PORT=99999 is not a port \(1 to 65535\)"),
        ({"REGULARS_PORT": "http"}, r"REGULARS_PORT='http' is not a whole number"),
        ({"REGULARS_DEBUG": "1", "REGULARS_HOST": "0.0.0.0"}, r"REGULARS_DEBUG is on"),
    ],
)
def test_a_setting_that_cannot_be_used_ends_the_start(tmp_path, setting, line):
    environ = {**_environ(tmp_path, 8787), **setting}
    done = subprocess.run(RUN, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (78, 1)
    assert re.search(line, done.stderr)
    assert list(tmp_path.iterdir()) == []


def test_a_word_that_is_no_command_is_a_usage_fault():
    line = [sys.executable, "-m", "regulars", "runn"]
    done = subprocess.run(line, env=_environ(Path("unused"), 8787), capture_output=True, text=True, check=False)
    assert done.returncode == 64


@pytest.mark.parametrize("part", ["serve-web", "serve-worker"])
def test_a_part_does_not_half_start_on_an_older_database(part, empty_database, tmp_path):
    environ = _environ(tmp_path, _free_port(), REGULARS_DATABASE_URL=as_url(empty_database))
    line = [sys.executable, "-m", "regulars", part]
    done = subprocess.run(line, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (78, "regulars: schema 0 < 1: run regulars migrate\n")
