"""An account that slept for long is emptied at once. Source: threats TM13."""

from collections.abc import Mapping


class Dormant:
    """A spending after a long time without an order."""

    NAME: Mapping[str, str] = {"en": "Sleeping account spends", "zh": "沉睡账户突然用分"}
    MEANS: Mapping[str, str] = {
        "en": "At least {points} points are spent after {days} days without an order.",
        "zh": "{days} 天没有订单后一次使用至少 {points} 积分。",
    }
    PARAMS: Mapping[str, tuple[int, int, int]] = {"points": (1_000, 1, 10**9), "days": (180, 1, 3_650)}
    LABELS: Mapping[str, Mapping[str, str]] = {
        "points": {"en": "Points at once", "zh": "一次使用积分"},
        "days": {"en": "Days without an order", "zh": "无订单天数"},
    }
    THRESHOLD = "points"
    SPAN = ("days", 24)
    STATEMENT = "find_dormant"
    IS_OF_SPENDING = True


TYPE = Dormant()
