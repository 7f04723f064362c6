"""However orders are cut into batches, fifty rules give each the same: conditions, history, limits, budgets, groups."""

import random
from datetime import UTC, datetime, timedelta

from regulars import flows
from regulars.kit import db
from regulars.program import earning
from regulars.records import activities, ledger, members

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
CATEGORIES = ("tea", "coffee", "cake", "cups", "")
CHANNELS = ("", "web", "till")
STORES = ("", "A", "B")
CONDITIONS = (
    'activity.channel == "web"',
    'activity.store in ["A", "B"] && activity.total >= 20',
    'member.tier != "member"',
    "member.orders_total >= 3",
    "member.spend_30d >= 150 && member.points >= 40",
    'member.lines.filter(l, l.category == "coffee" && now - l.at < days(30)).size() >= 2',
    "member.orders.filter(o, now - o.at < days(7)).sum(o, o.net) >= 60",
    'member.lines.exists(l, l.category == "tea" && l.local_date == today)',
    "member.orders.size() == 0 || activity.local_date.weekday >= 6",
    'activity.lines.exists(l, l.category == "cake" && l.amount > 5)',
    "!(member.earned_12m > 300)",
    'activity.store == "A" && member.birth_on.month == today.month',
)
LINES = ('line.category == "tea"', 'line.category in ["coffee", "cake"]', 'line.amount > 10 && line.kind == "product"')


def _rules(dice: random.Random, conn: db.Conn, plan: flows.Plan) -> flows.Plan:
    """Fifty rules beside the program's own three, of every effect on purchases."""
    for number in range(50):
        effect = dice.choice(("multiply", "multiply", "bonus", "nth_order", "earn_rate"))
        per = dice.choice(("order", "day", "week", "month", "ever"))
        params = {
            "multiply": {"factor": dice.choice((1.5, 2, 3))},
            "bonus": {"points": dice.randint(1, 40), "spend_minor": dice.randint(10, 90) * 100, "per": per,
                      "repeats": dice.random() < 0.5},
            "nth_order": {"points": dice.randint(1, 40), "nth": dice.randint(1, 5), "repeats": dice.random() < 0.5},
            "earn_rate": {"points": 1, "per_minor": dice.randint(200, 900), "exclude": ["tax"]},
        }[effect]  # fmt: skip
        counted = per if effect == "bonus" and per != "order" else dice.choice(("order", "day", "month"))
        limits = None
        if dice.random() < 0.4:
            limits = earning.Limits(
                member_points_max=dice.randint(5, 120) if dice.random() < 0.7 else None,
                member_period=counted,
                budget_points_max=dice.randint(50, 900) if dice.random() < 0.5 else None,
            )
        has_lines = dice.random() < 0.4 and not (effect == "bonus" and per != "order")
        wanted = flows.RuleWanted(
            effect=effect,
            label={"en": f"Rule {number}", "zh": f"规则 {number}"},
            params=params,
            condition=dice.choice(CONDITIONS) if dice.random() < 0.8 else None,
            lines=dice.choice(LINES) if has_lines else None,
            limits=limits,
            group=dice.choice(("", "", "x", "y", "z")),
            picks=dice.choice(("best", "first")),
            priority=dice.randint(-2, 2),
            effective_at=START + timedelta(days=dice.randint(1, 40)) if dice.random() < 0.2 else None,
        )
        flows.save_rule(conn, plan, wanted, by="dice", at=START)
    caps = [earning.Cap(period="day", points_max=400), earning.Cap(period="month", points_max=1500)]
    earning.save_caps(conn, plan.program.program_id, caps, by="dice", at=START)
    return flows.load(conn, plan.program.program_id)


def _orders(dice: random.Random, who: list[str]) -> list[tuple[str, activities.Order]]:
    found, at = [], START
    for number in range(150):
        at += timedelta(minutes=dice.choice((0, 7, 300, 2000)))
        lines = tuple(
            activities.Line(
                line_id=str(place), amount_minor=dice.randint(0, 4000), category=dice.choice(CATEGORIES),
                kind=dice.choice((activities.LineKind.PRODUCT,) * 4 + (activities.LineKind.DELIVERY,)),
            )
            for place in range(dice.randint(1, 4))
        )  # fmt: skip
        order = activities.Order(
            source="pos", external_id=f"o{number}", currency="CNY", occurred_at=at, lines=lines,
            total_minor=sum(line.amount_minor for line in lines), store=dice.choice(STORES),
            channel=dice.choice(CHANNELS),
        )  # fmt: skip
        found.append((dice.choice(who), order))
    return found


def _play(conn: db.Conn, seed: int, split: int) -> tuple[list[object], list[object], list[object]]:
    dice = random.Random(seed)
    plan = flows.found_program(
        conn, code=f"split-{seed}-{split}", name={"en": "Shop"}, currency="CNY", time_zone="Asia/Shanghai",
        language="en", at=START, return_window_days=0,
    )  # fmt: skip
    plan = _rules(dice, conn, plan)
    who = [f"m{number}" for number in range(5)]
    ids = {}
    for number, name in enumerate(who):
        identifier = members.Identifier(members.IdentifierKind.EXTERNAL, name)
        enrollment = members.Enrollment(
            identifiers=(identifier,), enrolled_at=START, birth_on=START.date().replace(year=1990) if number else None
        )
        ids[name] = flows.enroll_member(conn, plan, [enrollment], at=START)[0][0]
    orders = _orders(dice, who)
    at = orders[-1][1].occurred_at
    cuts, told = random.Random(f"{seed}-{split}"), []
    left = [flows.Intake(order=order, member=ids[name]) for name, order in orders]
    while left:
        size = (len(orders), 1, 7, cuts.randint(1, 40))[split]
        plan = flows.load(conn, plan.program.program_id)
        told += flows.record_activities(conn, plan, left[:size], at=at)
        left = left[size:]
    answers = [(one.points, [(r["code"], r["points"], r["text"]) for r in one.answer["reasons"]]) for one in told]
    found = ledger.balances(conn, list(ids.values()), wallet=plan.wallet, today=plan.program.local_date(at))
    budgets = earning.budgets(conn, plan.program.program_id, plan.counted_rules)
    return answers, [found[member_id].available for member_id in ids.values()], [dict(budgets)]


def test_any_split_gives_the_same_under_fifty_rules(conn):
    codes, texts = set(), ""
    for seed in (1, 2, 3):
        whole = _play(conn, seed, 0)
        for split in (1, 2, 3):
            again = _play(conn, seed, split)
            assert again[0] == whole[0], (seed, split)
            assert again[1:] == whole[1:], (seed, split)
        codes |= {code for _, reasons in whole[0] for code, *_ in reasons}
        texts += " ".join(text for _, reasons in whole[0] for *_, text in reasons)
    assert {"base", "factor", "bonus", "nth"} <= codes
    for words in ("instead of", "over all rules", "as much as its budget", "points a month"):
        assert words in texts, words
