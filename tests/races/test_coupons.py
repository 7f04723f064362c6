"""A coupon that many want at once is used once; a total is used to the last and never beyond; codes run out exactly.

Source: quality/targets T3, T4; quality/cases 72, 78c, 78d, 78e.
"""

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.faults import shops

from regulars import flows
from regulars.doors.cli.database import as_url
from regulars.kit import db
from regulars.kit.errors import Refusal
from regulars.program import coupons
from regulars.records import activities

from .crowd import ask_at_once, counted, try_at_once

NOW = datetime.now(UTC)


def _pool(conn: db.Conn, plan: flows.Plan, code: str = "p", **more) -> coupons.Pool:
    terms = coupons.Terms(
        name={"en": "P"}, benefit=coupons.Benefit(kind="amount", amount_minor=100), **{"codes": "printed", **more}
    )
    wanted = coupons.new(plan.program.program_id, code, terms, state=coupons.PoolState.LIVE)
    return coupons.save(conn, wanted, by="test", at=NOW)


def _bring(conn: db.Conn, plan: flows.Plan, pool: coupons.Pool, *codes: str) -> None:
    coupons.bring_in(conn, pool, codes, at=NOW, today=plan.program.local_date(NOW))


def _order(member_id: str, number: int, *codes: str) -> dict:
    return {
        "order_id": f"O-{number}", "member": {"id": member_id}, "currency": "CNY", "total_minor": 1000,
        "occurred_at": (NOW - timedelta(minutes=1)).isoformat(), "coupons": list(codes),
    }  # fmt: skip


def test_case_072_one_code_on_two_servers_at_once_is_used_once(database, webs, soak):
    shop = shops.found(database)
    callers = soak(60, 1000)
    with db.connect(database) as conn:
        members = shops.join(conn, shop.plan, callers)
        _bring(conn, shop.plan, _pool(conn, shop.plan), "GOLDEN-1")
    asked = [("POST", "/v1/orders", _order(str(one), n, "GOLDEN-1")) for n, one in enumerate(members)]
    answers = ask_at_once(webs(2), shop.key, asked)
    assert counted(answers) == {"201": 1, "409 coupon-used": callers - 1}


def _buyer(plan: flows.Plan, members, code: str):
    def buy(conn: db.Conn, number: int) -> str:
        order = activities.Order(
            source="shop", external_id=f"O-{number}", currency="CNY", total_minor=1000, occurred_at=NOW,
            lines=(activities.Line(line_id="1", amount_minor=1000),),
        )  # fmt: skip
        intake = flows.Intake(order=order, member=UUID(str(members[number % len(members)])), coupons=(code,))
        done = flows.record_activities(conn, plan, [intake], at=NOW)[0]
        return done.code if isinstance(done, Refusal) else done.outcome

    return buy


def test_case_078c_a_total_is_used_to_the_last_and_never_beyond(database, soak):
    shop = shops.found(database)
    count = soak(300, 10_000)
    with db.connect(database) as conn:
        members = shops.join(conn, shop.plan, 40)
        _bring(conn, shop.plan, _pool(conn, shop.plan, codes="public", uses_max=None, total_max=100), "SUMMER")
    outcomes = Counter(try_at_once(database, 8, count, _buyer(shop.plan, members, "SUMMER")))
    assert outcomes == {"created": 100, "coupon-limit-reached": count - 100}
    with db.connect(database) as conn:
        assert conn.execute("select count(*), sum(uses_left) from coupons.use, coupons.stock").fetchone() == (100, 0)
        assert conn.execute("select count(*) from activities.purchase").fetchone() == (100,)


def test_case_078d_whoever_commits_first_stands_when_a_pool_is_paused(database):
    shop = shops.found(database)
    with db.connect(database) as conn:
        members = shops.join(conn, shop.plan, 40)
        pool = _pool(conn, shop.plan, codes="public", uses_max=None)
        _bring(conn, shop.plan, pool, "SUMMER")
    buy = _buyer(shop.plan, members, "SUMMER")
    paused: list[datetime] = []

    def either(conn: db.Conn, number: int) -> str:
        if number != 100:
            return buy(conn, number)
        coupons.set_state(conn, pool, coupons.PoolState.PAUSED, by="test", at=NOW)
        time.sleep(0.05)  # whoever read the pool before must have finished; whoever comes now waits
        paused.append(NOW)
        row = conn.execute("select count(*) from coupons.use").fetchone()
        return f"paused after {row[0]}"

    outcomes = try_at_once(database, 8, 300, either)
    used = outcomes.count("created")
    assert paused
    assert outcomes.count(f"paused after {used}") == 1, "an order used the coupon after the pause"
    assert outcomes.count("coupon-not-available") == 299 - used > 0


def _claims(database: str, count: int, claim) -> int:
    """How many of so many got one of a hundred codes."""
    return sum(try_at_once(database, 8, count, claim))


