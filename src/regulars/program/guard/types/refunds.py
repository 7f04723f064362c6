"""Somebody returns more than they keep. Source: threats TM6, TM7."""

from collections.abc import Mapping


class Refunds:
    """Many orders that came back, and most of the money with them."""

    NAME: Mapping[str, str] = {"en": "Mostly returned", "zh": "退货过多"}
    MEANS: Mapping[str, str] = {
        "en": "At least {returns} orders came back within {days} days, and {share} % of what was paid.",
        "zh": "{days} 天内至少 {returns} 单退货，且退回金额达 {share}%。",
    }
    PARAMS: Mapping[str, tuple[int, int, int]] = {"returns": (4, 1, 1_000), "share": (60, 1, 100), "days": (90, 1, 730)}
    LABELS: Mapping[str, Mapping[str, str]] = {
        "returns": {"en": "Orders that came back", "zh": "退货单数"},
        "share": {"en": "Share of the money, in percent", "zh": "退回金额占比（%）"},
        "days": {"en": "Within days", "zh": "天内"},
    }
    THRESHOLD = "returns"
    SPAN = ("days", 24)
    STATEMENT = "find_refunds"
    IS_OF_SPENDING = False


TYPE = Refunds()
