"""The figures of the home page: tiles with definition, comparison and trend, and the charts below them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.analytics import metrics
from regulars.doors.console import format as write
from regulars.doors.console.charts import Chart, Kind, Series
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import Kpi
from regulars.records import ledger

RANGES = {"30": (30, 1), "90": (91, 7), "365": (364, 28)}
"""What can be asked for: days of the period, days of one step of its charts."""
_REPURCHASE_DAYS = 30
_REPURCHASE_WINDOWS = 12


@dataclass(frozen=True, slots=True)
class Moved:
    """Points of some days: issued, redeemed, expired, and what all movements changed."""

    issued: int = 0
    redeemed: int = 0
    expired: int = 0
    net: int = 0


@dataclass(frozen=True)
class Board:
    """Everything the tiles and charts of one range are made of; the range ends with the day `until`."""

    desk: Desk
    until: date
    days: int
    step_days: int

    @cached_property
    def period(self) -> metrics.Period:
        """The days asked for, the last one included."""
        return metrics.Period(from_on=self.until - timedelta(days=self.days - 1), to_on=self.until)

    @cached_property
    def before(self) -> metrics.Period:
        """As many days right before."""
        start = self.period.from_on
        return metrics.Period(from_on=start - timedelta(days=self.days), to_on=start - timedelta(days=1))

    @cached_property
    def now(self) -> metrics.Figures:
        """Key figures of the period."""
        return metrics.figures(self.desk.conn, self.desk.program_id, self.period)

    @cached_property
    def then(self) -> metrics.Figures:
        """Key figures of the period before."""
        return metrics.figures(self.desk.conn, self.desk.program_id, self.before)

    @cached_property
    def starts(self) -> list[date]:
        """First days of the steps of the period."""
        return [self.period.from_on + timedelta(days=n) for n in range(0, self.days, self.step_days)]

    @cached_property
    def steps(self) -> dict[date, metrics.Step]:
        """The steps that had orders, by their first day."""
        found = metrics.steps(self.desk.conn, self.desk.program_id, self.period, step_days=self.step_days)
        return {step.from_on: step for step in found}

    @cached_property
    def totals(self) -> list[ledger.DayTotal]:
        """Movements of both periods."""
        return ledger.day_totals(
            self.desk.conn, wallet=self.desk.plan.wallet, from_on=self.before.from_on, to_on=self.period.to_on
        )

    def moved(self, from_on: date, to_on: date) -> Moved:
        """Points moved on these days."""
        issued = redeemed = expired = net = 0
        for total in self.totals:
            if from_on <= total.on_date <= to_on:
                net += total.points
                redeemed += total.redeemed_points
                issued += total.issued_points
                if total.movement is ledger.Movement.EXPIRE:
                    expired -= total.points
        return Moved(issued, redeemed, expired, net)

    @cached_property
    def moved_by_step(self) -> list[Moved]:
        """The same, step by step."""
        return [self.moved(start, start + timedelta(days=self.step_days - 1)) for start in self.starts]

    @cached_property
    def outstanding_points(self) -> int:
        """Points the program owes today: usable, pending and less what members owe back."""
        today = self.desk.today
        found = ledger.outstanding(self.desk.conn, wallet=self.desk.plan.wallet, today=today, soon=today)
        return found["available"] + found["pending"] - found["debt"]

    def tiles(self) -> list[Kpi]:
        """Eight tiles, most important first."""
        return [*_use(self), *_growth(self)]

    def points_chart(self) -> Chart:
        """Issued, redeemed and expired points, step by step."""
        return Chart(
            title=_("Points issued, redeemed and expired"),
            labels=[write.short_day(start) for start in self.starts],
            series=[
                Series(name=_("Issued"), values=[m.issued for m in self.moved_by_step]),
                Series(name=_("Redeemed"), values=[m.redeemed for m in self.moved_by_step]),
                Series(name=_("Expired"), values=[m.expired for m in self.moved_by_step], tone=3),
            ],
        )

    def orders_chart(self) -> Chart:
        """Orders and members who bought, step by step: the distance between them is who bought again."""
        found = [self.steps.get(start) for start in self.starts]
        return Chart(
            title=_("Orders, and members who placed them"),
            labels=[write.short_day(start) for start in self.starts],
            series=[
                Series(name=_("Orders"), values=[step.orders if step else 0 for step in found]),
                Series(name=_("Members who bought"), values=[step.buyers if step else 0 for step in found], tone=2),
            ],
        )

    def repurchase_chart(self) -> Chart:
        """The repurchase rate of twelve stretches of 30 days."""
        starts, ratios = _repurchase(self, _REPURCHASE_DAYS, _REPURCHASE_WINDOWS)
        return Chart(
            title=_("Repurchase rate, 30 days at a time"),
            labels=[write.short_day(start) for start in starts],
            series=[Series(name=_("Bought again within 30 days"), values=ratios)],
            kind=Kind.AREA,
            number=write.percent,
            tick=lambda value: write.percent(value, digits=0),
        )


def _use(board: Board) -> list[Kpi]:
    """The four tiles of principle: who is active, what is used, what is owed, who comes back."""
    desk, moved, before = board.desk, *_both(board)
    usage = metrics.usage_ratio(moved.issued, moved.redeemed)
    owed, owed_before = board.outstanding_points, board.outstanding_points - moved.net
    return [
        Kpi(
            label=_("Active members"),
            value=write.number(board.now.buyers),
            **_grown(board.now.buyers, board.then.buyers),
            trend=_trend(board, lambda step: step.buyers),
            definition=_("Members with at least one order in the period."),
            href=reverse("members"),
        ),
        Kpi(
            label=_("Points usage rate"),
            value=_ratio(usage),
            **_moved_by(usage, metrics.usage_ratio(before.issued, before.redeemed)),
            trend=[metrics.usage_ratio(m.issued, m.redeemed) or 0 for m in board.moved_by_step],
            definition=_(
                "Points redeemed in the period ÷ points issued in it. Below 50%, rewards may be out of reach."
            ),
            href=reverse("rewards"),
        ),
        Kpi(
            label=_("Points liability"),
            value=desk.worth(owed),
            **_grown(owed, owed_before, rising_is_good=False),
            trend=_owed_by_step(board, owed),
            definition=_("%(points)s points that members hold, at %(value)s a point. Compared with %(days)s days ago.")
            % {"points": write.number(owed), "value": point_value(desk), "days": board.days},
            href=reverse("ledger"),
        ),
        Kpi(
            label=_("Repurchase rate"),
            value=_ratio(board.now.repurchase_ratio),
            **_moved_by(board.now.repurchase_ratio, board.then.repurchase_ratio),
            trend=[
                ratio for ratio in _repurchase(board, _REPURCHASE_DAYS, _REPURCHASE_WINDOWS)[1] if ratio is not None
            ],
            definition=_(
                "Members with two or more orders in the period ÷ members with any. The line shows 12 × 30 days."
            ),
        ),
    ]


def _growth(board: Board) -> list[Kpi]:
    desk, now, then = board.desk, board.now, board.then
    return [
        Kpi(
            label=_("Members"),
            value=write.number(now.members),
            change=_("%(count)s new") % {"count": write.number(now.joined)},
            direction=1 if now.joined else 0,
            trend=_joined(board),
            definition=_("Everybody enrolled by today, erased members apart; new ones joined in the period."),
            href=reverse("members"),
        ),
        Kpi(
            label=_("Net revenue of members"),
            value=desk.amount(now.revenue_minor, whole=True),
            **_grown(now.revenue_minor, then.revenue_minor),
            trend=_trend(board, lambda step: step.revenue_minor),
            definition=_("Orders of members in the period, less what came back of them (%(returned)s).")
            % {"returned": desk.amount(now.returned_minor, whole=True)},
            href=reverse("orders"),
        ),
        Kpi(
            label=_("Orders"),
            value=write.number(now.orders),
            **_grown(now.orders, then.orders),
            trend=_trend(board, lambda step: step.orders),
            definition=_("Orders of members in the period."),
            href=reverse("orders"),
        ),
        Kpi(
            label=_("Average order"),
            value=desk.amount(now.order_value_minor) if now.order_value_minor is not None else "–",
            **_grown(now.order_value_minor or 0, then.order_value_minor or 0),
            trend=_trend(board, lambda step: step.revenue_minor / max(step.orders, 1)),
            definition=_("Net revenue ÷ orders of the period."),
        ),
    ]


def _joined(board: Board) -> list[float]:
    """How many members there were at the end of each step."""
    new = metrics.joined(board.desk.conn, board.desk.program_id, board.period, step_days=board.step_days)
    before = board.now.members - board.now.joined
    return [before + sum(new.get(start, 0) for start in board.starts[: n + 1]) for n in range(len(board.starts))]


def point_value(desk: Desk) -> str:
    """What one point costs the shop, with as many decimals as it takes."""
    micros = desk.plan.wallet.point_value_micros
    digits = len(f"{micros / 1_000_000:.6f}".rstrip("0").partition(".")[2])
    sign = desk.amount(0, whole=True).replace("0", "")
    return f"{sign}{write.number(micros / 1_000_000, digits=max(digits, 2))}"


def _both(board: Board) -> tuple[Moved, Moved]:
    return (
        board.moved(board.period.from_on, board.period.to_on),
        board.moved(board.before.from_on, board.before.to_on),
    )


def _trend(board: Board, of: Callable[[metrics.Step], float]) -> list[float]:
    return [of(board.steps[start]) if start in board.steps else 0 for start in board.starts]


def _owed_by_step(board: Board, owed: int) -> list[float]:
    """What was outstanding at the end of each step: today's less what moved afterwards."""
    ends: list[float] = []
    for moved in reversed(board.moved_by_step):
        ends.append(owed)
        owed -= moved.net
    return ends[::-1]


