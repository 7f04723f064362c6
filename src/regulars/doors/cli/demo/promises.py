"""What the demo program promises beside its defaults: coupons, a campaign, a challenge, experiences, and more.

Made by the flows and front doors that the screens use; few and plain, so that every page has something to show.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from regulars import flows
from regulars.kit import clock, db, ids
from regulars.program import campaigns, challenges, coupons, experiences, guard, referrals, rewards
from regulars.records import access

from .model import TIME_ZONE

POOL = "tea-two-off"
CAMPAIGN = "tea-weekend"
CHALLENGE = "four-teas"
MILESTONES = "year-milestones"
EVENING = "evening-of-tea"
BAKING = "baking-morning"
ADVOCATE_POINTS = 500
FRIEND_POINTS = 300
OPEN_DAYS = 13
"""So many days before the shop's last one the promises begin; what they give of orders is still pending then."""
_BY = "setup"
_ACTOR = access.Actor(kind=access.ActorKind.KEY, code=_BY, name=_BY, person=_BY)
_TEA = 'line.category in ["Teas", "Coffee and tea"]'
_BOUGHT_TEA = 'activity.lines.exists(l, l.category in ["Teas", "Coffee and tea"])'
_OFTEN_TEA = 'member.lines.filter(l, l.category in ["Teas", "Coffee and tea"] && now - l.at < days(30)).size() >= 2'


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The shop's last day, and now; both in the zone of the program."""

    last_on: date
    now: datetime

    def on(self, days_before: int, hour: int = 10, minute: int = 0) -> datetime:
        """A time so many days before the last one."""
        day = self.last_on - timedelta(days=days_before)
        return datetime.combine(day, time(hour, minute), tzinfo=clock.zone(TIME_ZONE))

    def coming(self, days: int, hour: int) -> datetime:
        """A time so many days from now."""
        day = self.now.astimezone(clock.zone(TIME_ZONE)).date() + timedelta(days=days)
        return datetime.combine(day, time(hour), tzinfo=clock.zone(TIME_ZONE))


def stand(conn: db.Conn, plan: flows.Plan) -> bool:
    """Whether the promises were made before."""
    return any(pool.code == POOL for pool in coupons.pools(conn, plan.program.program_id))


def make(conn: db.Conn, plan: flows.Plan, days: Days) -> flows.Plan:
    """Make all of them; answers the plan as it is then. The caller owns the transaction."""
    program_id, opened_at = plan.program.program_id, days.on(OPEN_DAYS, 8)
    _benefits(conn, plan, days.now)
    _pools(conn, plan, opened_at)
    _challenge(conn, program_id, days)
    _milestones(conn, program_id, days)
    _experiences(conn, program_id, days)
    scheme = referrals.Scheme(
        program_id=program_id,
        advocate_points=ADVOCATE_POINTS,
        friend_points=FRIEND_POINTS,
        minimum_minor=1500,
        cap=10,
        link="https://shop.example/join?code={code}",
    )
    referrals.save(conn, scheme, by=_BY, at=days.on(30, 8))
    _guard(conn, program_id, days)
    flows.save_rule(conn, plan, _HABIT, by=_BY, at=opened_at)
    _campaign(conn, plan, days)
    _rewards(conn, plan, days)
    return flows.load(conn, program_id)


def _guard(conn: db.Conn, program_id: int, days: Days) -> None:
    """Two rules that only watch, so that the queue shows what a rule would find."""
    watched = {"velocity": {"orders": 30, "hours": 720}, "refunds": {"returns": 5, "share": 5, "days": 365}}
    for type, params in watched.items():
        rule = guard.Rule(program_id=program_id, rule_id=0, type=type, params=params, verdict=guard.Verdict.HOLD)
        guard.save(conn, rule, by=_BY, at=days.on(OPEN_DAYS, 8))


_HABIT = flows.RuleWanted(
    effect="multiply",
    params={"factor": 1.5},
    label={"en": "Tea lovers' bonus", "zh": "爱茶加成"},
    because={"en": "You bought tea at least twice within 30 days.", "zh": "您近 30 天内至少购茶两次。"},
    condition=_OFTEN_TEA,
    lines=_TEA,
)


def _benefits(conn: db.Conn, plan: flows.Plan, at: datetime) -> None:
    """Typed benefits in place of the words a new program has."""
    birthday = {"type": "birthday_gift", "text": {"en": "A tin of tea on your birthday", "zh": "生日当天赠茶一罐"}}
    given = {
        1: (birthday, {"type": "return_window", "days": 21}),
        2: (
            birthday,
            {"type": "member_price", "factor": 0.95},
            {"type": "return_window", "days": 30},
            {"type": "priority_service"},
            {"type": "priority_access"},
        ),
    }
    ladder = plan.ladder
    wanted = tuple(replace(tier, benefits=given.get(tier.rank, tier.benefits)) for tier in ladder.tiers)
    flows.save_tier_set(conn, plan, replace(ladder, tiers=wanted), by=_BY, at=at)


