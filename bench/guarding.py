"""What the guard costs: orders and holds with a live rule of every type, against the same with none, in one run."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from bench import stopwatch, supply
from bench.telling import tell, tell_ratio
from regulars import flows
from regulars.kit import db
from regulars.program import guard
from regulars.records import activities, members

BATCH = 1000
_RUNS = 5


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print orders and holds a second with and without rules, seconds of one look, and the ratios."""
    people, batches, holds = (2_000, 3, 300) if is_quick else (20_000, 20, 3_000)
    with db.connect(fresh()) as conn:
        plan = supply.found(conn)
        everybody = _join(conn, plan, people)
        told: dict[str, list[float]] = {
            "orders": [],
            "orders.guarded": [],
            "holds": [],
            "holds.guarded": [],
            "look": [],
        }
        for number in range(_RUNS):
            for suffix, mode in (("", guard.Mode.OFF), (".guarded", guard.Mode.LIVE)):
                _set(conn, plan, mode)
                orders = partial(_orders, conn, plan, everybody, batches, f"{number}{suffix}")
                told[f"orders{suffix}"].append(batches * BATCH / stopwatch.seconds(orders))
                spend = partial(_holds, conn, plan, everybody[:holds], f"{number}{suffix}")
                told[f"holds{suffix}"].append(holds / stopwatch.seconds(spend))
            told["look"].append(stopwatch.seconds(partial(flows.guard_members, conn, plan, at=datetime.now(UTC))))
            conn.rollback()
    for name in ("orders", "orders.guarded", "holds", "holds.guarded"):
        tell(f"guard.{name}", told[name], f"{name.partition('.')[0]}/s")
    tell("guard.look", told["look"], "seconds for every rule")
    tell_ratio("guard.holds", told["holds.guarded"], told["holds"])
    tell_ratio("guard.orders", told["orders.guarded"], told["orders"])


def _join(conn: db.Conn, plan: flows.Plan, people: int) -> list[UUID]:
    at = datetime.now(UTC) - timedelta(days=400)
    joining = [
        members.Enrollment(identifiers=(members.Identifier(members.IdentifierKind.EXTERNAL, f"m{n}"),), enrolled_at=at)
        for n in range(people)
    ]
    found = [member_id for member_id, _ in members.enroll(conn, plan.program, joining)]
    conn.commit()
    return found


def _set(conn: db.Conn, plan: flows.Plan, mode: guard.Mode) -> None:
    """A rule of every type whose threshold nobody reaches: what looking costs, not what finding does."""
    for rule_id, (type, kind) in enumerate(guard.TYPES.items(), start=1):
        params = {name: default for name, (default, _, _) in kind.PARAMS.items()} | {
            kind.THRESHOLD: kind.PARAMS[kind.THRESHOLD][2]
        }
        known = {one.rule_id for one in guard.every(conn, plan.program.program_id)}
        rule = guard.Rule(
            program_id=plan.program.program_id,
            rule_id=rule_id if rule_id in known else 0,
            type=type,
            params=params,
            mode=mode,
            verdict=guard.Verdict.HOLD,
        )
        guard.save(conn, rule, by="bench", at=datetime.now(UTC))
    conn.commit()


def _orders(conn: db.Conn, plan: flows.Plan, everybody: list[UUID], batches: int, name: str) -> None:
    for batch in range(batches):
        at = datetime.now(UTC)
        intakes = [
            flows.Intake(
                order=_order(f"{name}-{batch}-{n}", at), member=everybody[(batch * BATCH + n) % len(everybody)]
            )
            for n in range(BATCH)
        ]
        flows.record_activities(conn, plan, intakes, at=at)
        conn.commit()


def _order(number: str, at: datetime) -> activities.Order:
    line = activities.Line(line_id="1", amount_minor=20_000, sku="tea")
    return activities.Order(
        source="shop", external_id=number, currency="CNY", total_minor=20_000, occurred_at=at, lines=(line,),
        store="S1", till=number[-1],
    )  # fmt: skip


def _holds(conn: db.Conn, plan: flows.Plan, some: list[UUID], name: str) -> None:
    at = datetime.now(UTC) + timedelta(days=30)
    for member_id in some:
        flows.hold_points(conn, plan, member_id, 1, external_id=name, at=at)
        flows.release_hold(conn, plan, member_id, name, at=at)
        conn.commit()
