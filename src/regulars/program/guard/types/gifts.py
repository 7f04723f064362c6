"""Points are gathered from many accounts by gifts. Source: threats TM3."""

from collections.abc import Mapping


class Gifts:
    """More gifts of points to one member than friends make."""

    NAME: Mapping[str, str] = {"en": "Many gifts received", "zh": "收到过多转赠"}
    MEANS: Mapping[str, str] = {
        "en": "At least {gifts} gifts of points to one member within {days} days.",
        "zh": "同一会员 {days} 天内收到至少 {gifts} 次积分转赠。",
    }
    PARAMS: Mapping[str, tuple[int, int, int]] = {"gifts": (5, 1, 1_000), "days": (7, 1, 365)}
    LABELS: Mapping[str, Mapping[str, str]] = {
        "gifts": {"en": "Gifts", "zh": "转赠次数"},
        "days": {"en": "Within days", "zh": "天内"},
    }
    THRESHOLD = "gifts"
    SPAN = ("days", 24)
    STATEMENT = "find_gifts"
    IS_OF_SPENDING = False


TYPE = Gifts()
