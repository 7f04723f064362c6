"""Fifty live rules, twenty of them of campaigns, five that count orders, and five challenges: decided in memory, and
recorded whole, each against the same program with the three rules it began with.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from bench import stopwatch
from bench.intake import HOUSEHOLDS, orders, record
from bench.telling import tell, tell_ratio
from regulars import flows
from regulars.flows import recalling
from regulars.kit import db, ids
from regulars.program import campaigns, challenges, earning, tiers
from regulars.records import access, members

BY = access.Actor(kind=access.ActorKind.STAFF, code="staff:1", name="Bench", person="staff:1")
CONDITIONS = (
    'activity.channel == "web"',
    'activity.store in ["A", "B"] && activity.total >= 20',
    'member.tier != "member" && activity.total >= 50',
    "member.orders_30d >= 3 && activity.total >= 30",
    'activity.lines.exists(l, l.category == "cake" && l.amount > 5)',
    "activity.local_date.weekday >= 6 && activity.local_hour >= 18",
    "member.birth_on.month == today.month",
    'member.language == "zh" || member.channel == "app"',
)
LINES = ("", 'line.category == "tea"', "", 'line.sku.startsWith("s1")')


def run(fresh: Callable[[], str], *, is_quick: bool) -> None:
    """Print orders a second of processor time decided in memory, and orders a second recorded, and the ratios."""
    rounds, batches, decided = (5, 4, 4_000) if is_quick else (7, 20, 40_000)
    with db.connect(fresh()) as plain, db.connect(fresh()) as ruled:
        plans = [_found(plain), _busy(ruled, _found(ruled))]
        memory: list[list[float]] = [[], []]
        for _ in range(rounds):
            for place, plan in enumerate(plans):
                memory[place].append(_decided(plan, decided))
        tell("decide.three-rules", memory[0], "orders/s")
        tell("decide.fifty-rules", memory[1], "orders/s")
        tell_ratio("decide", memory[1], memory[0])
        whole: list[list[float]] = [[], []]
        sources = [orders(1, name="first", households=range(HOUSEHOLDS)) for _ in plans]
        for conn, plan, source in zip((plain, ruled), plans, sources, strict=True):
            record(conn, plan, [list(islice(source, 1000)) for _ in range(HOUSEHOLDS // 1000)])
        for _ in range(rounds):
            for place, (conn, plan, source) in enumerate(zip((plain, ruled), plans, sources, strict=True)):
                made = [list(islice(source, 1000)) for _ in range(batches)]
                took = stopwatch.seconds(lambda conn=conn, plan=plan, made=made: record(conn, plan, made))
                whole[place].append(batches * 1000 / took)
        tell("decide.recorded.three-rules", whole[0], "orders/s")
        tell("decide.recorded.fifty-rules", whole[1], "orders/s")
        tell_ratio("decide.recorded", whole[1], whole[0])


def _found(conn: db.Conn) -> flows.Plan:
    at = datetime.now(UTC) - timedelta(days=400)
    plan = flows.found_program(
        conn, code="bench", name={"en": "Bench"}, currency="CNY", time_zone="Asia/Shanghai", language="en", at=at
    )
    conn.commit()
    return plan


def _busy(conn: db.Conn, plan: flows.Plan) -> flows.Plan:
    """Fifty rules, twenty campaigns, five challenges."""
    at, program_id = datetime.now(UTC) - timedelta(days=399), plan.program.program_id
    for number in range(47):
        effect, params = _effect(number)
        campaign_id = _campaign(conn, plan, number, at) if number < 20 else None
        wanted = flows.RuleWanted(
            effect=effect,
            params=params,
            label={"en": f"Rule {number}"},
            condition=CONDITIONS[number % len(CONDITIONS)] if effect != "nth_order" else None,
            lines=LINES[number % len(LINES)] if effect == "multiply" else "",
            group=f"g{number % 5}" if number % 3 == 0 else "",
            limits=earning.Limits(member_points_max=500) if number % 10 == 1 else None,
            campaign_id=campaign_id,
        )
        flows.save_rule(conn, plan, wanted, by="bench", at=at)
        if campaign_id is not None:
            for state in (campaigns.State.REVIEW, campaigns.State.LIVE):
                now = flows.load(conn, program_id)
                flows.run_campaign(conn, now, campaign_id, state, by=BY, at=at, note="bench")
    for number in range(5):
        _challenge(conn, program_id, number, at)
    conn.commit()
    return flows.load(conn, program_id)


def _effect(number: int) -> tuple[str, dict[str, object]]:
    if number >= 42:
        return "nth_order", {"nth": number - 39, "repeats": True, "points": 5}
    if number % 4 == 0:
        return "bonus", {"points": 10, "spend_minor": 5_000 + number}
    return "multiply", {"factor": 1.5}


def _campaign(conn: db.Conn, plan: flows.Plan, number: int, at: datetime) -> int:
    terms = campaigns.Terms(name={"en": f"Campaign {number}"}, holdout_percent=10)
    return campaigns.draft(conn, plan.program.program_id, f"c{number}", terms, by=BY, at=at).campaign_id


def _challenge(conn: db.Conn, program_id: int, number: int, at: datetime) -> None:
    for state in (challenges.State.DRAFT, challenges.State.LIVE):
        challenge = challenges.Challenge(
            program_id=program_id,
            challenge_id=ids.key_of(program_id, "challenge", f"c{number}"),
            code=f"c{number}",
            name={"en": f"Challenge {number}"},
            description={},
            milestones=(challenges.Milestone(target=5 + number, points=10),),
            measure=challenges.Measure.COUNT,
            counts=challenges.ORDER,
            condition="activity.total >= 10",
            state=state,
        )
        challenges.save(conn, challenge, by="bench", at=at)


def _decided(plan: flows.Plan, count: int) -> float:
    """Orders a second of this thread's processor time, each of a member with ten days behind them."""
    dice = random.Random("decide")
    made = list(islice(orders(2, name="decide", households=range(HOUSEHOLDS)), count))
    states = {}
    for household in range(1_000):
        person = members.Standing(
            member_id=ids.uuid7(),
            status=members.Status.ACTIVE,
            enrolled_on=datetime.now(UTC).date() - timedelta(days=400),
            language=dice.choice(("en", "zh")),
            birth_on=None if household % 3 else datetime(1990, dice.randint(1, 12), 5, tzinfo=UTC).date(),
            account_id=UUID(int=household),
            enrolled_at=datetime.now(UTC) - timedelta(days=400),
            channel="app",
        )
        first = datetime.now(UTC).date() - timedelta(days=380)
        days = tuple(tiers.Tally(first + timedelta(days=day), 5_000, 50, 1) for day in range(10))
        past = recalling.Past(days=days) if plan.needs.of_past else recalling.NOTHING
        states[household] = flows.State(standing=person, holding=None, tallies=days[:3], past=past)
    today = datetime.now(UTC).date()
    work = [(states[number % 1_000], intake.order) for number, intake in enumerate(made)]
    started = time.thread_time()
    for state, order in work:
        flows.decide(plan, state, order, today=today)
    return count / (time.thread_time() - started)