def test_ten_thousand_claims_of_a_hundred_codes_get_a_hundred_different_ones(database):
    shop = shops.found(database)
    today = shop.plan.program.local_date(NOW)
    with db.connect(database) as conn:
        members = [UUID(str(one)) for one in shops.join(conn, shop.plan, 50)]
        pool = _pool(conn, shop.plan, codes="personal", from_stock=True)
        _bring(conn, shop.plan, pool, *(f"PARTNER-{n:04}" for n in range(100)))

    def claim(conn: db.Conn, number: int) -> bool:
        try:
            coupons.issue(conn, pool, [members[number % 50]], issue_id=f"I-{number}", at=NOW, today=today)
        except coupons.CouponsSoldOut:
            return False
        return True

    assert _claims(database, 10_000, claim) == 100
    with db.connect(database) as conn:
        row = conn.execute(
            "select count(*), count(distinct issue_key), count(member_id) from coupons.coupon"
        ).fetchone()
        assert row == (100, 100, 100)


def test_claims_that_look_first_give_one_code_to_many(database):
    """The negative control, in the same harness: a code is read as free, then written as taken."""
    with db.connect(database) as conn:
        conn.execute("create table public.code as select n, 0 as takers from generate_series(1, 100) as n")

    def claim(conn: db.Conn, _: int) -> bool:
        free = conn.execute("select n from public.code where takers = 0 order by n limit 1").fetchone()
        if free is None:
            return False
        conn.execute("update public.code set takers = takers + 1 where n = %s", free)
        return True

    given = _claims(database, 2000, claim)
    print(f"{given} claims of 100 codes")
    assert given > 100


def test_case_074_guesses_of_one_instant_are_counted_one_by_one(database):
    shop = shops.found(database)
    with db.connect(database) as conn:
        member = UUID(str(shops.join(conn, shop.plan, 1)[0]))

    def guess(conn: db.Conn, number: int) -> str:
        try:
            found = flows.check_coupon(conn, shop.plan, f"NOSUCH{number:04}", asked_by="key", at=NOW, member_id=member)
        except coupons.TooManyGuesses:
            return "waits"
        assert found.why is not None
        return found.why.code

    assert Counter(try_at_once(database, 8, 200, guess)) == {"unknown": 10, "waits": 190}


_FILL = """
import sys
from uuid import UUID
from regulars import flows
from regulars.kit import clock, db
from regulars.program.coupons import batches
batches.CHUNK = int(sys.argv[3])
done = False
with db.connect(sys.argv[1], autocommit=True) as conn:
    while not done:
        with conn.transaction():
            done = flows.fill_batch(conn, UUID(sys.argv[2]), at=clock.now())
"""


def test_case_078e_a_killed_batch_goes_on_and_makes_exactly_so_many_different_codes(database, soak):
    shop = shops.found(database)
    wanted, chunk = soak(60_000, 1_000_000), soak(1_000, 10_000)
    with db.connect(database) as conn:
        pool = _pool(conn, shop.plan)
        batch, _ = flows.ask_batch(conn, shop.plan, pool, external_id="B", by="test", at=NOW, wanted=wanted)
    kills = 0
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        line = [sys.executable, "-c", _FILL, database, str(batch.batch_id), str(chunk)]
        worker = subprocess.Popen(line, env={**os.environ, "REGULARS_DATABASE_URL": as_url(database)})
        if kills == 3:
            assert worker.wait(timeout=500) == 0
            break
        until = _made(database) + wanted // 6
        while _made(database) < until and worker.poll() is None:
            time.sleep(0.002)
        worker.kill()
        worker.wait()
        kills += 1
    with db.connect(database) as conn:
        found = conn.execute("select count(*), count(distinct code) from coupons.coupon").fetchone()
        assert found == (wanted, wanted)
        after = coupons.batch(conn, batch.batch_id)
        assert after is not None
        assert (after.made, after.is_done) == (wanted, True)
    assert kills == 3


def _made(database: str) -> int:
    with db.connect(database) as conn:
        return conn.execute("select coalesce(sum(made), 0) from coupons.batch").fetchone()[0]


def test_two_workers_on_one_batch_make_no_code_too_many(database):
    shop = shops.found(database)
    with db.connect(database) as conn:
        pool = _pool(conn, shop.plan)
        batch, _ = flows.ask_batch(conn, shop.plan, pool, external_id="B", by="test", at=NOW, wanted=25_000)

    def fill() -> None:
        with db.connect(database, autocommit=True) as conn:
            is_done = False
            while not is_done:
                with conn.transaction():
                    is_done = flows.fill_batch(conn, batch.batch_id, at=NOW)

    workers = [threading.Thread(target=fill) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with db.connect(database) as conn:
        assert conn.execute("select count(*) from coupons.coupon").fetchone() == (25_000,)
