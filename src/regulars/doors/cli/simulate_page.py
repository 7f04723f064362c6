"""The page of `regulars simulate`: what each draft would have given, side by side; English or Chinese."""

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from regulars import flows
from regulars.analytics import twin
from regulars.kit import money, text

Cell = Callable[[twin.Outcome], str]


def show(plan: flows.Plan, asked: twin.Asked, outcomes: Sequence[twin.Outcome], *, language: str) -> None:
    """Print the drafts beside each other: points and cost, then tiers, then rules."""
    is_zh, currency = language == "zh", plan.program.currency
    printer = Console()
    assumed = (
        f"{asked.from_on} – {asked.to_on}, 假设 {asked.use_percent}% 的积分会被使用"
        if is_zh
        else f"{asked.from_on} to {asked.to_on}, assuming that {asked.use_percent}% of the points are used"
    )
    printer.print(assumed)
    head = ("现行方案", "草案") if is_zh else ("As it is", "Draft")
    names = [head[0] if one.draft.is_as_live else head[1] for one in outcomes]
    whole: list[tuple[str, str, Cell]] = [
        ("Members who bought", "购买会员", lambda o: f"{o.members:,}"),
        ("Orders", "订单", lambda o: f"{o.orders:,}"),
        ("Revenue kept", "净收入", lambda o: _amount(o.revenue_minor, currency)),
        ("Points", "积分", lambda o: f"{o.points:,}"),
        ("Cost of points used", "积分成本", lambda o: _amount(_cost(asked, o), currency)),
        ("Worth of points, of revenue", "积分价值占收入", lambda o: f"{twin.reward_rate(o):.2%}"),
        ("Growth that pays for it", "回本所需增长", lambda o: _growth(asked, o)),
        ("Points open at the end", "期末未到期积分", lambda o: f"{o.months[-1].open_points:,}"),
        ("Members who can redeem", "可兑换会员", lambda o: _share(o.can_redeem, o.members)),
        ("Orders without points", "无积分订单", lambda o: _share(o.orders_without_points, o.orders)),
    ]
    table = _table("", names)
    for en, zh, cell in whole:
        table.add_row(zh if is_zh else en, *(cell(one) for one in outcomes))
    printer.print(table)
    printer.print(_tiers(outcomes, names, language))
    printer.print(_rules(outcomes, names, language))


def _table(title: str, names: Sequence[str]) -> Table:
    table = Table(title=title or None, title_justify="left", show_lines=False)
    table.add_column("")
    for name in names:
        table.add_column(name, justify="right")
    return table


def _tiers(outcomes: Sequence[twin.Outcome], names: Sequence[str], language: str) -> Table:
    table = _table("达到等级的会员" if language == "zh" else "Members who reach a tier", names)
    for place, tier in enumerate(outcomes[0].tiers):
        cells = (_share(one.tiers[place].reached, one.members) for one in outcomes)
        table.add_row(text.pick(tier.name, language), *cells)
    return table


def _rules(outcomes: Sequence[twin.Outcome], names: Sequence[str], language: str) -> Table:
    table = _table("各规则的积分" if language == "zh" else "Points by rule", names)
    labels = {share.rule_id: share.label for one in outcomes for share in one.rules}
    given = [{share.rule_id: share.points for share in one.rules} for one in outcomes]
    for rule_id, label in labels.items():
        table.add_row(f"{rule_id} {text.pick(label, language)}", *(f"{of.get(rule_id, 0):,}" for of in given))
    return table


def _cost(asked: twin.Asked, one: twin.Outcome) -> int:
    return twin.cost_minor(one, one.points, asked.use_percent)


def _growth(asked: twin.Asked, one: twin.Outcome) -> str:
    uplift = twin.breakeven_uplift(one, asked)
    return "–" if uplift is None else f"{uplift:.1%}"


def _amount(minor: int, currency: str) -> str:
    return f"{money.to_decimal(minor, currency):,} {currency}"


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({part / whole:.0%})" if whole else f"{part:,}"
