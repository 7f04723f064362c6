"""Events, rewarded up to a limit and rewarded by nothing: 1,000 a batch against one at a time."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from regulars import flows
from regulars.kit import db
from regulars.program import earning
from regulars.records import activities, members

HOUSEHOLDS = 5_000


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print events a second both ways, for a rewarded and an unrewarded type, and the ratio."""
    rounds, batches, singles = (5, 4, 150) if is_quick else (7, 20, 1_000)
    for kind in ("check_in", "page_viewed"):
        batched, alone = [], []
        with db.connect(fresh()) as conn:
            plan = _found(conn)
            supply = _events(kind, _households(conn, plan))
            _record(conn, plan, [[next(supply) for _ in range(1000)]])
            for _ in range(rounds):
                batched.append(_record(conn, plan, [[next(supply) for _ in range(1000)] for _ in range(batches)]))
                alone.append(_record(conn, plan, [[next(supply)] for _ in range(singles)]))
        _tell(f"events.{kind}.batch-1000", batched)
        _tell(f"events.{kind}.one-at-a-time", alone)
        ratios = [ours / theirs for ours, theirs in zip(batched, alone, strict=True)]
        print(f"ratio events.{kind} {statistics.median(ratios):.2f}")


def _found(conn: db.Conn) -> flows.Plan:
    at = datetime.now(UTC)
    plan = flows.found_program(
        conn, code="bench", name={"en": "Bench"}, currency="CNY", time_zone="Asia/Shanghai", language="en", at=at
    )
    earning.save(
        conn, plan.program.program_id, effect="event_points", label={"en": "Check-in"}, by="bench", at=at,
        params={"event": "check_in", "points": 5, "limit": 2, "per": "day"},
    )  # fmt: skip
    conn.commit()
    return flows.load(conn, plan.program.program_id)


def _households(conn: db.Conn, plan: flows.Plan) -> list[members.Identifier]:
    who = [members.Identifier(members.IdentifierKind.EXTERNAL, f"h{number}") for number in range(HOUSEHOLDS)]
    at = datetime.now(UTC)
    joining = [members.Enrollment(identifiers=(one,), enrolled_at=at) for one in who]
    flows.enroll_member(conn, plan, joining, at=at)
    conn.commit()
    return who


def _events(kind: str, who: list[members.Identifier]) -> Iterator[flows.EventIntake]:
    """Endless events of random households, one second apart, over the last year."""
    dice = random.Random(kind)
    at = datetime.now(UTC) - timedelta(days=365)
    number = 0
    data = {"page": "/tea"} if kind == "page_viewed" else {"place": "01"}
    while True:
        number += 1
        event = activities.Event(
            source="bench", external_id=f"e{number}", type=kind, occurred_at=at + timedelta(seconds=number), data=data
        )
        yield flows.EventIntake(event=event, member=dice.choice(who))


def _record(conn: db.Conn, plan: flows.Plan, batches: list[list[flows.EventIntake]]) -> float:
    started = time.perf_counter()
    for batch in batches:
        results = flows.record_events(conn, plan, batch, at=datetime.now(UTC))
        assert all(isinstance(result, flows.RecordedEvent) for result in results)
        conn.commit()
    return sum(map(len, batches)) / (time.perf_counter() - started)


def _tell(name: str, rates: list[float]) -> None:
    low, middle, high = min(rates), statistics.median(rates), max(rates)
    print(f"{name:<34} min {low:>9,.0f}  median {middle:>9,.0f}  max {high:>9,.0f}  events/s")
