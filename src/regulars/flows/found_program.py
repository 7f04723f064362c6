"""A new program with everything it needs to run: wallet, earning rules, three tiers, a few rewards.

The figures are the capabilities' defaults: 1 point per unit of currency, double points in the birthday month,
ordinary, silver and gold. Everything can be changed on a screen.
"""

from collections.abc import Mapping
from datetime import datetime

from regulars.kit import ids, money
from regulars.kit.db import Conn
from regulars.program import earning, rewards, tiers
from regulars.records import ledger, programs

from .plan import Plan, load

Texts = Mapping[str, str]


def found_program(
    conn: Conn,
    *,
    code: str,
    name: Texts,
    currency: str,
    time_zone: str,
    language: str,
    at: datetime,
    expiry: ledger.Expiry | None = None,
    return_window_days: int = 14,
) -> Plan:
    """Create the program and its defaults.

    Raises:
        ProgramInvalid: no such currency, time zone or language.
    """
    program = programs.add(
        conn,
        code=code,
        name=name,
        currency=currency,
        time_zone=time_zone,
        language=language,
        return_window_days=return_window_days,
        at=at,
    )
    unit: int = 10 ** money.exponent(currency)
    wallet = ledger.Wallet(
        program_id=program.program_id,
        wallet_id=0,
        code="points",
        unit={"en": "points", "zh": "积分"},
        expiry=expiry or ledger.Expiry(kind="month_end", count=12),
    )
    ledger.save_wallet(conn, wallet)
    tiers.save(conn, _ladder(program.program_id, unit), at=at)
    _rules(conn, program.program_id, unit, at)
    _rewards(conn, program.program_id, unit, at)
    return load(conn, program.program_id)


def _ladder(program_id: int, unit: int) -> tiers.Ladder:
    ranks: tuple[tuple[Texts, int, str, float, tuple[Texts, ...]], ...] = (
        ({"en": "Member", "zh": "普通会员"}, 0, "gray", 1, ()),
        (
            {"en": "Silver", "zh": "银卡会员"},
            1000 * unit,
            "azure",
            1.2,
            ({"en": "Birthday gift", "zh": "生日礼"},),
        ),
        (
            {"en": "Gold", "zh": "金卡会员"},
            5000 * unit,
            "yellow",
            1.5,
            (
                {"en": "Birthday gift", "zh": "生日礼"},
                {"en": "Priority service, a person of your own", "zh": "优先客服与专属顾问"},
                {"en": "New products first", "zh": "新品优先购"},
            ),
        ),
    )
    found = tuple(
        tiers.Tier(
            tier_id=rank + 1,
            rank=rank,
            name=name,
            threshold=threshold,
            color=color,
            points_factor=factor,
            benefits=tuple({"type": "text", "text": benefit} for benefit in benefits),
        )
        for rank, (name, threshold, color, factor, benefits) in enumerate(ranks)
    )
    return tiers.Ladder(
        program_id=program_id,
        name={"en": "Membership", "zh": "会员等级"},
        metric=tiers.Metric.SPEND,
        window_months=12,
        keep_months=12,
        notice_days=30,
        tiers=found,
    )


def _rules(conn: Conn, program_id: int, unit: int, at: datetime) -> None:
    for effect, params, label in (
        ("earn_rate", {"points": 1, "per_minor": unit}, {"en": "Base rate", "zh": "消费积分"}),
        ("birthday_factor", {"factor": 2, "when": "month"}, {"en": "Birthday month", "zh": "生日月双倍"}),
        ("tier_factor", {}, {"en": "Tier bonus", "zh": "等级加成"}),
    ):
        earning.save(conn, program_id, effect=effect, params=params, label=label, by="setup", at=at)


def _rewards(conn: Conn, program_id: int, unit: int, at: datetime) -> None:
    catalogue: tuple[tuple[str, str, Texts, Texts, int, int, int, int | None, int | None], ...] = (
        ("five-off", "discount", {"en": "5 off your next purchase", "zh": "5 元代金券"},
         {"en": "Show the code at the till.", "zh": "结账时出示券码。"}, 500, 5 * unit, 0, None, None),
        ("twenty-off", "discount", {"en": "20 off your next purchase", "zh": "20 元代金券"},
         {"en": "Saving up pays: worth more per point.", "zh": "攒得越多，每分越值。"}, 1800, 20 * unit, 0, None, None),
        ("tote-bag", "product", {"en": "Canvas tote bag", "zh": "帆布购物袋"},
         {"en": "Picked up at the service desk.", "zh": "到服务台领取。"}, 900, 4 * unit, 0, 500, 2),
        ("free-delivery", "service", {"en": "Free express delivery", "zh": "免费升级快递"},
         {"en": "For one order.", "zh": "单笔订单可用。"}, 300, 3 * unit, 0, None, None),
        ("tasting", "service", {"en": "New-product tasting evening", "zh": "新品品鉴会"},
         {"en": "For gold members and a guest.", "zh": "金卡会员可携一位同伴。"}, 2500, 30 * unit, 2, 40, 1),
    )  # fmt: skip
    for key, kind, name, description, points, cost, rank, units, limit in catalogue:
        reward = rewards.Reward(
            program_id=program_id,
            reward_id=ids.key_of(program_id, "reward", key),
            code=key,
            name=name,
            description=description,
            category="",
            type=kind,
            price_points=points,
            cost_minor=cost,
            rank_min=rank,
            member_limit=limit,
            limit_days=365 if limit else None,
            units_left=units,
        )
        rewards.save(conn, reward, at=at)
