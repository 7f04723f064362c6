"""The worker on a bad line and after a kill -9: it keeps its session, and what it began is done once.

Source: quality/cases 164, 183; docs/adr/0008-jobs.md.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from psycopg.conninfo import make_conninfo

from regulars import flows
from regulars.doors.cli.database import as_url
from regulars.kit import db, jobs

from . import processes, proxy, shops
from .conftest import IS_SOAK


def test_the_worker_is_heard_before_it_asks_whether_it_is(database, chance, caplog):
    """Its ear is slow, its voice is not. Asked too early, nobody hears, and ten seconds later the session ends."""
    weather = proxy.Weather(chance, delay_seconds=0.1, is_steady=True, only=1, keeps=True)

    async def story(dsn: str) -> None:
        stop = asyncio.Event()
        working = asyncio.create_task(jobs.work(dsn, {"bake": lambda _: None}, {}, stop=stop))
        async with asyncio.timeout(30):
            while not _place(weather, "there", b"health_check"):
                await asyncio.sleep(0.05)
        await asyncio.sleep(11 if IS_SOAK else 0)
        stop.set()
        await working

    with proxy.before(proxy.to_database(database), weather) as gate, caplog.at_level(logging.WARNING):
        asyncio.run(story(make_conninfo(database, host="127.0.0.1", port=gate)))
    assert 0 < _place(weather, "back", b"LISTEN") < _place(weather, "there", b"health_check")
    assert caplog.messages == []


def _place(weather: proxy.Weather, way: str, word: bytes) -> int:
    """When a piece with that word came by, counted in pieces from 1; 0 when none did."""
    heard = list(weather.heard)
    return next((place for place, (_, went, piece) in enumerate(heard, 1) if went == way and word in piece), 0)


@pytest.mark.skipif(not IS_SOAK, reason="waits until the lease of a killed worker ends: make soak")
def test_case_164_what_a_killed_worker_began_is_done_once_by_the_next(database, home):
    plan = shops.found(database).plan
    at = datetime.now(UTC)
    with db.connect(database) as conn:
        member_id = UUID(shops.join(conn, plan, 1, points=100)[0])
        flows.hold_points(conn, plan, member_id, 60, external_id="basket", at=at - timedelta(hours=1), minutes=20)
        jobs.enqueue(conn, "release_holds")
    env = processes.environ(home, processes.free_port(), REGULARS_DATABASE_URL=as_url(database))
    with db.connect(database) as other, processes.running(["serve-worker"], env, log=home / "first.log") as first:
        other.execute("select from members.member where member_id = %s for update", [member_id])
        with db.connect(database, autocommit=True) as conn:
            processes.until(lambda: _waits(conn))
        processes.kill(first.pid)
        other.rollback()
    with (
        processes.running(["serve-worker"], env, log=home / "second.log"),
        db.connect(database, autocommit=True) as conn,
    ):
        took = processes.until(lambda: _released(conn, member_id) == 1 and jobs.counts(conn) == {}, seconds=90)
        print(f"done by the next worker after {took:.1f} s")
        assert _released(conn, member_id) == 1
        assert flows.verify_books(conn).is_sound


def _waits(conn: db.Conn) -> bool:
    """Whether somebody waits for a lock."""
    return conn.execute("select from pg_stat_activity where wait_event_type = 'Lock'").fetchone() is not None


def _released(conn: db.Conn, member_id: UUID) -> int:
    """How many holds of a member were given back."""
    found = conn.execute("select count(*) from ledger.hold where member_id = %s and state <> 1", [member_id]).fetchone()
    return int(found[0])
