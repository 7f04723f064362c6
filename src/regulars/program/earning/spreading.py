"""Whole numbers shared out in a ratio, exactly."""

from collections.abc import Sequence


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` out in the ratio of the weights, in whole numbers that add up to it exactly.

    Each share is the difference of rounded-down running totals, so no share is off by one or more.
    """
    whole = sum(weights)
    if whole == 0:
        return [total if index == 0 else 0 for index in range(len(weights))]
    shares, seen, given = [], 0, 0
    for weight in weights:
        seen += weight
        upto = total * seen // whole
        shares.append(upto - given)
        given = upto
    return shares
