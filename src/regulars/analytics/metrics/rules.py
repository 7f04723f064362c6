"""Pure readings of figures: what is too low to leave alone."""

USAGE_RATIO_MIN = 0.5
ISSUED_POINTS_MIN = 1000


def usage_ratio(issued_points: int, redeemed_points: int) -> float | None:
    """Points redeemed / points issued in the same period; None when nothing was issued."""
    return redeemed_points / issued_points if issued_points > 0 else None


def is_usage_low(issued_points: int, redeemed_points: int) -> bool:
    """Whether members use too little of what they earn; never on a handful of points.

    Source: capability J6 (below 50 %: improve the benefits).
    """
    ratio = usage_ratio(issued_points, redeemed_points)
    return issued_points >= ISSUED_POINTS_MIN and ratio is not None and ratio < USAGE_RATIO_MIN
