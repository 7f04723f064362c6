"""A program with wallets of every kind of ending, and members to post for."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from msgspec import structs

from regulars import flows
from regulars.kit import db, ids
from regulars.records import ledger, members

TODAY = date(2026, 3, 10)
AT = datetime(2026, 3, 10, 12, tzinfo=UTC)


@dataclass(slots=True)
class Books:
    """Posts for one wallet and tells what came of it."""

    conn: db.Conn
    plan: flows.Plan
    wallet: ledger.Wallet
    today: date = TODAY
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def member(self) -> UUID:
        name = members.Identifier(members.IdentifierKind.EXTERNAL, f"m{next(self.numbers)}")
        enrollment = members.Enrollment(identifiers=(name,), enrolled_at=AT)
        return members.enroll(self.conn, self.plan.program, [enrollment])[0][0]

    def transfer(self, member_id: UUID, movement: ledger.Movement, points: int, **rest) -> ledger.Transfer:
        made = ledger.Transfer(
            member_id=member_id,
            transfer_id=ids.key_of("test", next(self.numbers)),
            movement=movement,
            points=points,
            occurred_at=AT,
            on_date=self.today,
            reason=ledger.Reason("adjust", {"text": "test"}),
            wallet_id=self.wallet.wallet_id,
        )
        return structs.replace(made, **rest)

    def earn(self, member_id: UUID, points: int, lot: ledger.Lot | None = None) -> ledger.Transfer:
        ends = ledger.Lot(expires_on=ledger.expires_on(self.wallet.expiry, self.today))
        return self.transfer(member_id, ledger.Movement.EARN, points, lot=lot or ends)

    def burn(self, member_id: UUID, points: int) -> ledger.Transfer:
        return self.transfer(member_id, ledger.Movement.BURN, points)

    def clawback(self, member_id: UUID, points: int, lot: ledger.Lot) -> ledger.Transfer:
        return self.transfer(member_id, ledger.Movement.CLAWBACK, points, lot=lot)

    def post(self, *transfers: ledger.Transfer) -> list[ledger.Posting]:
        wallets = {self.wallet.wallet_id: self.wallet}
        return ledger.post(self.conn, transfers, wallets=wallets, today=self.today, recorded_at=AT)

    def later(self, days: int) -> None:
        self.today += timedelta(days=days)

    def balance(self, member_id: UUID) -> ledger.Balance:
        return ledger.balances(self.conn, [member_id], wallet=self.wallet, today=self.today)[member_id]

    def entries(self, member_id: UUID) -> list[tuple[str, int]]:
        rows = self.conn.execute(
            "select kind, points from ledger.entry where member_id = %s order by entry_id", [member_id]
        )
        return [(ledger.Movement(kind).name, points) for kind, points in rows]

    def assert_sound(self) -> None:
        wrong = {name: n for name, n in ledger.check(self.conn).items() if name.endswith(("_wrong", "_negative"))}
        assert set(wrong.values()) == {0}, wrong


@pytest.fixture
def open_books(conn: db.Conn) -> Callable[..., Books]:
    """Books with a wallet of its own; keywords are fields of the wallet."""
    plan = flows.found_program(
        conn,
        code="shop",
        name={"en": "Shop", "zh": "小店"},
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="en",
        at=AT - timedelta(days=400),
    )

    def opened(**fields) -> Books:
        expiry = fields.pop("expiry", ledger.Expiry(kind="month_end", count=12))
        wallet = ledger.Wallet(
            program_id=plan.program.program_id, wallet_id=0, code="own", unit={"en": "points"}, expiry=expiry, **fields
        )
        return Books(conn=conn, plan=plan, wallet=replace(wallet, wallet_id=ledger.save_wallet(conn, wallet)))

    return opened