def _pools(conn: db.Conn, plan: flows.Plan, at: datetime) -> None:
    two_off = coupons.Terms(
        name={"en": "2 off your next tea", "zh": "购茶立减 2 元"},
        description={"en": "From a purchase of 10 on.", "zh": "满 10 元可用。"},
        benefit=coupons.Benefit(kind="amount", amount_minor=200),
        minimum_minor=1000,
        valid_days=90,
        is_transferable=True,
    )
    hello = coupons.Terms(
        name={"en": "10% off, for everybody", "zh": "全场 9 折，人人可用"},
        benefit=coupons.Benefit(kind="percent", percent=10, discount_max_minor=1000),
        codes="public",
        uses_max=None,
        member_max=1,
    )
    live = coupons.PoolState.LIVE
    for code, terms, shared in ((POOL, two_off, ""), ("hello", hello, "HELLO10")):
        pool = coupons.new(plan.program.program_id, code, terms, state=live)
        flows.save_pool(conn, plan, pool, version=0, public_code=shared, by=_BY, at=at)


def _challenge(conn: db.Conn, program_id: int, days: Days) -> None:
    draft = challenges.Challenge(
        program_id=program_id,
        challenge_id=ids.key_of(program_id, "challenge", CHALLENGE),
        code=CHALLENGE,
        name={"en": "Four times tea", "zh": "四次品茶"},
        description={"en": "Buy tea with four orders, and be a tea master.", "zh": "四单购茶，成为茶艺达人。"},
        measure=challenges.Measure.COUNT,
        counts=challenges.ORDER,
        condition=_BOUGHT_TEA,
        milestones=(
            challenges.Milestone(target=2, badge={"en": "Tea friend", "zh": "茶友"}),
            challenges.Milestone(target=4, points=200, badge={"en": "Tea master", "zh": "茶艺达人"}),
        ),
        starts_at=days.on(OPEN_DAYS, 0),
        ends_at=days.coming(60, 0),
        state=challenges.State.LIVE,
    )
    challenges.save(conn, draft, by=_BY, at=days.on(OPEN_DAYS, 8))


def _milestones(conn: db.Conn, program_id: int, days: Days) -> None:
    """What the year gives on the way from tier to tier."""
    draft = challenges.Challenge(
        program_id=program_id,
        challenge_id=ids.key_of(program_id, "challenge", MILESTONES),
        code=MILESTONES,
        name={"en": "Milestones of the year", "zh": "年度里程碑"},
        description={"en": "Points on the way to Silver and Gold.", "zh": "升级途中的积分奖励。"},
        measure=challenges.Measure.SPEND,
        counts=challenges.ORDER,
        milestones=tuple(
            challenges.Milestone(target=target, points=points)
            for target, points in ((50_000, 100), (250_000, 500), (400_000, 1_000))
        ),
        season=challenges.Season.YEAR,
        starts_at=days.on(OPEN_DAYS, 0),
        state=challenges.State.LIVE,
    )
    challenges.save(conn, draft, by=_BY, at=days.on(OPEN_DAYS, 8))


def _experiences(conn: db.Conn, program_id: int, days: Days) -> None:
    at = days.on(OPEN_DAYS, 8)
    for code, name, description, place, starts_at, hours, capacity in (
        (EVENING, {"en": "An evening of tea", "zh": "茶香之夜"},
         {"en": "Six teas, poured and told by who grows them.", "zh": "六款好茶，由茶农亲自冲泡讲解。"},
         "12 Main Street", days.coming(12, 18), 3, 8),
        (BAKING, {"en": "Baking morning", "zh": "烘焙早课"},
         {"en": "Bake a loaf with our bakers and take it home.", "zh": "与烘焙师一起做面包并带回家。"},
         "12 Main Street", days.coming(19, 9), 2, 20),
    ):  # fmt: skip
        one = experiences.Experience(
            program_id=program_id,
            experience_id=ids.key_of(program_id, "experience", code),
            code=code,
            name=name,
            description=description,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=hours),
            capacity=capacity,
            place=place,
            no_show_days=30,
            state=experiences.State.OPEN,
        )
        experiences.save(conn, one, by=_BY, at=at)


