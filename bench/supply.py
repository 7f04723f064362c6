"""Members and transfers for the ledger's benches, and the one place that calls `ledger.post`."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from bench import stopwatch
from regulars import flows
from regulars.kit import db, ids
from regulars.records import ledger

BATCH = 1000
SHORT_OF_POINTS_RATIO = 0.05
"""Share of burns that ask for more than there is."""
ENOUGH = 10_000_000


@dataclass(frozen=True, slots=True)
class Book:
    """A wallet to post in and the members who hold points in it."""

    wallet: ledger.Wallet
    member_ids: Sequence[UUID]
    today: date


def found(conn: db.Conn) -> flows.Plan:
    """A program with everything it begins with."""
    plan = flows.found_program(
        conn,
        code="bench",
        name={"en": "Bench"},
        currency="CNY",
        time_zone="Asia/Shanghai",
        language="en",
        at=datetime.now(UTC),
    )
    conn.commit()
    return plan


def book(conn: db.Conn, *, members: int) -> Book:
    """A new program with so many members; the ledger knows them by their ids only."""
    plan = found(conn)
    today = datetime.now(UTC).date()
    cover_year(conn, today)
    return Book(plan.wallet, [ids.uuid7() for _ in range(members)], today)


def cover_year(conn: db.Conn, today: date) -> None:
    """The journal's parts of the last twelve months, as a program of that age has them."""
    ledger.cover_months(conn, from_on=today - timedelta(days=365), to_on=today)
    conn.commit()


def post(conn: db.Conn, of: Book, transfers: Sequence[ledger.Transfer]) -> Sequence[ledger.Posting]:
    """Post one batch and commit it."""
    wallets = {of.wallet.wallet_id: of.wallet}
    postings = ledger.post(conn, transfers, wallets=wallets, today=of.today, recorded_at=datetime.now(UTC))
    conn.commit()
    return postings


def rate(conn: db.Conn, of: Book, batches: Sequence[Sequence[ledger.Transfer]]) -> float:
    """Transfers a second, each batch its own durable transaction."""

    def work() -> None:
        for batch in batches:
            post(conn, of, batch)

    return sum(map(len, batches)) / stopwatch.seconds(work)


def earns(of: Book, *, seed: int, days: int = 330) -> Iterator[ledger.Transfer]:
    """Endless awards to members drawn at random over the last `days`: eleven months make a dozen lots a member."""
    dice = random.Random(seed)
    while True:
        number = dice.getrandbits(48)
        earned_on = of.today - timedelta(days=dice.randrange(days))
        points = dice.randrange(1, 500)
        yield ledger.Transfer(
            member_id=dice.choice(of.member_ids),
            transfer_id=ids.key_of("bench", seed, number),
            movement=ledger.Movement.EARN,
            points=points,
            occurred_at=datetime(earned_on.year, earned_on.month, earned_on.day, 4, tzinfo=UTC),
            on_date=earned_on,
            reason=ledger.Reason("earn.order", {"order": f"o{number}", "points": points}),
            wallet_id=of.wallet.wallet_id,
            lot=ledger.Lot(expires_on=ledger.expires_on(of.wallet.expiry, earned_on)),
            subject_id=ids.key_of("order", number),
        )


def burns(of: Book, *, seed: int) -> Iterator[ledger.Transfer]:
    """Endless redemptions of members drawn at random; one in twenty asks for more than anybody has."""
    dice = random.Random(seed)
    now = datetime.now(UTC)
    while True:
        number = dice.getrandbits(48)
        yield ledger.Transfer(
            member_id=dice.choice(of.member_ids),
            transfer_id=ids.key_of("burn", seed, number),
            movement=ledger.Movement.BURN,
            points=ENOUGH if dice.random() < SHORT_OF_POINTS_RATIO else dice.randrange(1, 400),
            occurred_at=now,
            on_date=of.today,
            reason=ledger.Reason("burn.reward", {"quantity": 1, "reward": f"r{number % 50}"}),
            wallet_id=of.wallet.wallet_id,
            subject_id=ids.key_of("redemption", number),
        )


def batches(supply: Iterator[ledger.Transfer], count: int) -> Iterator[list[ledger.Transfer]]:
    """So many batches."""
    for _ in range(count):
        yield [next(supply) for _ in range(BATCH)]
