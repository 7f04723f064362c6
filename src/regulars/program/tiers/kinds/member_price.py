"""Members pay a part of the price. `85折`, `8.5折`, `15% off` and `0.85` all mean that they pay 85 %.

Source: capabilities C7 and C8; glossary, "Chinese traps".
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from ..model import LadderTermsInvalid
from .plain import only

_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_FOLD = re.compile(r"([1-9]\d?|[1-9]\.\d{1,2})折")
_OFF = re.compile(r"(\d{1,2}(?:\.\d{1,2})?)%(?:off)?|(?:立?减)(\d{1,2}(?:\.\d{1,2})?)%")
_PLAIN = re.compile(r"0?\.\d{1,4}")
_SAY = "Write what members pay as 8.5折, 85折, 15% off or 0.85."


def read(written: str) -> Decimal:
    """What members pay of a price, above 0 and below 1, from what a person wrote.

    In 折 one digit counts tenths and two count hundredths: 9折 is 0.9, 85折 and 8.5折 are 0.85. A percentage is what
    comes off, and must say so. What could mean two things is refused.

    Raises:
        LadderTermsInvalid: it is none of these, or no reduction.
    """
    text = unicodedata.normalize("NFKC", written).translate(_DIGITS).lower()
    text = re.sub(r"\s+", "", text)
    if fold := _FOLD.fullmatch(text):
        digits = fold[1].replace(".", "")
        found = Decimal(digits).scaleb(-len(digits))
    elif (off := _OFF.fullmatch(text)) and (off[2] or text.endswith("off")):
        found = 1 - Decimal(off[1] or off[2]) / 100
    elif _PLAIN.fullmatch(text):
        found = Decimal(text)
    else:
        raise LadderTermsInvalid(f"{written!r} can be read in two ways, or in none. {_SAY}")
    if not Decimal("0.01") <= found < 1 or text == "10折":
        raise LadderTermsInvalid(f"{written!r} is no reduction. {_SAY}")
    return found.normalize()


def factor(params: Mapping[str, Any]) -> Decimal:
    """The stored factor: what members pay of a price."""
    return Decimal(str(params["factor"]))


def pays(amount_minor: int, part: Decimal) -> int:
    """That part of an amount in minor units; half a unit rounds up."""
    return int((amount_minor * part).to_integral_value(ROUND_HALF_UP))


def folds(part: Decimal) -> str:
    """The factor as 折: 0.85 is 8.5折."""
    return f"{(part * 10).normalize():f}折"


class MemberPrice:
    """A part of the price, for everything the member buys."""

    NAME: Mapping[str, str] = {"en": "Member price", "zh": "会员价"}

    def check(self, params: Mapping[str, Any]) -> None:
        """`factor`: above 0 and below 1, as a number with at most four decimals."""
        only(params, "factor")
        try:
            part = Decimal(str(params["factor"]))
        except (KeyError, InvalidOperation):
            raise LadderTermsInvalid("A member price has a factor, such as 0.85.") from None
        if not part.is_finite() or not Decimal("0.01") <= part < 1 or part != round(part, 4):
            raise LadderTermsInvalid("A member price is above 0 and below 1: 0.85 is 85 % of the price.")

    def words(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Both ways of saying it, so that nobody takes one for the other."""
        part = factor(params)
        paid, off = ((n * 100).normalize() for n in (part, 1 - part))
        return {"en": f"Member price: {off:f}% off, you pay {paid:f}%", "zh": f"会员价 {folds(part)}（付 {paid:f}%）"}


KIND = MemberPrice()
