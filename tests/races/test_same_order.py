"""The same order reaches two servers at the same instant: it is recorded once, and both tell the same.

Source: quality/cases 3.
"""

from datetime import UTC, datetime, timedelta

from tests.faults import shops
from tests.faults.wire import Answer

from regulars.kit import db

from .crowd import ask_at_once, counted


def _sent_to_both(database: str, ports: list[int], orders: int, names: list[str]) -> tuple[list[Answer], int]:
    """Each order goes to both servers at once, under the first name and under the second; what members have then."""
    shop = shops.found(database)
    with db.connect(database) as conn:
        member_ids = shops.join(conn, shop.plan, 20)
    at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    asked = []
    for number in range(orders):
        member = {"id": member_ids[number % len(member_ids)]}
        for name in names:
            body = {"order_id": f"{name}-{number}", "member": member, "currency": "CNY", "total_minor": 100}
            asked.append(("POST", "/v1/orders", {**body, "occurred_at": at}))
    answers = ask_at_once(ports, shop.key, asked)
    with db.connect(database) as conn:
        has = conn.execute("select sum(remaining) from ledger.lot where member_id = any(%s::uuid[])", [member_ids])
        return answers, int(has.fetchone()[0])


def test_case_003_an_order_that_reaches_two_servers_at_once_is_recorded_once(database, webs, soak):
    orders = soak(300, 5000)
    answers, points = _sent_to_both(database, webs(2), orders, ["A", "A"])
    assert counted(answers) == {"201": orders, "200": orders}
    for one, other in zip(answers[::2], answers[1::2], strict=True):
        assert (sorted([one.status, other.status]), one.body) == ([200, 201], other.body)
        assert ["idempotent-replay" in answer.headers for answer in (one, other)].count(True) == 1
    assert points == orders


def test_case_003_under_two_names_the_same_order_counts_twice(database, webs):
    """The negative control: what makes it one is its name."""
    answers, points = _sent_to_both(database, webs(1), 50, ["A", "B"])
    assert (counted(answers), points) == ({"201": 100}, 100)
