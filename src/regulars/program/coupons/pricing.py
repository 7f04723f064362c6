"""What a basket costs: the member price of the tier, then coupons, each discount spread over its lines exactly.

Every way to combine the coupons that their rules allow is priced, and the cheapest is taken: so the order in which
codes were given never matters, and one code more never makes a basket dearer. Within one way, discounts follow each
other in the order of `_STAGES`, each on what the ones before it left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType

from regulars.program import earning
from regulars.records import activities

from .model import WHOLE_BP, Benefit, Terms, Why
from .rules import COUPONS_MAX, compatible

MEMBER_PRICE = ""
"""Stands where a coupon's code would: what the tier gives by itself."""
_STAGES = {"member_price": 0, "percent": 1, "amount": 2, "free_shipping": 3, "gift": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A coupon that its member may use now; `pool` names its pool."""

    code: str
    pool: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What the member price (code `MEMBER_PRICE`) or a coupon takes off: in all, and by line."""

    code: str
    amount_minor: int
    by_line: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A basket's price. `lost` says of every coupon that was not taken why."""

    listed_minor: int
    total_minor: int
    line_minor: tuple[int, ...]
    discounts: tuple[Discount, ...] = ()
    lost: Mapping[str, Why] = field(default_factory=lambda: MappingProxyType({}))

    def off_minor(self, code: str) -> int:
        """What one code took off; MEMBER_PRICE for the tier's."""
        return sum(one.amount_minor for one in self.discounts if one.code == code)


def price(
    lines: Sequence[activities.Line], candidates: Sequence[Candidate], *, member_pay_bp: int = WHOLE_BP
) -> Priced:
    """The lowest price of a basket. `member_pay_bp` is what members of the tier pay of a price, in ten-thousandths.

    Minimums look at the listed prices, before any discount. At most `COUPONS_MAX` candidates, each code once.
    """
    assert len(candidates) <= COUPONS_MAX
    lost = {one.code: why for one in candidates if (why := why_not_for(lines, one.terms))}
    fitting = sorted((one for one in candidates if one.code not in lost), key=_order)
    own = [_member_price(member_pay_bp)] if member_pay_bp < WHOLE_BP else []
    masks = {one.code: _mask(lines, one.terms) for one in [*own, *fitting]}
    amounts = [line.amount_minor for line in lines]
    best = min(
        (_applied(amounts, masks, way) for size in range(len(fitting) + 2) for way in _ways([*own, *fitting], size)),
        key=lambda found: found.rank,
    )
    taken = {one.code for one in best.way}
    for one in fitting:
        if one.code not in taken:
            lost[one.code] = _lost_to(one, best.way)
    return Priced(
        listed_minor=sum(amounts),
        total_minor=sum(best.left),
        line_minor=tuple(best.left),
        discounts=tuple(best.discounts),
        lost=lost,
    )


def _order(one: Candidate) -> tuple[int, str]:
    return _STAGES[one.terms.benefit.kind], one.code


def _member_price(pay_bp: int) -> Candidate:
    terms = Terms(name={}, benefit=Benefit(kind="member_price", pay_bp=pay_bp), stacking="any")
    return Candidate(code=MEMBER_PRICE, pool="", terms=terms)


def _ways(candidates: Sequence[Candidate], size: int) -> Iterator[tuple[Candidate, ...]]:
    """Every choice of so many that all go together; one pool gives one coupon to a basket."""
    for way in combinations(candidates, size):
        if all(together(one, other) for one, other in combinations(way, 2)):
            yield way


def together(one: Candidate, other: Candidate) -> bool:
    """Whether two go together in one basket."""
    if MEMBER_PRICE in (one.code, other.code):
        return one.terms.with_member_price and other.terms.with_member_price
    return one.pool != other.pool and compatible(one.terms, other.terms)


def why_not_for(lines: Sequence[activities.Line], terms: Terms) -> Why | None:
    """Why a basket is not one for these terms: nothing in it is meant, or too little of it."""
    meant = [line for line in lines if is_meant(line, terms)]
    if not meant and terms.benefit.kind not in ("free_shipping", "gift"):
        return Why(code="lines")
    if (terms.skus or terms.categories) and not meant:
        return Why(code="lines")
    missing = terms.minimum_minor - sum(line.amount_minor for line in meant)
    if missing > 0:
        return Why(code="minimum", params={"minimum_minor": terms.minimum_minor, "missing_minor": missing})
    return None


def is_meant(line: activities.Line, terms: Terms) -> bool:
    """Whether a line is among the products a coupon is for; gift cards, fees and delivery never are."""
    if line.kind is not activities.LineKind.PRODUCT:
        return False
    if line.sku in terms.without_skus or line.category in terms.without_categories:
        return False
    if terms.skus or terms.categories:
        return line.sku in terms.skus or line.category in terms.categories
    return True


@dataclass(slots=True)
class _Applied:
    """One way to combine, priced."""

    way: tuple[Candidate, ...]
    left: list[int]
    discounts: list[Discount]

    @property
    def rank(self) -> tuple[int, int, int, tuple[str, ...]]:
        """The lowest is the best: cheapest, then most perks without a price, then fewest coupons, then by code."""
        perks = sum(_STAGES[one.terms.benefit.kind] >= _STAGES["free_shipping"] for one in self.way)
        return sum(self.left), -perks, len(self.way), tuple(one.code for one in self.way)


def _applied(amounts: Sequence[int], masks: Mapping[str, Sequence[bool]], way: tuple[Candidate, ...]) -> _Applied:
    done = _Applied(way, list(amounts), [])
    for one in way:
        shares = _shares(done.left, masks[one.code], one.terms.benefit)
        done.left = [left - share for left, share in zip(done.left, shares, strict=True)]
        done.discounts.append(Discount(code=one.code, amount_minor=sum(shares), by_line=tuple(shares)))
    return done


def _shares(left: Sequence[int], mask: Sequence[bool], benefit: Benefit) -> list[int]:
    """What a benefit takes off each line, never more than is left of it."""
    weights = [amount if is_meant else 0 for amount, is_meant in zip(left, mask, strict=True)]
    whole = sum(weights)
    off = min(_off_minor(benefit, whole), whole)
    return earning.spread(off, weights) if off else [0] * len(weights)


def _mask(lines: Sequence[activities.Line], terms: Terms) -> list[bool]:
    """Which lines a discount is taken off."""
    if terms.benefit.kind == "free_shipping":
        return [line.kind is activities.LineKind.DELIVERY for line in lines]
    return [is_meant(line, terms) for line in lines]


def _off_minor(benefit: Benefit, whole_minor: int) -> int:
    """What a benefit takes off an amount; percentages round half up."""
    match benefit.kind:
        case "amount":
            off = benefit.amount_minor
        case "percent" | "member_price":
            off = (2 * whole_minor * benefit.off_bp + WHOLE_BP) // (2 * WHOLE_BP)
        case "free_shipping":
            off = whole_minor
        case _:
            off = 0
    cap = benefit.discount_max_minor
    return off if cap is None else min(off, cap)


def _lost_to(one: Candidate, way: Sequence[Candidate]) -> Why:
    """What a coupon that fits lost to: the first one taken that it does not go with, or there was nothing left."""
    for other in way:
        if not together(one, other):
            if other.code == MEMBER_PRICE:
                return Why(code="member-price")
            code = "same-pool" if one.pool == other.pool else "stacking"
            return Why(code=code, params={"lost_to": other.code})
    return Why(code="nothing-left")


def clash(candidates: Sequence[Candidate]) -> tuple[str, str] | None:
    """The first two that do not go together, by code."""
    pairs = combinations(sorted(candidates, key=_order), 2)
    return next(((one.code, other.code) for one, other in pairs if not together(one, other)), None)


def given(lines: Sequence[activities.Line], candidates: Sequence[Candidate]) -> dict[str, int]:
    """What each coupon gave in an order that used them all, in money; `lines` at what was paid.

    Where lines tell what was taken off them, that was divided among the coupons in the order of `price`. Where none
    does, it is worked back from what was paid: an amount gave itself, 15 % off gave 15/85 of what was left.
    """
    if not any(line.discount_minor for line in lines):
        return {one.code: _worked_back(lines, one.terms) for one in candidates}
    before = [line.amount_minor + line.discount_minor for line in lines]
    left, found = sum(line.discount_minor for line in lines), {}
    for one in sorted(candidates, key=_order):
        shares = _shares(before, _mask(lines, one.terms), one.terms.benefit)
        found[one.code] = min(sum(shares), left)
        left -= found[one.code]
        before = [amount - share for amount, share in zip(before, shares, strict=True)]
    return found


def _worked_back(lines: Sequence[activities.Line], terms: Terms) -> int:
    benefit = terms.benefit
    paid = sum(line.amount_minor for line, is_one in zip(lines, _mask(lines, terms), strict=True) if is_one)
    off = 0
    if benefit.kind == "amount":
        off = benefit.amount_minor
    elif benefit.kind in ("percent", "member_price") and benefit.off_bp < WHOLE_BP:
        off = paid * benefit.off_bp // (WHOLE_BP - benefit.off_bp)
    cap = benefit.discount_max_minor
    return off if cap is None else min(off, cap)
