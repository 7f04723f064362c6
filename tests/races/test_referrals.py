"""Friends whose purchases are kept at the same moment are each paid once, and a cap is never overshot.

Source: quality/threats TM12; quality/targets T5.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from tests.faults import shops

from regulars import flows
from regulars.flows import refer_friends
from regulars.kit import db
from regulars.program import referrals
from regulars.program.referrals import State
from regulars.records import ledger

from .crowd import try_at_once

FRIENDS, CAP = 40, 15


def _ready(database: str) -> tuple[flows.Plan, UUID, list[UUID]]:
    """An advocate with more friends whose purchases are kept than may be rewarded."""
    shop = shops.found(database)
    at = datetime.now(UTC) - timedelta(days=1)
    with db.connect(database) as conn:
        program_id = shop.plan.program.program_id
        scheme = referrals.Scheme(program_id=program_id, advocate_points=10, friend_points=1, keep_days=0, cap=CAP)
        referrals.save(conn, scheme, by="test", at=at)
        plan = flows.load(conn, program_id)
        advocate, *friends = (UUID(str(one)) for one in shops.join(conn, plan, FRIENDS + 1))
        on = plan.program.local_date(at)
        for friend in friends:
            referrals.join(conn, program_id, friend, advocate, reasons=(), at=at, on=on)
            bought = referrals.Bought(member_id=friend, order_id=friend, occurred_at=at, on_date=on, total_minor=100)
            refer_friends.note_purchases(conn, plan, [bought])
    return plan, advocate, friends


def test_many_workers_pay_each_friend_once_and_the_advocate_up_to_the_cap(database):
    plan, advocate, friends = _ready(database)
    at = datetime.now(UTC)
    try_at_once(database, 8, 24, lambda conn, _: bool(refer_friends.settle_referrals(conn, plan, at=at)))
    with db.connect(database) as conn:
        today = plan.program.local_date(at)
        assert {one.state for one in referrals.referrals(conn, friends).values()} == {State.KEPT}
        assert referrals.rewarded(conn, advocate, since_on=today) == CAP
        found = ledger.balances(conn, [advocate, *friends], wallet=plan.wallet, today=today)
        assert [found[one].available for one in (advocate, *friends)] == [10 * CAP, *[1] * FRIENDS]
        assert flows.verify_books(conn).is_sound
