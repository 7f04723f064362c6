"""The database is not there, full of callers, held up or not the one that may write: each is told by its name.

Source: quality/cases 162, 163, 166, 167, 173.
"""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from regulars.doors.cli.database import as_url
from regulars.kit import db, embedded
from regulars.kit.embedded.account import run_as
from regulars.kit.embedded.binaries import within_reach
from regulars.kit.embedded.place import settle

from . import processes, proxy, shops
from .conftest import IS_SOAK
from .stage import is_ready, status
from .wire import Answer, Line


@contextmanager
def _web(dsn: str, home: Path) -> Iterator[int]:
    """A web process on a database; its port, once it is ready."""
    port = processes.free_port()
    env = processes.environ(home, port, REGULARS_DATABASE_URL=as_url(dsn))
    with processes.running(["serve-web"], env, log=home / "web.log"):
        processes.until(lambda: is_ready(port))
        yield port


@contextmanager
def _server(home: Path, name: str, **options: str) -> Iterator[str]:
    """A migrated database on a server of its own."""
    with embedded.server(home / name, options=options) as dsn:
        env = processes.environ(home, processes.free_port(), REGULARS_DATABASE_URL=as_url(dsn))
        assert processes.said(["migrate"], env).returncode == 0
        yield dsn


def _order(name: str, member_id: str) -> tuple[str, str, dict]:
    at = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    body = {"order_id": name, "member": {"id": member_id}, "currency": "CNY", "total_minor": 100, "occurred_at": at}
    return "POST", "/v1/orders", body


def _redemption(name: str, member_id: str, reward_id: str) -> tuple[str, str, dict]:
    return "POST", f"/v1/rewards/{reward_id}/purchases", {"redemption_id": name, "member_id": member_id}


def _ask(port: int, key: str, *asked: tuple) -> list[Answer]:
    """The answers to requests sent at once, each on a line of its own."""

    async def ask(one: tuple) -> Answer:
        line = Line(port, key)
        try:
            return await line.ask(*one)
        finally:
            line.close()

    async def together() -> list[Answer]:
        return list(await asyncio.gather(*(ask(one) for one in asked)))

    return asyncio.run(together())


def _with_shop(dsn: str) -> tuple[shops.Shop, str, str]:
    """A shop, a member with points, a reward."""
    shop = shops.found(dsn)
    with db.connect(dsn) as conn:
        member_id = shops.join(conn, shop.plan, 1, points=1000)[0]
        reward_id = str(shops.reward(conn, shop.plan, units_left=None))
    return shop, member_id, reward_id


def test_case_162_a_server_that_starts_before_its_database_waits_for_it(database, home, chance):
    port, gate = processes.free_port(), processes.free_port()
    dsn = make_conninfo(database, host="127.0.0.1", port=gate)
    env = processes.environ(home, port, REGULARS_DATABASE_URL=as_url(dsn))
    log = home / "web.log"
    with processes.running(["serve-web"], env, log=log) as web:
        processes.until(lambda: log.read_text() != "")
        assert log.read_text() == f"waiting for PostgreSQL at 127.0.0.1:{gate} (at most 30 s)\n"
        with proxy.before(proxy.to_database(database), proxy.Weather(chance), port=gate):
            processes.until(lambda: is_ready(port))
        assert web.poll() is None


@pytest.mark.skipif(not IS_SOAK, reason="waits half a minute: make soak")
@pytest.mark.parametrize("part", ["serve-web", "serve-worker", "run"])
def test_case_162_a_server_whose_database_does_not_come_ends_with_75(home, part):
    gate = processes.free_port()
    env = processes.environ(
        home, processes.free_port(), REGULARS_DATABASE_URL=f"postgresql://regulars@127.0.0.1:{gate}/regulars"
    )
    done = processes.said([part], env)
    assert done.returncode == 75
    first, last = done.stderr.splitlines()
    assert first == f"waiting for PostgreSQL at 127.0.0.1:{gate} (at most 30 s)"
    assert last.startswith(f"regulars: PostgreSQL at 127.0.0.1:{gate} does not answer: ")


def test_case_163_while_the_database_is_gone_the_server_lives_and_is_not_ready(database, home, chance):
    with ExitStack() as stack:
        line = stack.enter_context(ExitStack())
        gate = line.enter_context(proxy.before(proxy.to_database(database), proxy.Weather(chance)))
        shop, member_id, reward_id = _with_shop(database)
        port = stack.enter_context(_web(make_conninfo(database, host="127.0.0.1", port=gate), home))
        order, redemption = _order("A-1", member_id), _redemption("A-1", member_id, reward_id)
        assert {answer.status for answer in _ask(port, shop.key, order, redemption)} == {201}
        line.close()
        refused = _ask(port, shop.key, _order("A-2", member_id), _redemption("A-2", member_id, reward_id))
        assert {(answer.status, answer.code) for answer in refused} == {(503, "db-unavailable")}
        assert {answer.json()["retry"] for answer in refused} == {"same-request"}
        assert {answer.headers["retry-after"] for answer in refused} == {"1"}
        assert (status(port, "/livez"), status(port, "/readyz")) == (200, 503)
        with proxy.before(proxy.to_database(database), proxy.Weather(chance), port=gate):
            healed = processes.until(lambda: _ask(port, shop.key, redemption)[0].status == 200)
            print(f"healed after {healed:.2f} s")
            assert _ask(port, shop.key, order)[0].status == 200


