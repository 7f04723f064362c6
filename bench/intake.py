"""The whole flow (members found, rules, tiers, reasons, lines, ledger): 1,000 orders a batch against one at a time."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from regulars import flows
from regulars.kit import db
from regulars.records import activities, members

HOUSEHOLDS = 5_000
LINES = 10


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print orders a second both ways, for one-line and ten-line orders, and the ratio."""
    rounds, batches, singles = (5, 4, 150) if is_quick else (7, 20, 1_000)
    for lines in (1, LINES):
        batched, alone = [], []
        with db.connect(fresh()) as conn:
            plan = _found(conn)
            supply = _orders(lines)
            _record(conn, plan, [[next(supply) for _ in range(1000)]])
            for _ in range(rounds):
                batched.append(_record(conn, plan, [[next(supply) for _ in range(1000)] for _ in range(batches)]))
                alone.append(_record(conn, plan, [[next(supply)] for _ in range(singles)]))
        _tell(f"intake.{lines}-line.batch-1000", batched, "orders/s")
        _tell(f"intake.{lines}-line.one-at-a-time", alone, "orders/s")
        ratios = [ours / theirs for ours, theirs in zip(batched, alone, strict=True)]
        print(f"ratio intake.{lines}-line {statistics.median(ratios):.2f}")


def _found(conn: db.Conn) -> flows.Plan:
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


def _orders(lines: int) -> Iterator[flows.Intake]:
    """Endless orders of random households, one second apart, over the last year."""
    dice = random.Random(lines)
    at = datetime.now(UTC) - timedelta(days=365)
    number = 0
    while True:
        number += 1
        bought = tuple(
            activities.Line(line_id=str(line), amount_minor=dice.randrange(50, 3000), sku=f"s{dice.randrange(90_000)}")
            for line in range(lines)
        )
        order = activities.Order(
            source="bench",
            external_id=f"o{number}",
            currency="CNY",
            total_minor=sum(line.amount_minor for line in bought),
            occurred_at=at + timedelta(seconds=number),
            lines=bought,
        )
        who = members.Identifier(members.IdentifierKind.EXTERNAL, f"h{dice.randrange(HOUSEHOLDS)}")
        yield flows.Intake(order=order, member=who, on_unknown="enroll")


def _record(conn: db.Conn, plan: flows.Plan, batches: list[list[flows.Intake]]) -> float:
    started = time.perf_counter()
    for batch in batches:
        results = flows.record_activities(conn, plan, batch, at=datetime.now(UTC), tells=False)
        assert all(isinstance(result, flows.Recorded) for result in results)
        conn.commit()
    return sum(map(len, batches)) / (time.perf_counter() - started)


def _tell(name: str, rates: list[float], unit: str) -> None:
    low, middle, high = min(rates), statistics.median(rates), max(rates)
    print(f"{name:<34} min {low:>9,.0f}  median {middle:>9,.0f}  max {high:>9,.0f}  {unit}")