def _campaign(conn: db.Conn, plan: flows.Plan, days: Days) -> None:
    """Gold members get double points on tea at weekends: the shop's last one and the four after it."""
    drafted_at, launched_at = days.on(5, 9), days.on(2, 9)
    terms = campaigns.Terms(
        name={"en": "Double points on tea, every weekend", "zh": "周末购茶双倍积分"},
        starts_on=days.last_on - timedelta(days=1),
        ends_on=days.last_on + timedelta(days=28),
        holdout_percent=10,
        budget=campaigns.Budget(points_max=20_000),
        goal=campaigns.Goal(metric="participants", target=150),
        **flows.audience_terms(plan, 'member.tier == "gold"'),
    )
    made = campaigns.draft(conn, plan.program.program_id, CAMPAIGN, terms, by=_ACTOR, at=drafted_at)
    twice = flows.RuleWanted(
        effect="multiply",
        params={"factor": 2},
        label={"en": "Double points on tea", "zh": "购茶双倍积分"},
        condition="activity.local_date.weekday >= 6",
        lines=_TEA,
        campaign_id=made.campaign_id,
    )
    flows.save_rule(conn, plan, twice, by=_BY, at=drafted_at)
    for line in (
        campaigns.LineTerms(metric="redemption_rate", threshold=30),
        campaigns.LineTerms(metric="budget_burn", threshold=90, action="warn", age_min_days=0, sample_min=10),
    ):
        campaigns.set_line(conn, plan.program.program_id, made.campaign_id, line, by=_ACTOR, at=drafted_at)
    for state, at in ((campaigns.State.REVIEW, drafted_at), (campaigns.State.LIVE, launched_at)):
        flows.run_campaign(conn, plan, made.campaign_id, state, by=_ACTOR, at=at)


_SHELVES = {
    "five-off": "vouchers",
    "twenty-off": "vouchers",
    "free-delivery": "vouchers",
    "tote-bag": "goods",
    "tasting": "outings",
}


def _rewards(conn: db.Conn, plan: flows.Plan, days: Days) -> None:
    """Shelves for the rewards a new program has, and rewards of further types beside them."""
    program_id = plan.program.program_id
    for place, (code, name) in enumerate(
        {
            "vouchers": {"en": "Vouchers", "zh": "优惠券"},
            "goods": {"en": "Goods", "zh": "实物礼品"},
            "outings": {"en": "Outings", "zh": "活动体验"},
            "good-causes": {"en": "Good causes", "zh": "公益"},
        }.items()
    ):
        rewards.save_category(conn, rewards.Category(program_id=program_id, code=code, name=name, place=place))
    for one in rewards.catalogue(conn, program_id):
        if one.code in _SHELVES:
            shelved = replace(one, category=_SHELVES[one.code])
            flows.save_reward(conn, plan, shelved, by=_BY, at=days.now, seen=one)
    for wanted in _further(program_id, days):
        flows.save_reward(conn, plan, wanted, by=_BY, at=days.now)


def _further(program_id: int, days: Days) -> list[rewards.Reward]:
    def of(code: str, **fields: object) -> rewards.Reward:
        key = ids.key_of(program_id, "reward", code)
        return rewards.Reward(program_id=program_id, reward_id=key, code=code, **fields)  # type: ignore[arg-type]

    return [
        of("tea-coupon", type="coupon", category="vouchers", price_points=180, cost_minor=200, params={"pool": POOL},
           name={"en": "2 off your next tea", "zh": "购茶立减 2 元券"},
           description={"en": "A personal coupon; pass it on if you like.", "zh": "专属优惠券，可转赠。"}),
        of("tea-caddy", type="product", category="goods", price_points=1200, cost_minor=900, units_left=60,
           name={"en": "Tea caddy", "zh": "茶叶罐"},
           description={"en": "The last twenty cost a little more.", "zh": "最后二十件积分略涨。"},
           prices=(rewards.Price(points=1000, rank_min=2), rewards.Price(points=700, money_minor=500)),
           steps=rewards.Steps(by="left", steps=(rewards.Step(units=20, percent=120),
                                                 rewards.Step(units=5, percent=150)))),
        of("baking-ticket", type="event_ticket", category="outings", price_points=600, cost_minor=800,
           params={"experience": BAKING}, member_limit=1,
           name={"en": "A place at the baking morning", "zh": "烘焙早课名额"}, description={}),
        of("hamper", type="sweepstake", category="goods", price_points=50, cost_minor=30, params={"winners": 3},
           ends_at=days.coming(30, 12),
           name={"en": "Win one of three hampers", "zh": "抽三份礼篮"},
           description={"en": "Every entry has the same chance.", "zh": "每份资格中奖机会相同。"}),
        of("food-bank", type="donation", category="good-causes", price_points=100, cost_minor=100,
           name={"en": "A meal for the food bank", "zh": "为食物银行捐一餐"},
           description={"en": "We give 1 for every 100 points.", "zh": "每 100 积分捐 1 元。"}),
    ]  # fmt: skip