def _repurchase(board: Board, days: int, windows: int) -> tuple[list[date], list[float | None]]:
    first = board.until - timedelta(days=days * windows - 1)
    period = metrics.Period(from_on=first, to_on=board.until)
    found: dict[date, float | None] = defaultdict(lambda: None)
    for step in metrics.steps(board.desk.conn, board.desk.program_id, period, step_days=days):
        found[step.from_on] = step.repeat_ratio
    starts = [first + timedelta(days=days * n) for n in range(windows)]
    return starts, [found[start] for start in starts]


def _ratio(value: float | None) -> str:
    return "–" if value is None else write.percent(value)


def _grown(now: float, then: float, *, rising_is_good: bool = True) -> dict[str, Any]:
    if then <= 0:
        return {}
    ratio = now / then - 1
    text = write.percent(ratio)
    return {
        "change": f"+{text}" if ratio > 0 else text,
        "direction": (ratio > 0) - (ratio < 0),
        "rising_is_good": rising_is_good,
    }


def _moved_by(now: float | None, then: float | None) -> dict[str, Any]:
    if now is None or then is None:
        return {}
    points = round((now - then) * 100, 1)
    return {
        "change": _("%(points)s pp") % {"points": write.signed(points, digits=1)},
        "direction": (points > 0) - (points < 0),
    }
