"""What a tier gives: typed benefits as data, which other parts read. One entry a kind; explicit, nothing is found by
magic. A kind that does something has a file of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..model import Ladder, LadderTermsInvalid, Tier
from . import member_price, return_window
from .plain import BenefitKind, Plain

KINDS: Mapping[str, BenefitKind] = {
    "member_price": member_price.KIND,
    "return_window": return_window.KIND,
    "birthday_gift": Plain(en="Birthday gift", zh="生日礼"),
    "priority_access": Plain(en="New products and limited goods first", zh="新品与限量优先购"),
    "priority_service": Plain(en="Priority service", zh="优先客服"),
    "shipping_upgrade": Plain(en="Free shipping upgrade", zh="免费升级配送"),
    "adviser": Plain(en="A personal adviser", zh="专属顾问"),
    "text": Plain(en="Own words", zh="自定义权益", needs_text=True),
}
"""By the name that is stored, in the order they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """One thing a tier gives."""

    type: str
    params: Mapping[str, Any]

    @property
    def words(self) -> Mapping[str, str]:
        """As members read it, by language."""
        return KINDS[self.type].words(self.params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefits:
    """All a member's tiers give together: the best of each.

    `price_factor` is what they pay of a price (0.85 is 85 %, 85折), `return_days` how long they may return goods
    (0: as everybody), `points_factor` multiplies base points and is the main set's alone.
    """

    points_factor: float = 1.0
    price_factor: Decimal = Decimal(1)
    return_days: int = 0
    listed: tuple[Benefit, ...] = ()

    def has(self, type: str) -> bool:
        """Whether there is a benefit of this kind."""
        return any(benefit.type == type for benefit in self.listed)

    def price_minor(self, amount_minor: int) -> int:
        """What a member pays of an amount in minor units; half a unit rounds up."""
        return member_price.pays(amount_minor, self.price_factor)


def check(stored: Mapping[str, Any]) -> None:
    """Refuse a benefit that cannot be read.

    Raises:
        LadderTermsInvalid: no such kind, or parameters it cannot use.
    """
    kind = KINDS.get(str(stored.get("type")))
    if kind is None:
        raise LadderTermsInvalid(f"There is no benefit {stored.get('type')!r}; there are {', '.join(KINDS)}.")
    kind.check({name: value for name, value in stored.items() if name != "type"})


def of_tier(tier: Tier) -> tuple[Benefit, ...]:
    """What a tier gives beside its factor on points."""
    return tuple(_benefit(stored) for stored in tier.benefits)


def _benefit(stored: Mapping[str, Any]) -> Benefit:
    params = {name: value for name, value in stored.items() if name != "type"}
    return Benefit(type=stored["type"], params=params)


def benefits(ladder: Ladder, tier: Tier) -> Benefits:
    """What one tier of a ladder gives."""
    return together([(ladder, tier)])


def price_factor(tier: Tier) -> Decimal:
    """What members of a tier pay of a price: 0.85 is 85 %; 1 where it has no member price."""
    return min((member_price.factor(one) for one in tier.benefits if one["type"] == "member_price"), default=Decimal(1))


def together(held: Iterable[tuple[Ladder, Tier]]) -> Benefits:
    """What the tiers of several ladders give together."""
    listed: list[Benefit] = []
    points_factor = 1.0
    for ladder, tier in held:
        listed += of_tier(tier)
        if ladder.is_main:
            points_factor = tier.points_factor
    prices = [member_price.factor(one.params) for one in listed if one.type == "member_price"]
    days = [return_window.days(one.params) for one in listed if one.type == "return_window"]
    return Benefits(
        points_factor=points_factor,
        price_factor=min(prices, default=Decimal(1)),
        return_days=max(days, default=0),
        listed=tuple(listed),
    )


def lost(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Benefit]:
    """The benefits of one tier that another does not give, or gives less of."""
    return [_benefit(one) for one in before if not any(_is_as_good(other, one) for other in after)]


def _is_as_good(other: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    if other.get("type") != one.get("type"):
        return False
    match one["type"]:
        case "member_price":
            return member_price.factor(other) <= member_price.factor(one)
        case "return_window":
            return return_window.days(other) >= return_window.days(one)
        case "text":
            return other == one
    return True
