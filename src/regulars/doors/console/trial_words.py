"""What a trial run shows: drafts in words, figures side by side, charts."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from regulars.analytics import twin
from regulars.doors.console import format as write
from regulars.doors.console.charts import Chart, Kind, Series
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import Column, Row, Table
from regulars.program import tiers

_Say = Callable[[twin.Outcome], str]


def state_names() -> dict[str, str]:
    """Where a trial can stand."""
    return {
        "waiting": _("Waiting"),
        "running": _("Running"),
        "done": _("Done"),
        "failed": _("Failed"),
        "cancelled": _("Cancelled"),
    }


def days(one: twin.Trial) -> str:
    """The days it is about."""
    return f"{write.day(one.asked.from_on)} – {write.day(one.asked.to_on)}"


def assumed(one: twin.Trial) -> str:
    """What is assumed, for it is not measured."""
    said = _("Assumed: %(share)s of the points are used.") % {"share": write.percent(one.asked.use_percent / 100)}
    if one.asked.margin_percent is None:
        return said
    return said + " " + _("Margin: %(share)s.") % {"share": write.percent(one.asked.margin_percent / 100)}


def draft(desk: Desk, of: twin.Draft) -> str:
    """How it differs from the program as it is."""
    if of.is_as_live:
        return _("As it is")
    labels = {rule.rule_id: desk.say(rule.label) for rule in desk.plan.rules}
    names = {tier.tier_id: desk.say(tier.name) for tier in desk.plan.ladder.tiers}
    parts = [_("with “%(rule)s”") % {"rule": labels.get(one, str(one))} for one in of.with_rules]
    parts += [_("without “%(rule)s”") % {"rule": labels.get(one, str(one))} for one in of.without_rules]
    parts += [
        _("%(tier)s from %(threshold)s") % {"tier": names.get(tier, str(tier)), "threshold": _threshold(desk, amount)}
        for tier, amount in of.thresholds.items()
    ]
    return ", ".join(parts)


def _threshold(desk: Desk, amount: int) -> str:
    return desk.amount(amount, whole=True) if desk.plan.ladder.metric is tiers.Metric.SPEND else write.number(amount)


def head(one: twin.Trial, place: int) -> str:
    """A draft in one word, for columns and charts."""
    if one.asked.drafts[place].is_as_live:
        return _("As it is")
    others = sum(not draft.is_as_live for draft in one.asked.drafts)
    return _("Draft") if others == 1 else _("Draft %(number)s") % {"number": place}


def drafts(desk: Desk, one: twin.Trial) -> list[str]:
    """What each draft says, under its word."""
    return [f"{head(one, place)}: {draft(desk, of)}" for place, of in enumerate(one.asked.drafts) if not of.is_as_live]


def figures(desk: Desk, one: twin.Trial) -> Table:
    """The figures of every draft beside each other."""
    asked = one.asked
    lines: list[tuple[str, _Say]] = [
        (_("Members who bought"), lambda o: write.number(o.members)),
        (_("Orders"), lambda o: write.number(o.orders)),
        (_("Revenue kept"), lambda o: desk.amount(o.revenue_minor, whole=True)),
        (_("Points"), lambda o: write.number(o.points)),
        (_("Cost of the points used"), lambda o: desk.amount(_cost(asked, o), whole=True)),
        (_("Worth of all points, of revenue"), lambda o: write.percent(twin.reward_rate(o))),
        (_("Points open at the end"), lambda o: write.number(o.months[-1].open_points if o.months else 0)),
        (_("Members who could redeem"), lambda o: _of(o.can_redeem, o.members)),
        (_("Orders without points"), lambda o: _of(o.orders_without_points, o.orders)),
    ]
    if asked.margin_percent is not None:
        lines.insert(6, (_("Growth of revenue that pays for it"), lambda o: _growth(twin.breakeven_uplift(o, asked))))
    rows = [Row(cells=[name, *(say(outcome) for outcome in one.outcomes)]) for name, say in lines]
    return Table(caption=_("Side by side"), columns=_columns(one, _("Figure")), rows=rows)


def _cost(asked: twin.Asked, outcome: twin.Outcome) -> int:
    return twin.cost_minor(outcome, outcome.points, asked.use_percent)


def _growth(uplift: float | None) -> str:
    return _("none can") if uplift is None else write.percent(uplift)


def _of(part: int, whole: int) -> str:
    return f"{write.number(part)} ({write.percent(part / whole)})" if whole else "0"


def _columns(one: twin.Trial, first: str) -> list[Column]:
    return [Column(label=first), *(Column(label=head(one, place), end=True) for place in range(len(one.outcomes)))]


def points_chart(desk: Desk, one: twin.Trial) -> Chart:
    """Points given by month."""
    return _chart(desk, one, _("Points given by month"), Kind.BAR, [[m.points for m in o.months] for o in one.outcomes])


def open_chart(desk: Desk, one: twin.Trial) -> Chart:
    """What the points that are open would cost, by month: the curve of the liability."""
    curves = [[twin.cost_minor(o, m.open_points, one.asked.use_percent) for m in o.months] for o in one.outcomes]
    return _chart(desk, one, _("What open points will cost, by month"), Kind.LINE, curves, is_money=True)


def _chart(
    desk: Desk, one: twin.Trial, title: str, kind: Kind, curves: Sequence[Sequence[float]], *, is_money: bool = False
) -> Chart:
    labels = [write.month(m.month_on) for m in one.outcomes[0].months]
    series = [Series(name=head(one, place), values=values) for place, values in enumerate(curves)]
    if not is_money:
        return Chart(title=title, labels=labels, series=series, kind=kind)
    number = lambda minor: desk.amount(int(minor), whole=True)  # noqa: E731
    return Chart(title=title, labels=labels, series=series, kind=kind, number=number, tick=number)


def tier_table(desk: Desk, one: twin.Trial) -> Table:
    """Who reaches which tier."""
    rows = []
    for place, tier in enumerate(one.outcomes[0].tiers):
        cells = [_of(outcome.tiers[place].reached, outcome.members) for outcome in one.outcomes]
        rows.append(Row(cells=[desk.say(tier.name), *cells]))
    return Table(caption=_("Members who reach a tier"), columns=_columns(one, _("Tier")), rows=rows)


def rule_table(desk: Desk, one: twin.Trial) -> Table:
    """What every rule gives."""
    labels = {share.rule_id: share.label for outcome in one.outcomes for share in outcome.rules}
    given = [{share.rule_id: share.points for share in outcome.rules} for outcome in one.outcomes]
    rows = [
        Row(cells=[desk.say(label), *(write.number(of.get(rule_id, 0)) for of in given)])
        for rule_id, label in labels.items()
    ]
    return Table(caption=_("Points by rule"), columns=_columns(one, _("Rule")), rows=rows)


def spread_table(one: twin.Trial) -> Table:
    """How unevenly the points fall."""
    names = {
        1: _("A tenth has less than"),
        5: _("Half have less than"),
        9: _("A tenth has more than"),
        10: _("The most"),
    }
    rows = [
        Row(cells=[name, *(write.number(o.spread[place]) if o.spread else "–" for o in one.outcomes)])
        for place, name in names.items()
    ]
    return Table(caption=_("Points of a member"), columns=_columns(one, _("Members")), rows=rows)
