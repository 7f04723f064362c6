"""What breaks while the API runs: the database is gone, takes no writes, is locked; an order poisons its group."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from litestar.testing import TestClient
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from regulars import flows
from regulars.doors.api import app
from regulars.doors.api.group_commit import GroupCommit, Item
from regulars.doors.api.refusals import Overloaded
from regulars.kit import settings
from regulars.records import access, activities, members

from .conftest import Shop, refusal


def _intake(member_id: str, external_id: str, **more) -> flows.Intake:
    order = activities.Order(
        source="shop",
        external_id=external_id,
        currency="CNY",
        total_minor=10000,
        occurred_at=datetime.now(UTC) - timedelta(minutes=1),
        lines=(activities.Line(line_id="1", amount_minor=10000),),
        **more,
    )
    return flows.Intake(order=order, member=UUID(member_id))


def _record(shop: Shop, intakes: list[flows.Intake], **limits) -> list:
    """Orders that arrive in one instant, each with its own answer."""

    async def together() -> list:
        groups = GroupCommit(shop.dsn, **limits)
        items = [Item(program_id=shop.plan.program.program_id, intake=intake) for intake in intakes]
        try:
            return await asyncio.gather(*(groups.record(item) for item in items), return_exceptions=True)
        finally:
            await groups.stop()

    return asyncio.run(together())


def test_orders_of_one_instant_are_one_transaction(shop):
    member_id = shop.member()
    answers = _record(shop, [_intake(member_id, f"G-{n}") for n in range(40)])
    assert [answer.status for answer in answers] == [201] * 40
    with shop.connect() as conn:
        written = conn.execute(
            "select count(distinct xmin::text) from activities.purchase where member_id = %s", [member_id]
        ).fetchone()
    assert written == (1,)
    assert shop.balance(member_id)["available"] == 10 * 100 + 30 * 120, "silver from the eleventh on"


def test_a_refused_order_does_not_touch_its_neighbors(shop):
    member_id = shop.member()
    nobody = "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a11"
    first, refused, last = _record(shop, [_intake(member_id, "a"), _intake(nobody, "b"), _intake(member_id, "c")])
    assert (first.status, last.status) == (201, 201)
    assert isinstance(refused, members.MemberUnknown)


def test_a_poisoned_order_fails_alone(shop):
    member_id = shop.member()
    with shop.connect() as conn:
        conn.execute("alter table activities.purchase add constraint poison check (receipt <> 'poison')")
        conn.commit()
        intakes = [_intake(member_id, f"P-{n}", receipt="poison" if n == 3 else "") for n in range(8)]
        answers = _record(shop, intakes)
        conn.execute("alter table activities.purchase drop constraint poison")
    assert [getattr(answer, "status", 0) for answer in answers] == [201, 201, 201, 0, 201, 201, 201, 201]
    assert isinstance(answers[3], psycopg.errors.CheckViolation)
    assert shop.balance(member_id)["available"] == 700
    assert shop.books().is_sound


def test_a_full_queue_refuses_and_loses_nothing(shop):
    member_id = shop.member()
    answers = _record(shop, [_intake(member_id, f"Q-{n}") for n in range(12)], queue_max=5, group_max=2)
    refused = [answer for answer in answers if isinstance(answer, Overloaded)]
    assert len(refused) == 7
    assert [answer.status for answer in answers if answer not in refused] == [201] * 5
    assert shop.balance(member_id)["available"] == 500


def test_a_locked_member_is_busy_and_the_others_go_on(shop):
    locked, free = shop.member(), shop.member()
    with shop.connect() as conn:
        conn.execute("select from members.member where member_id = %s for update", [locked])
        answers = _record(shop, [_intake(locked, "L-1"), _intake(free, "L-2")])
        conn.rollback()
    assert isinstance(answers[0], psycopg.errors.LockNotAvailable)
    assert answers[1].status == 201
    assert shop.post("/v1/orders", shop.order(locked)).status_code == 201


def test_case_167_a_lock_that_does_not_end_is_told_as_busy(shop):
    order = shop.order()
    with shop.connect() as conn:
        conn.execute("select from members.member where member_id = %s for update", [order["member"]["id"]])
        before = shop.picture()
        body = refusal(shop.post("/v1/orders", order), 503, "busy")
        assert shop.picture() == before
        conn.rollback()
    assert body["retry"] == "same-request"
    assert shop.post("/v1/orders", order).status_code == 201


def test_case_163_a_connection_that_is_cut_heals(shop, caplog):
    order = shop.order()
    assert shop.post("/v1/orders", shop.order(order["member"]["id"])).status_code == 201
    with psycopg.connect(shop.dsn, autocommit=True) as conn:
        conn.execute("""
            select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
        """)
    with caplog.at_level(logging.CRITICAL, "psycopg.pool"):
        first = shop.post("/v1/orders", order)
        assert first.status_code in {201, 503}
        if first.status_code == 503:
            refusal(first, 503, "db-unavailable")
        again = shop.post("/v1/orders", order)
    assert again.status_code == (200 if first.status_code == 201 else 201)
    assert shop.balance(order["member"]["id"])["available"] == 200


@pytest.mark.filterwarnings("default")
def test_a_database_that_is_gone_is_told_apart_from_a_crowd(shop, caplog):
    gone = make_conninfo("", host="127.0.0.1", port=1, user="nobody", dbname="nothing")
    with (
        caplog.at_level(logging.CRITICAL, "psycopg.pool"),
        TestClient(app.create(settings.Settings(home=shop.home), gone)) as client,
    ):
        there = Shop(client, gone, shop.plan, shop.key, shop.admin, shop.home)
        body = refusal(there.get("/v1/rewards"), 503, "db-unavailable")
    assert body["retry"] == "same-request"
    assert "127.0.0.1" not in str(body)


def test_case_173_a_database_that_takes_no_writes_can_be_read(shop, dsn):
    name = sql.Identifier(str(conninfo_to_dict(dsn)["dbname"]))
    member_id = shop.member()
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("alter database {} set default_transaction_read_only = on").format(name))
        try:
            with TestClient(app.create(settings.Settings(home=shop.home), dsn)) as client:
                there = Shop(client, dsn, shop.plan, shop.key, shop.admin, shop.home)
                assert there.get(f"/v1/members/{member_id}/statement").status_code == 200
                body = refusal(there.post("/v1/orders", there.order(member_id)), 503, "read-only")
        finally:
            conn.execute("set default_transaction_read_only = off")
            conn.execute(sql.SQL("alter database {} reset default_transaction_read_only").format(name))
    assert body["kept"] == "none"


def test_results_of_keys_are_forgotten_after_thirty_days(shop):
    order = shop.order()
    shop.post("/v1/orders", order, headers={"Idempotency-Key": "old"})
    other = {**order, "order_id": "another"}
    with shop.connect() as conn:
        now = datetime.now(UTC)
        assert access.forget_results(conn, at=now + timedelta(days=29)) == 0
        assert access.forget_results(conn, at=now + timedelta(days=31)) >= 1
    assert shop.post("/v1/orders", other, headers={"Idempotency-Key": "old"}).status_code == 201


def test_requests_of_one_key_at_once_have_one_effect(shop):
    member_id = shop.member()

    def give(number: int):
        body = {"reference": f"same-{number % 2}", "member_id": member_id, "points": 10, "reason": "x"}
        return shop.post("/v1/adjustments", body, key=shop.admin)

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(give, range(32)))
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert [answer.status_code for answer in answers].count(201) == 2
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency-in-progress"}
    assert shop.balance(member_id)["available"] == 20
