"""A database that answers, but late, in pieces or not every time: every request ends in time and happens once.

Source: quality/cases 169.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from psycopg.conninfo import make_conninfo

from regulars.doors.cli.database import as_url
from regulars.kit import db

from . import processes, proxy, shops
from .conftest import IS_SOAK
from .stage import is_ready
from .tills import Tills
from .wire import Answer, Line

DEADLINE_SECONDS = 10
SLACK_SECONDS = 3
"""For a busy machine: the deadline is looked at four times a second."""


@dataclass(frozen=True, slots=True)
class _Slow:
    dsn: str
    shop: shops.Shop
    port: int
    weather: proxy.Weather
    member_ids: list[str]
    reward_id: str


@pytest.fixture
def slow(database, home, chance) -> Iterator[_Slow]:
    """A web process whose way to its database is as bad as the weather."""
    with _served(database, home, chance) as found:
        yield found


@contextmanager
def _served(database, home, chance) -> Iterator[_Slow]:
    shop = shops.found(database)
    with db.connect(database) as conn:
        member_ids = shops.join(conn, shop.plan, 20, points=10_000)
        reward_id = shops.reward(conn, shop.plan, units_left=None)
    weather = proxy.Weather(chance)
    port = processes.free_port()
    with proxy.before(proxy.to_database(database), weather) as bad:
        dsn = make_conninfo(database, host="127.0.0.1", port=bad)
        env = processes.environ(home, port, REGULARS_DATABASE_URL=as_url(dsn))
        with processes.running(["serve-web"], env, log=home / "web.log"):
            processes.until(lambda: is_ready(port))
            yield _Slow(database, shop, port, weather, member_ids, str(reward_id))


def _order(slow: _Slow, number: int) -> tuple[str, str, dict]:
    at = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    member = {"id": slow.member_ids[number % len(slow.member_ids)]}
    body = {"order_id": f"S-{number}", "member": member, "currency": "CNY", "total_minor": 100, "occurred_at": at}
    return "POST", "/v1/orders", body


def _redemption(slow: _Slow, number: int) -> tuple[str, str, dict]:
    member_id = slow.member_ids[number % len(slow.member_ids)]
    body = {"redemption_id": f"R-{number}", "member_id": member_id}
    return "POST", f"/v1/rewards/{slow.reward_id}/purchases", body


async def _at_once(slow: _Slow, asked: list[tuple]) -> list[Answer]:
    """The answers to requests sent at one instant, each of which must come before the deadline."""

    async def ask(one: tuple) -> Answer:
        line = Line(slow.port, slow.shop.key)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS + SLACK_SECONDS):
                return await line.ask(*one)
        finally:
            line.close()

    return list(await asyncio.gather(*(ask(one) for one in asked)))


async def _until_done(slow: _Slow, one: tuple) -> Answer:
    """The answer to a request that is sent again as long as it is told to be."""
    line = Line(slow.port, slow.shop.key)
    async with asyncio.timeout(60):
        while (answer := await line.ask(*one)).status >= 500:
            await asyncio.sleep(0.5)
    line.close()
    return answer


def test_case_169_a_database_that_needs_seconds_for_everything_is_told_as_timeout(slow):
    asked = [_order(slow, n) for n in range(20)] + [_redemption(slow, n) for n in range(30)]
    asked.append(("GET", f"/v1/members/{slow.member_ids[0]}/statement", None))
    assert {a.status for a in asyncio.run(_at_once(slow, asked[:1]))} == {201}
    slow.weather.delay_seconds, slow.weather.is_steady = 5.0, True
    refused = asyncio.run(_at_once(slow, asked[1:]))
    slow.weather.delay_seconds = 0.0
    told = Counter((answer.status, answer.code) for answer in refused)
    print(told)
    assert told[504, "timeout"] > 0
    assert set(told) <= {(504, "timeout"), (503, "db-unavailable"), (503, "overloaded")}
    assert {answer.json()["retry"] for answer in refused} == {"same-request"}
    for one in asked:
        assert asyncio.run(_until_done(slow, one)).status in {200, 201}
    with db.connect(slow.dsn) as conn:
        assert conn.execute("select count(*) from rewards.redemption").fetchone() == (30,)
        assert conn.execute("select count(*) from activities.purchase where total_minor = 100").fetchone() == (20,)


def _exchanges(slow: _Slow, one: tuple) -> int:
    """How often one request went to the database and back, without the look-up of its key."""
    assert asyncio.run(_at_once(slow, [("GET", "/v1/rewards", None)]))[0].status == 200
    slow.weather.heard.clear()
    slow.weather.keeps = True
    assert asyncio.run(_at_once(slow, [one]))[0].status == 201
    slow.weather.keeps = False
    return sum(way == "there" for _, way, _ in slow.weather.heard)


@pytest.mark.skipif(not IS_SOAK, reason="a crowd at 150 ms an exchange takes its time: make soak")
def test_case_169_at_150_milliseconds_an_exchange_a_crowd_is_answered_before_the_deadline(slow):
    for one in (_order(slow, -1), _redemption(slow, -1)):
        print(f"{_exchanges(slow, one)} exchanges with the database for {one[1]}")
    slow.weather.delay_seconds, slow.weather.is_steady = 0.075, True
    asked = [_order(slow, n) for n in range(50)] + [_redemption(slow, n) for n in range(50)]
    answers = asyncio.run(_at_once(slow, asked))
    told = {(answer.status, answer.code) for answer in answers}
    print(sorted(told), sum(answer.status == 201 for answer in answers), "of", len(answers), "done at once")
    assert told <= {(201, ""), (504, "timeout"), (503, "overloaded")}
    assert (201, "") in told
    slow.weather.delay_seconds = 0.0
    for one in asked:
        assert asyncio.run(_until_done(slow, one)).status in {200, 201}


def test_case_169_with_a_third_late_and_each_tenth_reset_all_happens_once(slow, chance, soak):
    slow.weather.stall_ratio, slow.weather.stall_seconds, slow.weather.reset_ratio = 0.3, 0.1, 0.02
    tills = Tills([slow.port], slow.shop.key, slow.member_ids, slow.reward_id, chance)

    async def story() -> None:
        tills.open(acts_max=soak(24, 1000))
        await tills.finish()
        slow.weather.stall_ratio = slow.weather.reset_ratio = 0.0
        assert await tills.broken_words() == []
        assert await tills.wrong_balances(10_000) == {}

    asyncio.run(story())
    print(f"{len(tills.acked)} done, {slow.weather.resets} resets, {tills.told}")
    assert slow.weather.resets > 0
    assert {told for told in tills.told if told[0] == "5"} <= {"503 db-unavailable", "503 overloaded", "504 timeout"}
