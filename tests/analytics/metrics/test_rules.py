"""When a figure is too low to leave alone."""

import pytest

from regulars.analytics import metrics


def test_the_usage_rate_is_what_was_redeemed_of_what_was_issued() -> None:
    assert metrics.usage_ratio(2000, 500) == 0.25
    assert metrics.usage_ratio(0, 500) is None


@pytest.mark.parametrize(
    ("issued", "redeemed", "is_low"),
    [(1000, 499, True), (1000, 500, False), (999, 0, False), (0, 0, False), (10_000, 12_000, False)],
)
def test_usage_is_low_below_half_and_never_on_a_handful_of_points(issued: int, redeemed: int, is_low: bool) -> None:
    assert metrics.is_usage_low(issued, redeemed) is is_low
