"""Fifty segments found again: one statement each, against the same conditions asked of each member in Python.

The rival reads the members in pages through `conditions.members` and asks the compiled function, as a service without
a database of its own would; it does so for one segment in ten and 50,000
members, and is counted for all of them.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from bench import stopwatch, supply
from bench.telling import tell, tell_ratio
from regulars import flows
from regulars.audience import conditions, segments
from regulars.flows import wording
from regulars.kit import db

SEGMENTS = 50
PAGE = 5_000
EVERY_TENTH = 10
ASKED = 50_000
"""So many members the rival asks at most; its time is counted for all of them."""

_MEMBERS = """
    insert into members.member (member_id, program_id, enrolled_at, enrolled_on, terms_version, language, channel)
    select
      (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || substr(md5(n::text), 14))::uuid, %(program_id)s,
      %(at)s - (n %% 1000) * interval '1 day', (%(at)s - (n %% 1000) * interval '1 day')::date, 1, 'zh',
      (array['shop', 'web', 'app'])[1 + n %% 3]
    from generate_series(1, %(members)s) as n
"""
_PURCHASES = """
    insert into activities.purchase (
      member_id, order_id, account_id, program_id, source, external_id, occurred_at, recorded_at, on_date, currency,
      total_minor, eligible_minor, award_points, active_on, expires_on, store
    )
    select
      m.member_id, md5(m.member_id::text || k)::uuid, m.member_id, m.program_id, 'shop', m.member_id::text || '-' || k,
      d.at, d.at, d.at::date, 'CNY', d.minor, d.minor, d.minor / 100, d.at::date, '9999-12-31',
      'S' || abs(hashtext(m.member_id::text)) %% 40
    from members.member as m
    cross join generate_series(1, 3) as k
    cross join lateral (
      select
        %(at)s - abs(hashtext(m.member_id::text || k)) %% 500 * interval '1 day' as at,
        100 + abs(hashtext(k || m.member_id::text)) %% 300000 as minor
    ) as d
"""
_TALLIES = """
    insert into tiers.tally (member_id, on_date, spend_minor, points, orders)
    select p.member_id, p.on_date, sum(p.eligible_minor), sum(p.award_points), count(*)
    from activities.purchase as p
    group by p.member_id, p.on_date
"""
SHAPES = (
    "member.spend_12m >= {0}00",
    "member.orders_90d >= 1 && member.spend_90d < {0}00",
    "now - member.last_order_at > days({0})",
    "now - member.enrolled_at <= days({0})",
    'member.channel == "web" && member.orders_total >= 2 && member.spend_12m >= {0}0',
    "member.orders.filter(o, now - o.at < days({0})).sum(o, o.net) >= 1000",
    'member.orders.exists(o, o.store == "S{1}" && now - o.at < days({0}))',
    "member.first_order_at < member.last_order_at && member.orders_30d == 0 && member.spend_12m > {0}00",
)


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print seconds to find fifty segments, members and conditions asked a second, and the ratio to Python's."""
    members, runs = (50_000, 5) if is_quick else (1_000_000, 5)
    at = datetime.now(UTC)
    with db.connect(fresh()) as conn:
        plan = supply.found(conn)
        _fill(conn, plan, members, at)
        kept = [_segment(conn, plan, number, at) for number in range(SEGMENTS)]
        conn.commit()
        _vacuum(conn)
        took: list[float] = []
        rival: list[float] = []
        for number in range(runs):
            later = at + timedelta(hours=8 * (number + 1))
            some = kept[number % EVERY_TENTH :: EVERY_TENTH]
            took.append(stopwatch.seconds(partial(_find_all, conn, plan, kept, later)))
            rival.append(
                stopwatch.seconds(partial(_ask_all, conn, plan, some, later)) * EVERY_TENTH * max(1, members // ASKED)
            )
    tell(f"segments.{SEGMENTS}-of-{members}", took, "seconds")
    tell("segments.asked", [members * SEGMENTS / one for one in took], "members and conditions/s")
    tell("segments.in-python", rival, "seconds")
    tell_ratio("segments", rival, took)


def _fill(conn: db.Conn, plan: flows.Plan, members: int, at: datetime) -> None:
    given = {"program_id": plan.program.program_id, "members": members, "at": at}
    conn.execute("set statement_timeout = 0")
    for statement in (_MEMBERS, _PURCHASES, _TALLIES):
        conn.execute(statement, given)
    conn.commit()
    _vacuum(conn)


def _vacuum(conn: db.Conn) -> None:
    conn.autocommit = True
    conn.execute("vacuum analyze members.member, activities.purchase, tiers.tally, segments.membership")
    conn.execute("checkpoint")
    conn.autocommit = False


def _segment(conn: db.Conn, plan: flows.Plan, number: int, at: datetime) -> segments.Segment:
    text = SHAPES[number % len(SHAPES)].format(10 + 7 * number, number % 40)
    wanted = segments.Segment(
        program_id=plan.program.program_id,
        segment_id=0,
        code=f"s{number}",
        name={"en": f"Segment {number}"},
        condition=text,
        created_at=at,
    )
    return flows.save_segment(conn, plan, wanted, by="bench", at=at)


def _find_all(conn: db.Conn, plan: flows.Plan, kept: list[segments.Segment], at: datetime) -> None:
    for segment in kept:
        assert flows.refresh_segment(conn, plan, segment, at=at) is not None
        conn.commit()


def _ask_all(conn: db.Conn, plan: flows.Plan, kept: list[segments.Segment], at: datetime) -> None:
    """What the rival finds must be what the statements found, among the members it asks."""
    program_id, today = plan.program.program_id, plan.program.local_date(at)
    rows = conn.execute(
        "select m.member_id from facts.member as m where m.program_id = %s order by m.member_id limit %s",
        [program_id, ASKED],
    )
    everybody: list[UUID] = [row[0] for row in rows]
    for segment in kept:
        condition = wording.parsed(plan, segment.condition, conditions.Scope.SEGMENT)
        rule = conditions.compiled(condition)
        matching = 0
        for start in range(0, len(everybody), PAGE):
            page = everybody[start : start + PAGE]
            found = conditions.members(conn, condition, page, program_id=program_id, at=at, today=today)
            matching += sum(rule(one["member"], one["now"], one["today"]) for one in found.values())
        found_too = segments.members(conn, segment, at=at, limit=ASKED)
        assert matching == sum(member_id <= everybody[-1] for member_id, _since in found_too)
    conn.commit()
