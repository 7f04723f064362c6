"""What a few members made of the promises in the shop's last days: tea, coupons, friends, seats, good causes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from regulars import flows
from regulars.doors.cli.lanes import Report
from regulars.flows import refer_friends
from regulars.kit import db
from regulars.kit.errors import Refusal
from regulars.program import challenges, coupons, experiences, referrals, rewards
from regulars.records import activities, ledger, members

from . import promises
from .model import CURRENCY, SOURCE
from .promises import Days

PEOPLE_MAX = 12
FRIENDS = 5
_TEAS = (("TEA-1", "Earl grey", 650), ("TEA-2", "Jasmine green", 720), ("TEA-3", "Long jing", 980))
_PSEUDONYMS = ("Jasmine", "Oolong", "龙井", "Rooibos", "Assam", "茉莉")


@dataclass(frozen=True, slots=True, kw_only=True)
class Friend:
    """Somebody brought by the advocate in that place; days are before the shop's last one."""

    code: str
    name: str
    language: str
    advocate: int
    joined: int
    bought: int | None = None
    device: str = ""


_FRIENDS = (
    Friend(code="friend 1", name="Nora Fern", language="en", advocate=0, joined=25, bought=20),
    Friend(code="friend 2", name="林安然", language="zh", advocate=1, joined=22, bought=18),
    Friend(code="friend 3", name="Hugo Meadow", language="en", advocate=0, joined=9, bought=5),
    Friend(code="friend 4", name="周雨桐", language="zh", advocate=1, joined=6, bought=4, device="tablet 7"),
    Friend(code="friend 5", name="Iris Shore", language="en", advocate=0, joined=5),
)


def happen(conn: db.Conn, plan: flows.Plan, regulars: Sequence[UUID], days: Days) -> Report:
    """Let it happen to these members, the keenest first; answers what it put into the books. The caller owns the
    transaction."""
    report, people = Report(), list(regulars)[:PEOPLE_MAX]
    codes = _issue(conn, plan, people, days)
    _boards(conn, plan, people, days)
    _record(conn, plan, _tea_orders(people, codes, days), days, report)
    if len(people) > 1:
        _record(conn, plan, _befriend(conn, plan, people, days), days, report)
        refer_friends.settle_referrals(conn, plan, at=days.now)
    _sign_up(conn, plan, people, days)
    _redeem(conn, plan, people, days, report)
    return report


def _issue(conn: db.Conn, plan: flows.Plan, people: Sequence[UUID], days: Days) -> list[str]:
    pool = coupons.pool(conn, plan.program.program_id, promises.POOL)
    at = days.on(promises.OPEN_DAYS - 1)
    return [flows.issue_coupon(conn, plan, pool, one, issue_id="demo welcome", at=at).coupon.shown for one in people]


def _boards(conn: db.Conn, plan: flows.Plan, people: Sequence[UUID], days: Days) -> None:
    """Some show up on leaderboards."""
    program_id = plan.program.program_id
    for one, pseudonym in zip(people[1:], _PSEUDONYMS, strict=False):
        name = members.get(conn, program_id, one).name
        at = days.on(promises.OPEN_DAYS - 1)
        challenges.join_boards(conn, program_id, one, pseudonym, name=name, at=at)


def _tea_orders(people: Sequence[UUID], codes: Sequence[str], days: Days) -> list[flows.Intake]:
    """One to four orders each, the last one on the last Saturday; every third pays it with a coupon."""
    found = []
    for place, member_id in enumerate(people):
        for turn in range(1 + place % 4):
            coupon = codes[place] if turn == 0 and place % 3 == 0 else ""
            _, title, price_minor = _TEAS[(place + turn) % len(_TEAS)]
            at = days.on(1 + 3 * turn, 10 + place % 8, 7 * place % 60)
            lines = (
                _line("1", title, "Teas", price_minor, 2, discount_minor=200 if coupon else 0),
                _line("2", "Shortbread", "Cookies/cones", 349 + 10 * place, 1),
            )
            found.append(_intake(member_id, f"tea {place} {turn}", at, lines, (coupon,) if coupon else ()))
    return found


