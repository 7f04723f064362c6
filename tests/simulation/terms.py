"""The programs that are played: plain values, read by the oracle and by the shop that is watched."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Base points: so many per so many minor units."""

    points: int = 1
    per_minor: int = 100
    rounding: str = "down"
    whole_steps: bool = False


@dataclass(frozen=True, kw_only=True)
class Purse:
    """A wallet. `ends` is a kind of expiry; `waits_days` None: the program's return window; `rate` None: no points."""

    code: str = "points"
    kind: str = "points"
    ends: str = "month_end"
    count: int = 1
    month_day: str = "12-31"
    grace_days: int = 10
    notice_days: int = 30
    carry_percent: int = 0
    carry_max: int | None = None
    waits_days: int | None = None
    waits_for_event: bool = False
    debt: str = "debt"
    debt_max: int | None = None
    value_micros: int = 10_000
    rate: Rate | None = Rate()


@dataclass(frozen=True, kw_only=True)
class Prize:
    """A reward."""

    name: str
    price: int
    units: int | None = None
    limit: int | None = None
    limit_days: int | None = None
    rank_min: int = 0
    is_instant: bool = False


@dataclass(frozen=True, kw_only=True)
class Rank:
    """A tier: what it takes and what it multiplies base points by, in percent."""

    threshold: int
    percent: int = 100


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A program. The first purse is the one purchases earn into; a purse of the kind `status` counts for ranks."""

    name: str
    purses: tuple[Purse, ...] = (Purse(),)
    window_days: int = 0
    metric: str = "spend"
    window_months: int = 3
    keep_months: int = 1
    ranks: tuple[Rank, ...] = (
        Rank(threshold=0),
        Rank(threshold=100_000, percent=120),
        Rank(threshold=400_000, percent=150),
    )
    birthday: tuple[str, int] | None = ("month", 200)
    starts_on: str = "2026-03-10"
    late_days: int = 40

    @property
    def prizes(self) -> tuple[Prize, ...]:
        return PRIZES


PRIZES = (
    Prize(name="cheap", price=60, is_instant=True),
    Prize(name="few", price=120, units=3),
    Prize(name="limited", price=90, limit=2, limit_days=60),
    Prize(name="noble", price=200, rank_min=1, units=500, limit=8),
)

PROGRAMS = (
    Terms(
        name="months",
        purses=(Purse(notice_days=20),),
        window_days=9,
        ranks=(Rank(threshold=0), Rank(threshold=60_000, percent=120), Rank(threshold=250_000, percent=155)),
    ),
    Terms(
        name="days",
        purses=(Purse(ends="days", count=25, debt_max=150, rate=Rate(points=5, per_minor=250, whole_steps=True)),),
        metric="orders",
        ranks=(Rank(threshold=0), Rank(threshold=6, percent=110), Rank(threshold=15, percent=300)),
        birthday=("day", 300),
    ),
    Terms(
        name="reset",
        purses=(Purse(ends="year_end", count=0, carry_percent=40, carry_max=120, waits_days=2, notice_days=5),),
        starts_on="2026-10-20",
        late_days=0,
    ),
    Terms(
        name="birthday of the shop",
        purses=(
            Purse(
                ends="date", count=0, month_day="06-30", carry_percent=33, waits_days=0, debt="forgive", grace_days=45
            ),
            Purse(
                code="side", ends="year_end", count=0, carry_percent=60, waits_for_event=True, rate=Rate(per_minor=400)
            ),
        ),
        starts_on="2026-05-10",
        late_days=0,
        birthday=None,
    ),
    Terms(
        name="visits",
        purses=(
            Purse(
                ends="inactivity", count=12, waits_days=3, notice_days=4, debt="review", rate=Rate(rounding="nearest")
            ),
        ),
        late_days=0,
    ),
    Terms(
        name="for ever",
        purses=(
            Purse(ends="never", rate=Rate(rounding="up", per_minor=150)),
            Purse(code="status", kind="status", ends="year_end", count=1, waits_days=0, rate=Rate(per_minor=700)),
            Purse(code="cash", kind="cashback", ends="days", count=40, waits_days=1, rate=Rate(points=1, per_minor=50)),
            Purse(code="card", kind="gift_card", ends="never", waits_days=0, rate=None),
        ),
        window_days=5,
        metric="points",
        ranks=(Rank(threshold=0), Rank(threshold=120, percent=125)),
    ),
    Terms(
        name="when it is said",
        purses=(
            Purse(waits_for_event=True, debt_max=0),
            Purse(code="side", waits_days=0, count=2, value_micros=15_500),
        ),
        window_days=3,
    ),
)
