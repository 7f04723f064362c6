"""Members may return goods for longer; the points of their orders wait as long. Source: capability C14."""

from collections.abc import Mapping
from typing import Any

from ..model import LadderTermsInvalid
from .plain import only

DAYS_MAX = 366


def days(params: Mapping[str, Any]) -> int:
    """For how many days goods may come back."""
    return int(params["days"])


class ReturnWindow:
    """So many days instead of the program's."""

    NAME: Mapping[str, str] = {"en": "Longer return window", "zh": "更长退货期"}

    def check(self, params: Mapping[str, Any]) -> None:
        """`days`: 1 to 366."""
        only(params, "days")
        found = params.get("days")
        if not isinstance(found, int) or isinstance(found, bool) or not 1 <= found <= DAYS_MAX:
            raise LadderTermsInvalid(f"A return window has 1 to {DAYS_MAX} days.")

    def words(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """How long."""
        return {"en": f"Returns within {days(params)} days", "zh": f"{days(params)} 天内可退货"}


KIND = ReturnWindow()
