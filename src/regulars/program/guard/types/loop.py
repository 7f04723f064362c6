"""Buy, earn, spend, bring back: points are gone before the order that gave them comes back. Source: threats TM6."""

from collections.abc import Mapping


class Loop:
    """Orders that came back after their points could be spent, with a spending in between."""

    NAME: Mapping[str, str] = {"en": "Buy, spend, return", "zh": "买入—用分—退货"}
    MEANS: Mapping[str, str] = {
        "en": "At least {times} orders came back within {days} days after points were spent in between.",
        "zh": "{days} 天内至少 {times} 单在用掉积分之后退货。",
    }
    PARAMS: Mapping[str, tuple[int, int, int]] = {"times": (2, 1, 1_000), "days": (90, 1, 730)}
    LABELS: Mapping[str, Mapping[str, str]] = {
        "times": {"en": "How often", "zh": "次数"},
        "days": {"en": "Within days", "zh": "天内"},
    }
    THRESHOLD = "times"
    SPAN = ("days", 24)
    STATEMENT = "find_loops"
    IS_OF_SPENDING = False


TYPE = Loop()
