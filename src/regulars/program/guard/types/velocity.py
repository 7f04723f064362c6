"""Too many orders of one member at one till: a cashier's own card, a shared card. Source: threats TM15."""

from collections.abc import Mapping


class Velocity:
    """More orders of a member at one till (or anywhere) within hours than anybody makes."""

    NAME: Mapping[str, str] = {"en": "Orders at one till", "zh": "同一收银台订单过多"}
    MEANS: Mapping[str, str] = {
        "en": "More than {orders} orders of one member at one till within {hours} hours.",
        "zh": "同一会员在同一收银台 {hours} 小时内超过 {orders} 单。",
    }
    PARAMS: Mapping[str, tuple[int, int, int]] = {"orders": (5, 1, 10_000), "hours": (24, 1, 2_160)}
    LABELS: Mapping[str, Mapping[str, str]] = {
        "orders": {"en": "Orders", "zh": "订单数"},
        "hours": {"en": "Within hours", "zh": "小时内"},
    }
    THRESHOLD = "orders"
    SPAN = ("hours", 1)
    STATEMENT = "find_velocity"
    IS_OF_SPENDING = False


TYPE = Velocity()
