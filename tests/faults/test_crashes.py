"""Kill -9 under load: nothing that was acknowledged is lost, nothing happens twice, the books stay sound.

Source: quality/targets T2; quality/cases 163, 164.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from regulars.doors.cli.database import as_url
from regulars.kit import db, embedded

from . import processes, shops
from .stage import Stage, is_ready
from .tills import Tills

GIVEN = 1_000_000
"""Points each member begins with, so that redemptions are paid."""


def _tills(dsn: str, shop: shops.Shop, ports, chance, **more) -> Tills:
    with db.connect(dsn) as conn:
        member_ids = shops.join(conn, shop.plan, 20, points=GIVEN)
        reward_id = shops.reward(conn, shop.plan, units_left=None)
    return Tills(ports, shop.key, member_ids, str(reward_id), chance, **more)


async def _killed_in_load(stage: Stage, tills: Tills, cycles: int) -> list[float]:
    """Kill the database again and again while the tills work; how long after it was ready the next answer came."""
    healed = []
    tills.open()
    for _ in range(cycles):
        await asyncio.sleep(tills.chance.uniform(0.3, 0.8))
        stage.kill_database()
        await asyncio.to_thread(processes.until, stage.is_ready)
        ready = time.monotonic()
        while tills.answered_at < ready:
            await asyncio.sleep(0.005)
        healed.append(tills.answered_at - ready)
    await tills.close()
    return healed


def test_case_163_a_database_killed_under_load_loses_nothing_and_doubles_nothing(stage, chance, soak):
    tills = _tills(stage.dsn, stage.shop, [stage.port], chance)
    cycles = soak(6, 100)

    async def story() -> None:
        healed = await _killed_in_load(stage, tills, cycles)
        print(f"{cycles} kills, {len(tills.acked)} acts said yes to, longest healing {max(healed):.2f} s, {tills.told}")
        assert await tills.broken_words() == []
        assert await tills.wrong_balances(GIVEN) == {}

    asyncio.run(story())
    assert tills.told["201"] > cycles
    assert {told for told in tills.told if told.startswith("5")} <= {"503 db-unavailable", "503 overloaded"}
    books = stage.books()
    assert (books.returncode, books.stdout.splitlines()[-1]) == (0, "the books are sound")
    assert stage.run.poll() is None


def test_case_163_without_durable_commits_the_same_story_is_lossy(stage, chance):
    """The negative control: the harness must see what `synchronous_commit = off` loses."""
    tills = _tills(stage.dsn, stage.shop, [stage.port], chance)
    stage.tell_database(
        "alter system set synchronous_commit = off",
        "alter system set wal_writer_delay = '10s'",
        "alter system set wal_writer_flush_after = '1GB'",
        "select pg_reload_conf()",
    )

    async def story() -> list[str]:
        await _killed_in_load(stage, tills, 3)
        return await tills.broken_words()

    lost = asyncio.run(story())
    print(f"lost {len(lost)} of {len(tills.acked)}")
    assert lost != []


@contextmanager
def _served(home: Path, dsn: str, stack: ExitStack) -> Iterator[list["_Part"]]:
    """Two web processes and a worker on one database, as a process manager keeps them."""
    parts = [_Part(home, dsn, "serve-web"), _Part(home, dsn, "serve-web"), _Part(home, dsn, "serve-worker")]
    for part in parts:
        part.start(stack)
    for part in parts:
        part.wait()
    yield parts


class _Part:
    """One process that is started again when it died."""

    def __init__(self, home: Path, dsn: str, name: str) -> None:
        self.name = name
        self.port = processes.free_port()
        self._home = home
        self._env = processes.environ(home, self.port, REGULARS_DATABASE_URL=as_url(dsn))
        self.pid = 0

    def start(self, stack: ExitStack) -> None:
        log = self._home / f"{self.name}-{self.port}.log"
        self.pid = stack.enter_context(processes.running([self.name], self._env, log=log)).pid

    def wait(self) -> None:
        if self.name == "serve-web":
            processes.until(lambda: is_ready(self.port))


async def _parts_killed_in_load(parts, tills: Tills, cycles: int, stack: ExitStack) -> None:
    tills.open()
    for _ in range(cycles):
        await asyncio.sleep(tills.chance.uniform(0.2, 0.5))
        part = tills.chance.choice(parts)
        processes.kill(part.pid)
        killed = time.monotonic()
        while tills.answered_at < killed:  # Others go on while it is gone.
            await asyncio.sleep(0.005)
        part.start(stack)
        await asyncio.to_thread(part.wait)
    await tills.close()


def test_case_164_web_and_worker_killed_under_load_lose_nothing_and_double_nothing(home, chance, soak):
    with ExitStack() as stack:
        dsn = stack.enter_context(embedded.server(home / "postgres"))
        migrate = processes.environ(home, processes.free_port(), REGULARS_DATABASE_URL=as_url(dsn))
        assert processes.said(["migrate"], migrate).returncode == 0
        shop = shops.found(dsn)
        parts = stack.enter_context(_served(home, dsn, stack))
        tills = _tills(dsn, shop, [part.port for part in parts[:2]], chance, pause_seconds=0.05)
        cycles = soak(3, 100)

        async def story() -> None:
            await _parts_killed_in_load(parts, tills, cycles, stack)
            print(f"{cycles} kills, {len(tills.acked)} acts said yes to, {tills.told}")
            assert await tills.broken_words() == []
            assert await tills.wrong_balances(GIVEN) == {}

        asyncio.run(story())
        books = processes.said(["verify"], migrate)
        assert (books.returncode, books.stdout.splitlines()[-1]) == (0, "the books are sound")
    assert tills.told["201"] > cycles
    assert not [told for told in tills.told if told.startswith("5")]
