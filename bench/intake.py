"""The whole flow (members found, rules, tiers, reasons, lines, ledger): 1,000 orders a batch against one at a time."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from bench import stopwatch, supply
from bench.crew import Crew, Hand, Work
from bench.telling import tell, tell_ratio
from regulars import flows
from regulars.kit import db
from regulars.records import activities, members

HOUSEHOLDS = 5_000
LINES = 10
CALLERS = 16
"""How many write one order at a time beside each other, each a process with a connection."""


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print orders a second in batches and one at a time, for one-line and ten-line orders, and the ratios."""
    rounds, batches, singles = (5, 4, 160) if is_quick else (7, 20, 1_600)
    for lines in (1, LINES):
        dsn = fresh()
        with db.connect(dsn) as conn:
            plan = supply.found(conn)
            everybody = orders(lines, name="first", households=range(HOUSEHOLDS))
            for _ in range(HOUSEHOLDS // 1000):
                record(conn, plan, [list(islice(everybody, 1000))])
            program_id = plan.program.program_id
            with (
                Crew(2, hire, dsn, program_id, lines, batches, 1000) as two,
                Crew(CALLERS, hire, dsn, program_id, lines, singles // 4, 1) as many,
            ):
                ones, pairs, crowds, alone = [], [], [], []
                source = orders(lines, name="main", households=range(HOUSEHOLDS))
                for _ in range(rounds):
                    ones.append(_rate(conn, plan, source, batches, 1000))
                    pairs.append(two.rate())
                    crowds.append(many.rate())
                    alone.append(_rate(conn, plan, source, singles, 1))
        tell(f"intake.{lines}-line.batch-1000", ones, "orders/s")
        tell(f"intake.{lines}-line.batch-1000.two-processes", pairs, "orders/s")
        tell(f"intake.{lines}-line.one-at-a-time", alone, "orders/s")
        tell(f"intake.{lines}-line.one-at-a-time.{CALLERS}-callers", crowds, "orders/s")
        tell_ratio(f"intake.{lines}-line.one-at-a-time", ones, alone)
        tell_ratio(f"intake.{lines}-line", pairs, crowds)


def hire(number: int, size: int, dsn: str, program_id: int, lines: int, batches: int, batch: int) -> Hand:
    """One of `size` processes; each has households of its own."""
    conn = db.connect(dsn)
    plan = flows.load(conn, program_id)
    conn.commit()
    source = orders(lines, name=f"{size}-{number}", households=range(number, HOUSEHOLDS, size))

    def prepared() -> Work:
        made = [list(islice(source, batch)) for _ in range(batches)]

        def work() -> int:
            record(conn, plan, made)
            return batches * batch

        return work

    return prepared


def orders(lines: int, *, name: str, households: Sequence[int]) -> Iterator[flows.Intake]:
    """Endless orders, one second apart over the last year: each household once, then whoever comes."""
    dice = random.Random(f"{name} {lines}")
    at = datetime.now(UTC) - timedelta(days=365)
    number = 0
    while True:
        household = households[number] if number < len(households) else dice.choice(households)
        number += 1
        bought = tuple(
            activities.Line(line_id=str(line), amount_minor=dice.randrange(50, 3000), sku=f"s{dice.randrange(90_000)}")
            for line in range(lines)
        )
        order = activities.Order(
            source="bench",
            external_id=f"{name}-{number}",
            currency="CNY",
            total_minor=sum(line.amount_minor for line in bought),
            occurred_at=at + timedelta(seconds=number),
            lines=bought,
        )
        who = members.Identifier(members.IdentifierKind.EXTERNAL, f"h{household}")
        yield flows.Intake(order=order, member=who, on_unknown="enroll")


def record(conn: db.Conn, plan: flows.Plan, batches: Sequence[Sequence[flows.Intake]]) -> None:
    """Record each batch in a durable transaction of its own."""
    for batch in batches:
        results = flows.record_activities(conn, plan, batch, at=datetime.now(UTC), tells=False)
        assert all(isinstance(result, flows.Recorded) for result in results)
        conn.commit()


def _rate(conn: db.Conn, plan: flows.Plan, source: Iterator[flows.Intake], batches: int, batch: int) -> float:
    made = [list(islice(source, batch)) for _ in range(batches)]
    return batches * batch / stopwatch.seconds(lambda: record(conn, plan, made))
