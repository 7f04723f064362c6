"""A shop to tell stories in: a program, its members, orders of a few words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from regulars import flows
from regulars.kit import db
from regulars.records import activities, ledger, members

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


@dataclass
class Shop:
    """One program on one connection; `at` is the shop's clock."""

    conn: db.Conn
    plan: flows.Plan
    at: datetime = NOW

    @property
    def today(self) -> date:
        return self.plan.program.local_date(self.at)

    def later(self, days: int) -> None:
        self.at += timedelta(days=days)

    def live(self, days: int) -> None:
        """Days go by, and at least every three weeks one of them is closed."""
        for done in range(0, days, 20):
            self.later(min(20, days - done))
            self.close_day()

    def reload(self) -> None:
        self.plan = flows.load(self.conn, self.plan.program.program_id)

    def join(self, name: str, /, **more: object) -> UUID:
        identifier = members.Identifier(members.IdentifierKind.EXTERNAL, name)
        enrollment = members.Enrollment(identifiers=(identifier,), enrolled_at=self.at, **more)
        return flows.enroll_member(self.conn, self.plan, [enrollment], at=self.at)[0][0]

    def order(self, number: str, *amounts: int, at: datetime | None = None, **more: object) -> activities.Order:
        lines = tuple(
            activities.Line(line_id=str(index + 1), amount_minor=amount, sku=f"sku-{index + 1}")
            for index, amount in enumerate(amounts)
        )
        fields = {"lines": lines, "total_minor": sum(amounts), **more}
        return activities.Order(source="shop", external_id=number, currency="CNY", occurred_at=at or self.at, **fields)

    def buy(self, member: UUID, number: str, *amounts: int, **more: object) -> flows.Recorded:
        return self.take([flows.Intake(order=self.order(number, *amounts, **more), member=member)])[0]

    def take(self, intakes: list[flows.Intake]) -> list:
        return flows.record_activities(self.conn, self.plan, intakes, at=self.at)

    def give_back(self, number: str, order: str, **more: object) -> flows.Refunded:
        returned = activities.Return(
            source="shop", external_id=number, order_external_id=order, occurred_at=self.at, **more
        )
        return flows.refund_order(self.conn, self.plan, returned, at=self.at)

    def balance(self, member: UUID) -> ledger.Balance:
        return ledger.balances(self.conn, [member], wallet=self.plan.wallet, today=self.today)[member]

    def balance_in(self, wallet: ledger.Wallet, member: UUID) -> ledger.Balance:
        return ledger.balances(self.conn, [member], wallet=wallet, today=self.today)[member]

    def close_day(self) -> list[flows.Closed]:
        done = []
        while not done or not done[-1].is_done:
            done.append(flows.close_day(self.conn, self.plan, today=self.today, at=self.at))
        return done

    def is_sound(self) -> bool:
        return flows.verify_books(self.conn).is_sound


def open_shop(conn: db.Conn, *, return_window_days: int = 0, **more: object) -> Shop:
    plan = flows.found_program(
        conn,
        code="shop",
        name={"en": "Shop", "zh": "小店"},
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="en",
        at=NOW,
        return_window_days=return_window_days,
        **more,
    )
    return Shop(conn, plan)


@pytest.fixture
def shop(conn: db.Conn) -> Shop:
    """A shop whose points can be used at once."""
    return open_shop(conn)


@pytest.fixture
def founded(conn: db.Conn) -> Callable[..., Shop]:
    """Opens a shop with terms of its own."""
    return lambda **more: open_shop(conn, **more)
