"""The disk is full, for tables or for the journal: the shop says so, and goes on by itself once there is room.

A small disk is a tmpfs, which only root can mount. Source: quality/targets T7; quality/cases 171, 172.
"""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from regulars.doors.cli.database import as_url
from regulars.kit import db, embedded
from regulars.kit.embedded.place import settle

from . import processes, shops
from .stage import Stage, status
from .tills import Tills
from .wire import Line

GIVEN = 1_000_000
MIB = 1 << 20


def _mount(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["mount", *words], capture_output=True, text=True, check=False)


@contextmanager
def _small_disk(folder: Path, spare_mib: int) -> Iterator[None]:
    """The folder lies on a disk of its own with so much room left; skips where nobody may mount one."""
    if os.geteuid() != 0:
        pytest.skip("a small disk is a tmpfs, and only root can mount one")
    about = folder.stat()
    away = folder.with_name(f"{folder.name}.away")
    folder.rename(away)
    folder.mkdir(mode=0o700)
    size = _used(away) + spare_mib * MIB
    done = _mount("-t", "tmpfs", "-o", f"size={size},mode=0700,uid={about.st_uid},gid={about.st_gid}", "tmpfs", folder)
    if done.returncode != 0:
        pytest.skip(f"this machine mounts no tmpfs: {done.stderr.strip()}")
    try:
        subprocess.run(["cp", "-a", f"{away}/.", folder], check=True)
        shutil.rmtree(away)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def _used(folder: Path) -> int:
    return int(subprocess.run(["du", "-sB1", folder], capture_output=True, text=True, check=True).stdout.split()[0])


def _make_room(folder: Path) -> None:
    done = _mount("-o", "remount,size=1g", str(folder))
    assert done.returncode == 0, done.stderr


@pytest.fixture
def made(home: Path) -> Path:
    """The data folder of a migrated database that nobody uses now."""
    with embedded.server(home / "postgres") as dsn:
        env = processes.environ(home, processes.free_port(), REGULARS_DATABASE_URL=as_url(dsn))
        assert processes.said(["migrate"], env).returncode == 0
    return settle(home / "postgres").data


def _tills(stage: Stage, chance) -> Tills:
    with db.connect(stage.dsn) as conn:
        member_ids = shops.join(conn, stage.shop.plan, 20, points=GIVEN)
        reward_id = shops.reward(conn, stage.shop.plan, units_left=None)
    return Tills([stage.port], stage.shop.key, member_ids, str(reward_id), chance)


async def _told(tills: Tills, word: str) -> None:
    """Wait until a till was told so."""
    async with asyncio.timeout(60):
        while not tills.told[word]:
            await asyncio.sleep(0.02)


async def _goes_on(tills: Tills, done: int) -> None:
    """Wait until tills are told yes again."""
    begun = time.monotonic()
    async with asyncio.timeout(60):
        while len(tills.acked) <= done:
            await asyncio.sleep(0.02)
        print(f"the first yes came {time.monotonic() - begun:.2f} s after there was room")
        while len(tills.acked) < done + 50:
            await asyncio.sleep(0.02)


async def _held_to_their_word(tills: Tills) -> None:
    await tills.close()
    assert await tills.broken_words() == []
    assert await tills.wrong_balances(GIVEN) == {}
    print(f"{len(tills.acked)} acts said yes to, {tills.told}")


def test_case_171_a_disk_full_of_tables_is_told_reading_goes_on_and_room_is_enough(made, home, chance):
    with _small_disk(made / "base", spare_mib=24), Stage.opened(home) as stage:
        tills = _tills(stage, chance)

        async def story() -> None:
            tills.open()
            await _told(tills, "201")
            _fill(made / "base")
            await _told(tills, "507 storage-full")
            line = Line(stage.port, stage.shop.key)
            answer = await line.ask("GET", f"/v1/members/{tills.member_ids[0]}/statement")
            line.close()
            assert answer.status == 200
            assert await asyncio.to_thread(status, stage.port, "/readyz") == 200
            done = len(tills.acked)
            _make_room(made / "base")
            await _goes_on(tills, done)
            await _held_to_their_word(tills)

        asyncio.run(story())
        assert stage.books().returncode == 0
        assert {told for told in tills.told if told[0] == "5"} == {"507 storage-full"}


def _fill(folder: Path) -> None:
    """Take the room that is left, to the last page."""
    with (folder / "ballast").open("wb", buffering=0) as file:
        for piece in (b"\0" * MIB, b"\0" * 4096):
            try:
                while True:
                    file.write(piece)
            except OSError:
                continue


def test_case_172_a_disk_full_of_journal_stops_the_database_and_room_is_enough(made, home, chance):
    with _small_disk(made / "pg_wal", spare_mib=40), Stage.opened(home) as stage:
        tills = _tills(stage, chance)

        async def story() -> None:
            tills.open()
            await _told(tills, "201")
            await asyncio.to_thread(_fill_journal, stage.dsn)
            await _told(tills, "503 db-unavailable")
            await asyncio.to_thread(processes.until, lambda: "is tried again until it starts" in stage.said())
            assert await asyncio.to_thread(status, stage.port, "/livez") == 200
            done = len(tills.acked)
            _make_room(made / "pg_wal")
            await _goes_on(tills, done)
            await _held_to_their_word(tills)

        asyncio.run(story())
        assert stage.books().returncode == 0
        assert stage.run.poll() is None
        assert "the database is back" in stage.said()


def _fill_journal(dsn: str) -> None:
    """Write into the journal until the server dies of it."""
    with suppress(psycopg.OperationalError), psycopg.connect(dsn, autocommit=True) as conn:
        while True:
            conn.execute("select pg_logical_emit_message(false, 'ballast', repeat('x', 1000000), true)")