def _line(
    line_id: str, title: str, category: str, price_minor: int, quantity: int, *, discount_minor: int = 0
) -> activities.Line:
    return activities.Line(
        line_id=line_id,
        sku=title.upper().replace(" ", "-"),
        title=title,
        category=category,
        quantity=quantity,
        amount_minor=quantity * price_minor - discount_minor,
        discount_minor=discount_minor,
    )


def _intake(
    member_id: UUID, code: str, at: datetime, lines: tuple[activities.Line, ...], used: tuple[str, ...] = ()
) -> flows.Intake:
    order = activities.Order(
        source=SOURCE,
        external_id=code,
        currency=CURRENCY,
        total_minor=sum(line.amount_minor for line in lines),
        occurred_at=at,
        lines=lines,
        store="1",
        channel="store",
    )
    return flows.Intake(order=order, member=member_id, coupons=used)


def _record(conn: db.Conn, plan: flows.Plan, intakes: Sequence[flows.Intake], days: Days, report: Report) -> None:
    for intake, done in zip(intakes, flows.record_activities(conn, plan, intakes, at=days.now), strict=True):
        if isinstance(done, Refusal):
            raise done
        report.orders += 1
        report.lines += len(intake.order.lines)
        report.amount_minor += intake.order.total_minor
        report.points += done.points


def _befriend(conn: db.Conn, plan: flows.Plan, people: Sequence[UUID], days: Days) -> list[flows.Intake]:
    """Friends join by a code; one with a device that their advocate uses, so a person has to look. Their orders."""
    program_id, found = plan.program.program_id, []
    advocate = members.get(conn, program_id, people[1])
    refer_friends.note_traits(conn, plan, advocate, {"device": "tablet 7"}, at=days.on(26))
    for friend in _FRIENDS:
        at = days.on(friend.joined, 15)
        code = referrals.issue(conn, program_id, people[friend.advocate], at=days.on(26))
        advocate_id = refer_friends.check_code(conn, plan, code)
        enrollment = members.Enrollment(
            identifiers=(members.normal(members.IdentifierKind.EXTERNAL, friend.code),),
            enrolled_at=at,
            name=friend.name,
            language=friend.language,
            channel="referral",
        )
        ((member_id, is_new),) = flows.enroll_member(conn, plan, [enrollment], at=days.now)
        member, told = members.get(conn, program_id, member_id), {"device": friend.device} if friend.device else {}
        refer_friends.join_by_code(conn, plan, member, advocate_id, told, is_new=is_new, at=at)
        refer_friends.note_traits(conn, plan, member, told, at=at)
        if friend.bought is not None:
            lines = (_line("1", "Jasmine green", "Teas", 720, 3), _line("2", "Honey", "Spreads", 595, 1))
            found.append(_intake(member_id, f"first {friend.code}", days.on(friend.bought, 11), lines))
    return found


def _sign_up(conn: db.Conn, plan: flows.Plan, people: Sequence[UUID], days: Days) -> None:
    """More people than the evening has seats, fewer than the morning has."""
    for code, coming in ((promises.EVENING, people[:11]), (promises.BAKING, people[4:11])):
        one = experiences.get(conn, plan.program.program_id, code=code)
        for member_id in coming:
            flows.book_seat(conn, plan, one.experience_id, member_id, at=days.now)


def _redeem(conn: db.Conn, plan: flows.Plan, people: Sequence[UUID], days: Days, report: Report) -> None:
    """Some give to the food bank, enter the draw or take a caddy, as far as their points reach."""
    catalogue = {one.code: one for one in rewards.catalogue(conn, plan.program.program_id)}
    wishes = ("food-bank", "hamper", "tea-caddy")
    today = plan.program.local_date(days.now)
    for place, member_id in enumerate(people[: 3 * len(wishes)]):
        reward = catalogue[wishes[place % len(wishes)]]
        balance = ledger.balances(conn, [member_id], wallet=plan.wallet, today=today)[member_id]
        if balance.spendable < reward.price_points:
            continue
        done = flows.redeem_reward(
            conn, plan, member_id, reward.reward_id, external_id=f"demo lately {place}", at=days.now
        )
        report.redemptions += 1
        report.burned_points += done.redemption.points
