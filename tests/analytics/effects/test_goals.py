"""A goal's progress: the figure, the pace, and what of it is more than without the campaign."""

from datetime import UTC, date, datetime

import pytest

from regulars.analytics import effects
from regulars.program import campaigns

TODAY = date(2026, 3, 5)


def campaign(metric: str | None, target: int = 100, ends_on: date | None = date(2026, 3, 10)) -> campaigns.Campaign:
    goal = campaigns.Goal(metric=metric, target=target) if metric else None
    return campaigns.Campaign(
        program_id=1,
        campaign_id=1,
        code="spring",
        state=campaigns.State.LIVE,
        terms=campaigns.Terms(name={"en": "Spring"}, goal=goal, ends_on=ends_on),
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
        launched_on=date(2026, 3, 1),
    )


def compared(held_orders: int) -> effects.Comparison:
    given = effects.Group(members=900, buyers=90, orders=180, orders_squared=360, net_minor=90_000)
    held = effects.Group(members=100, buyers=9, orders=held_orders, orders_squared=held_orders, net_minor=5_000)
    return effects.compare(given, held, holdout_percent=10)


GIVEN = effects.Figures(
    days=(effects.Day(on=date(2026, 3, 2), members=40, points=400, micros=4_000, grants=60),), participants=40
)


@pytest.mark.parametrize(
    ("metric", "value", "incremental"),
    [("participants", 40, None), ("points", 400, None), ("orders", 60, 90), ("revenue_minor", 90_000, 45_000)],
)
def test_the_figure_is_that_of_its_metric_and_only_orders_and_revenue_are_measured(metric, value, incremental):
    found = effects.goal_progress(campaign(metric), GIVEN, compared(10), today=TODAY)
    assert (found.value, found.target, found.incremental) == (value, 100, incremental)


def test_it_is_behind_when_less_is_reached_than_days_are_over():
    slow = effects.goal_progress(campaign("participants", 100), GIVEN, compared(10), today=TODAY)
    assert (slow.share, slow.due, slow.is_behind) == (0.4, 0.5, True)
    fast = effects.goal_progress(campaign("participants", 80), GIVEN, compared(10), today=TODAY)
    assert (fast.share, fast.is_behind) == (0.5, False)
    open_end = effects.goal_progress(campaign("participants", ends_on=None), GIVEN, compared(10), today=TODAY)
    assert (open_end.due, open_end.is_behind) == (None, False)


def test_without_a_goal_there_is_no_progress():
    assert effects.goal_progress(campaign(None), GIVEN, compared(10), today=TODAY) is None
