"""Named roundings of points; exact integer arithmetic."""

from collections.abc import Callable, Mapping

ROUNDINGS: Mapping[str, Callable[[int, int], int]] = {
    "down": lambda numerator, denominator: numerator // denominator,
    "nearest": lambda numerator, denominator: (2 * numerator + denominator) // (2 * denominator),
    "up": lambda numerator, denominator: -(-numerator // denominator),
}
"""`down` cuts, `nearest` takes halves up, `up` rounds any rest up."""


def rounded(numerator: int, denominator: int, rounding: str) -> int:
    """numerator / denominator in whole points; both at least zero."""
    return ROUNDINGS[rounding](numerator, denominator)
