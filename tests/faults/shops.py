"""A shop to put on any database: a program whose points can be spent at once, two keys, members, a reward."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from regulars import flows
from regulars.kit import db, ids
from regulars.program import rewards
from regulars.records import access, activities, members


@dataclass(frozen=True, slots=True)
class Shop:
    """What a till has to know."""

    plan: flows.Plan
    key: str
    admin: str


def found(dsn: str) -> Shop:
    """A new program with its keys."""
    at = datetime.now(UTC)
    with db.connect(dsn) as conn:
        plan = flows.found_program(
            conn,
            code=f"p-{uuid4().hex[:12]}",
            name={"en": "Demo", "zh": "示例"},
            currency="CNY",
            time_zone="Asia/Shanghai",
            language="en",
            at=at,
            return_window_days=0,
        )
        program_id = plan.program.program_id
        _, key = access.issue(conn, program_id=program_id, label="till", scopes=[access.Scope.CHECKOUT], at=at)
        _, admin = access.issue(conn, program_id=program_id, label="office", scopes=[access.Scope.ADMIN], at=at)
    return Shop(plan, key, admin)


def join(conn: db.Conn, plan: flows.Plan, count: int, *, points: int = 0) -> list[str]:
    """Ids of new members, each with `points` to spend."""
    at = datetime.now(UTC)
    tag = uuid4().hex[:8]
    wanted = [
        members.Enrollment(
            identifiers=(members.Identifier(members.IdentifierKind.EXTERNAL, f"{tag}-{number}"),), enrolled_at=at
        )
        for number in range(count)
    ]
    joined = [member_id for member_id, *_ in flows.enroll_member(conn, plan, wanted, at=at)]
    if points:
        for start in range(0, count, 500):
            chunk = joined[start : start + 500]
            flows.record_activities(conn, plan, [_gift(tag, member_id, points, at) for member_id in chunk], at=at)
    return [str(member_id) for member_id in joined]


def _gift(tag: str, member_id: UUID, points: int, at: datetime) -> flows.Intake:
    """An order that earns exactly `points` in the lowest tier."""
    return flows.Intake(
        order=order_of(f"gift-{tag}-{member_id}", points * 100, at=at - timedelta(minutes=1)), member=member_id
    )


def order_of(name: str, total_minor: int, *, at: datetime) -> activities.Order:
    """An order of one line."""
    return activities.Order(
        source="shop",
        external_id=name,
        currency="CNY",
        total_minor=total_minor,
        occurred_at=at,
        lines=(activities.Line(line_id="1", amount_minor=total_minor),),
    )


def reward(conn: db.Conn, plan: flows.Plan, *, units_left: int | None, price_points: int = 100) -> UUID:
    """A new reward."""
    made = rewards.Reward(
        program_id=plan.program.program_id,
        reward_id=ids.uuid7(),
        code=f"r-{uuid4().hex[:8]}",
        name={"en": "Mug", "zh": "马克杯"},
        description={},
        category="product",
        type="product",
        price_points=price_points,
        cost_minor=500,
        units_left=units_left,
    )
    rewards.save(conn, made, at=datetime.now(UTC))
    return made.reward_id
