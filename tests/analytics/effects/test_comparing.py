"""Intervals and differences, against values worked out by hand or by other programs."""

from math import inf

import pytest

from regulars.analytics import effects


def test_the_interval_of_a_share():
    low, high = effects.wilson(10, 100)
    assert (low, high) == (pytest.approx(0.05522914, abs=1e-7), pytest.approx(0.17436566, abs=1e-7))
    assert effects.wilson(0, 0) == (0.0, 1.0)


def test_the_difference_of_two_means():
    found = effects.difference(4, 10, 30, 4, 6, 10)
    # Means 2.5 and 1.5; variances of the means (30 - 25) / 3 / 4 and (10 - 9) / 3 / 4.
    assert found.value == 1.0
    assert found.high - found.low == pytest.approx(2 * 1.959963984540054 * (5 / 12 + 1 / 12) ** 0.5)
    assert not found.is_sure
    assert effects.difference(0, 0, 0, 4, 6, 10).high == inf


def group(members: int, orders: int) -> effects.Group:
    return effects.Group(members=members, orders=orders, orders_squared=orders)


def test_measured_is_only_a_random_split_that_is_as_meant():
    assert effects.compare(group(900, 450), group(100, 30), holdout_percent=10).is_measured
    assert not effects.compare(group(900, 450), group(0, 0), holdout_percent=0).is_measured
    assert not effects.compare(group(180, 90), group(20, 6), holdout_percent=10).is_measured
    crooked = effects.compare(group(800, 450), group(200, 30), holdout_percent=10)
    assert crooked.mismatch_p < 1e-20
    assert not crooked.is_measured