def test_case_166_a_database_full_of_callers_is_told_as_overloaded(home):
    with _server(home, "postgres", max_connections="24") as dsn:
        shop, member_id, reward_id = _with_shop(dsn)
        with _web(dsn, home) as port, ExitStack() as taken:
            asked = [_order("F-1", member_id), _redemption("F-1", member_id, reward_id)]
            _take_all(dsn, taken)
            refused = _ask(port, shop.key, *asked)
            taken.close()
            assert {(answer.status, answer.code) for answer in refused} == {(503, "overloaded")}
            assert {answer.headers["retry-after"] for answer in refused} == {"1"}
            processes.until(lambda: all(answer.status in {200, 201} for answer in _ask(port, shop.key, *asked)))
        with db.connect(dsn) as conn:
            assert conn.execute("select count(*) from activities.purchase where external_id = 'F-1'").fetchone() == (1,)


def _take_all(dsn: str, taken: ExitStack) -> None:
    """Every connection the server has: end those of others and take their place, until there are no others."""
    mine: list[int] = []
    others = -1
    while others:
        with suppress(psycopg.OperationalError):  # no more room
            while True:
                conn = taken.enter_context(psycopg.connect(dsn, autocommit=True))
                mine.append(conn.info.backend_pid)
        others = conn.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where backend_type = 'client backend' and not pid = any(%s)",
            [mine],
        ).fetchone()[0]


def test_case_167_a_statement_that_does_not_end_is_told_as_busy_and_leaves_nothing(database, home):
    shop, member_id, reward_id = _with_shop(database)
    with db.connect(database, autocommit=True) as conn, _web(database, home) as port:
        conn.execute("""
            create function public.dawdle() returns trigger language plpgsql as
            $$ begin perform pg_sleep(600); return new; end $$
        """)
        for table in ("activities.purchase", "rewards.redemption"):
            conn.execute(f"create trigger dawdle before insert on {table} execute function public.dawdle()")
        asked = [_order("D-1", member_id), _redemption("D-1", member_id, reward_id)]
        refused = _ask(port, shop.key, *asked)
        assert {(answer.status, answer.code) for answer in refused} == {(503, "busy")}
        assert {answer.json()["retry"] for answer in refused} == {"same-request"}
        assert _points(port, shop, member_id) == 1000
        for table in ("activities.purchase", "rewards.redemption"):
            conn.execute(f"drop trigger dawdle on {table}")
        assert [answer.status for answer in _ask(port, shop.key, *asked)] == [201, 201]
        assert _points(port, shop, member_id) == 901


def _points(port: int, shop: shops.Shop, member_id: str) -> int:
    answer = _ask(port, shop.key, ("GET", f"/v1/members/{member_id}/statement", None))[0]
    return int(answer.json()["balance"]["available"])


def test_case_173_after_a_switch_of_primary_the_same_server_writes_to_the_new_one(home):
    with _server(home, "old") as old:
        shop, member_id, _ = _with_shop(old)
        _copy(home, old)
        with embedded.server(home / "new") as new:
            both = make_conninfo(old, host=f"{_host(old)},{_host(new)}", port="5432,5432")
            with _web(make_conninfo(both, target_session_attrs="read-write"), home) as port:
                first = _order("P-1", member_id)
                assert _ask(port, shop.key, first)[0].status == 201
                processes.until(lambda: _knows(new, "P-1"))
                _switch(old, new)
                refused = _ask(port, shop.key, _order("P-2", member_id))[0]
                assert (refused.status, refused.code) == (503, "read-only")
                assert (refused.json()["retry"], refused.headers["retry-after"]) == ("same-request", "5")
                processes.until(lambda: _ask(port, shop.key, _order("P-2", member_id))[0].status == 201)
                assert _ask(port, shop.key, first)[0].status == 200
        assert not _knows(old, "P-2")


def _host(dsn: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(dsn)["host"])


def _copy(home: Path, dsn: str) -> None:
    """A standby of a server, as pg_basebackup makes it, in the folder `new`."""
    old, new = settle(home / "old"), settle(home / "new")
    programs = within_reach(embedded.find_binaries(), old.account, old.folder / "pg")
    to = make_conninfo(dsn, dbname="replication")
    where = old.run / "copy"
    done = run_as(old.account, programs / "pg_basebackup", "-d", to, "-D", where, "-R", "-X", "stream", "-c", "fast")
    assert done.returncode == 0, done.stderr
    where.rename(new.data)
    shutil.copy(old.password, new.password)


def _switch(old: str, new: str) -> None:
    """The standby becomes the primary, and the old one takes no writes any more, from nobody."""
    with psycopg.connect(new, autocommit=True) as conn:
        assert conn.execute("select pg_promote()").fetchone() == (True,)
    with psycopg.connect(old, autocommit=True) as conn:
        conn.execute("alter system set default_transaction_read_only = on")
        conn.execute("select pg_reload_conf()")


def _knows(dsn: str, order: str) -> bool:
    with psycopg.connect(dsn) as conn:
        return conn.execute("select from activities.purchase where external_id = %s", [order]).fetchone() is not None


def test_a_database_that_cannot_start_is_tried_again_until_it_can(stage):
    password = settle(stage.root).password
    away = password.rename(password.with_name("password.away"))
    stage.kill_database()
    processes.until(lambda: "the database is tried again until it starts" in stage.said())
    assert stage.said().count("is tried again") == 1
    assert (stage.run.poll(), status(stage.port, "/livez")) == (None, 200)
    away.rename(password)
    processes.until(stage.is_ready)
    processes.until(lambda: stage.said().count("the database is back") == 1)
