"""Counts the decisions of a trial as they are made; what comes out is an `Outcome`."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from regulars.program import earning, tiers
from regulars.records import ledger

from .model import Draft, Month, Outcome, RuleShare, TierShare


@dataclass(slots=True)
class _Sum:
    orders: int = 0
    revenue_minor: int = 0
    points: int = 0


@dataclass(slots=True, kw_only=True)
class Count:
    """The running sums of one draft."""

    draft: Draft
    point_micros: int
    unit: int
    cheapest_points: int | None
    orders_without_points: int = 0
    by_month: dict[date, _Sum] = field(default_factory=lambda: defaultdict(_Sum))
    ending: Counter[date] = field(default_factory=Counter)
    further: Counter[int] = field(default_factory=Counter)
    rule_points: Counter[int] = field(default_factory=Counter)
    rule_orders: Counter[int] = field(default_factory=Counter)
    reached: Counter[int] = field(default_factory=Counter)
    on_last_day: Counter[int] = field(default_factory=Counter)
    of_member: Counter[UUID] = field(default_factory=Counter)
    buyers: set[UUID] = field(default_factory=set)

    def decided(self, member_id: UUID, revenue_minor: int, on: date, award: earning.Award, lot: ledger.Lot) -> None:
        """An order and what it earns in the first wallet."""
        of = self.by_month[on.replace(day=1)]
        of.orders += 1
        of.revenue_minor += revenue_minor
        of.points += award.points
        self.buyers.add(member_id)
        if not award.points:
            self.orders_without_points += 1
            return
        self.of_member[member_id] += award.points
        self.ending[lot.expires_on.replace(day=1)] += award.points
        for part in award.parts:
            if part.points:
                self.rule_points[part.reason["rule"]] += part.points
                self.rule_orders[part.reason["rule"]] += 1

    def stood(self, reached: Iterable[int], last: int) -> None:
        """A member at the end: the tiers they reached at some time, and the one they would hold on the last day."""
        self.reached.update(set(reached))
        self.on_last_day[last] += 1

    def outcome(self, ladder: tiers.Ladder, rules: Sequence[earning.Rule], *, from_on: date, to_on: date) -> Outcome:
        """Everything as one picture."""
        sums = self.by_month.values()
        points = sorted(self.of_member.get(one, 0) for one in self.buyers)
        labels = {rule.rule_id: rule.label for rule in rules}
        shares = [
            RuleShare(rule_id=rule_id, label=labels.get(rule_id, {}), points=given, orders=self.rule_orders[rule_id])
            for rule_id, given in self.rule_points.most_common()
        ]
        enough = self.cheapest_points
        return Outcome(
            draft=self.draft,
            members=len(self.buyers),
            orders=sum(one.orders for one in sums),
            orders_without_points=self.orders_without_points,
            revenue_minor=sum(one.revenue_minor for one in sums),
            points=sum(one.points for one in sums),
            further_points=dict(self.further),
            point_micros=self.point_micros,
            unit=self.unit,
            months=tuple(_months(self.by_month, self.ending, from_on, to_on)),
            rules=tuple(shares),
            tiers=tuple(self._tiers(ladder)),
            cheapest_points=enough,
            can_redeem=0 if enough is None else len(points) - bisect_right(points, enough - 1),
            spread=tuple(points[place * (len(points) - 1) // 10] for place in range(11)) if points else (),
        )

    def _tiers(self, ladder: tiers.Ladder) -> Iterable[TierShare]:
        for tier in ladder.tiers:
            is_first = tier is ladder.tiers[0]
            yield TierShare(
                tier_id=tier.tier_id,
                name=tier.name,
                threshold=tier.threshold,
                reached=len(self.buyers) if is_first else self.reached[tier.tier_id],
                on_last_day=self.on_last_day[tier.tier_id],
            )


def _months(sums: Mapping[date, _Sum], ending: Mapping[date, int], from_on: date, to_on: date) -> Iterable[Month]:
    month_on, open_points = from_on.replace(day=1), 0
    while month_on <= to_on:
        one, ended = sums.get(month_on, _Sum()), ending.get(month_on, 0)
        open_points += one.points - ended
        yield Month(
            month_on=month_on,
            orders=one.orders,
            revenue_minor=one.revenue_minor,
            points=one.points,
            ended_points=ended,
            open_points=open_points,
        )
        month_on = date(month_on.year + month_on.month // 12, month_on.month % 12 + 1, 1)
