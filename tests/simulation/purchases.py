"""The oracle's purchases: what an order earns, and what its returns undo, once rounded for the whole order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from .points import Award
from .terms import Rate, Terms


class Refused(Exception):
    """The oracle expects this refusal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Item:
    """A line as the shop sends it."""

    line_id: str
    amount: int
    quantity: int = 1
    tax: int = 0
    kind: str = "PRODUCT"
    sku: str = ""


@dataclass(frozen=True)
class Basket:
    """An order as the shop sends it, and whose it is. `by_name`: found by an identifier, `unknown` says what then."""

    number: str
    who: str
    at: datetime
    items: tuple[Item, ...]
    total: int
    paid: int = 0
    holds: tuple[str, ...] = ()
    by_name: bool = False
    unknown: str = "refuse"
    currency: str = "CNY"

    @property
    def content(self) -> tuple:
        """What makes it the same order again: everything but whose it is and how it is paid for."""
        return self.number, self.at, self.items, self.total, self.paid, self.currency


@dataclass(frozen=True)
class GivenBack:
    """A return as the shop sends it: lines as (line, quantity, amount), or an amount, or neither: all of it."""

    number: str
    order: str
    at: datetime
    items: tuple[tuple[str, int | None, int | None], ...] = ()
    amount: int | None = None
    currency: str = ""


@dataclass
class Kept:
    """A line that was recorded: its share of the award, and what came back of it."""

    item: Item
    eligible: int
    points: int
    returned_quantity: int = 0
    returned: int = 0


@dataclass
class Order:
    """An order that was recorded."""

    basket: Basket
    who: str
    on: date
    total: int
    eligible: int
    points: int
    awards: dict[str, Award]
    lines: list[Kept]
    burned: dict[str, list[tuple[tuple[date, date], int]]] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    returned: int = 0
    restored: dict[str, int] = field(default_factory=dict)
    counted: bool = True


def check(basket: Basket, now: datetime) -> None:
    """Refuse what cannot be right."""
    if (basket.at - now).total_seconds() > 300:
        raise Refused("event-in-future")
    if basket.currency == "XXQ":
        raise Refused("unknown-currency")
    if basket.currency != "CNY":
        raise Refused("currency-mismatch")
    if not 0 <= basket.total <= 10**12 or not 0 <= basket.paid <= basket.total:
        raise Refused("amount-out-of-range")
    if any(not 0 <= item.tax <= item.amount <= 10**12 for item in basket.items):
        raise Refused("amount-out-of-range")
    if any(not 1 <= item.quantity <= 10**6 for item in basket.items):
        raise Refused("quantity-out-of-range")
    if len({item.line_id for item in basket.items}) < len(basket.items):
        raise Refused("validation-failed")
    if abs(sum(item.amount for item in basket.items) - basket.total) > len(basket.items):
        raise Refused("total-mismatch")


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """In the ratio of the weights, whole, adding up exactly: what the rounded running totals differ by."""
    whole = sum(weights)
    if not whole:
        return [total] + [0] * (len(weights) - 1) if weights else []
    upto = [int(Fraction(total * sum(weights[: n + 1]), whole)) for n in range(len(weights))]
    return [here - before for before, here in zip([0, *upto], upto, strict=False)]


def base_points(rate: Rate, eligible: int) -> int:
    if rate.whole_steps:
        return eligible // rate.per_minor * rate.points
    exact = Fraction(eligible * rate.points, rate.per_minor)
    if rate.rounding == "up":
        return -int(-exact // 1) if exact % 1 else int(exact)
    if rate.rounding == "nearest":
        return int(exact + Fraction(1, 2))
    return int(exact)


@dataclass(frozen=True)
class Worth:
    """What a basket earns, by wallet; the eligible money and points of each line in the first wallet."""

    points: dict[str, int]
    eligible: int
    line_eligible: list[int]
    line_points: list[int]


def eligible_of(basket: Basket, paid: int) -> list[int]:
    """Goods without tax earn; what is paid with points does not, in that ratio."""
    each = [item.amount - item.tax if item.kind == "PRODUCT" else 0 for item in basket.items]
    if paid and basket.total:
        return share_out(sum(each) * (basket.total - paid) // basket.total, each)
    return each


def worth(terms: Terms, basket: Basket, paid: int, born: date | None, on: date, percent: int) -> Worth:
    each = eligible_of(basket, paid)
    by_wallet = {}
    for purse in terms.purses:
        if purse.rate is not None:
            points = base_points(purse.rate, sum(each))
            if purse is terms.purses[0]:
                points += _more(terms, points, born, on, percent)
            by_wallet[purse.code] = points
    first = by_wallet.get(terms.purses[0].code, 0)
    return Worth(by_wallet, sum(each), each, share_out(first, each))


def _more(terms: Terms, base: int, born: date | None, on: date, percent: int) -> int:
    more = base * (percent - 100) // 100
    if terms.birthday and born:
        when, factor = terms.birthday
        if born.month == on.month and (when == "month" or born.day == on.day):
            more += base * (factor - 100) // 100
    return more


@dataclass
class Undone:
    """What a return takes back: by line (quantity, amount), money, and points by wallet."""

    lines: list[tuple[Kept, int, int]]
    amount: int
    eligible: int
    points: dict[str, int]
    is_whole: bool


def undo(order: Order, back: GivenBack) -> Undone:
    if back.currency and back.currency != "CNY":
        raise Refused("currency-mismatch")
    left = order.total - order.returned
    nothing_left = all(
        line.returned_quantity == line.item.quantity or line.returned == line.item.amount > 0 for line in order.lines
    )
    if left == 0 and (nothing_left or (order.total > 0 and not back.items)):
        raise Refused("already-refunded")
    lines = _lines_back(order, back)
    amount = sum(part for _, _, part in lines) if back.items else left if back.amount is None else back.amount
    if amount > left:
        raise Refused("refund-exceeds-purchase")
    eligible_before, _ = _lost(order, [], order.returned)
    eligible, points = _lost(order, lines, order.returned + amount)
    is_all = order.returned + amount == order.total
    ratio = eligible / order.eligible if order.eligible else Fraction(int(is_all))
    taken = {}
    for number, (code, award) in enumerate(order.awards.items()):
        lost = int(points) if number == 0 else int(award.points * ratio)
        taken[code] = max(0, lost - award.taken)
    return Undone(lines, amount, int(eligible) - int(eligible_before), taken, is_all)


def _lines_back(order: Order, back: GivenBack) -> list[tuple[Kept, int, int]]:
    by_id = {line.item.line_id: line for line in order.lines}
    if not back.items:
        if back.amount is not None:
            if not 0 <= back.amount <= 10**12:
                raise Refused("amount-out-of-range")
            return []
        return [
            (line, line.item.quantity - line.returned_quantity, line.item.amount - line.returned)
            for line in order.lines
        ]
    for line_id, _, _ in back.items:
        if line_id not in by_id:
            raise Refused("unknown-line")
    if len({line_id for line_id, _, _ in back.items}) < len(back.items):
        raise Refused("validation-failed")
    return [(by_id[line_id], *_part(by_id[line_id], quantity, amount)) for line_id, quantity, amount in back.items]


def _part(line: Kept, quantity: int | None, amount: int | None) -> tuple[int, int]:
    pieces_left, money_left = line.item.quantity - line.returned_quantity, line.item.amount - line.returned
    if quantity is not None and quantity < 1:
        raise Refused("quantity-out-of-range")
    if amount is not None and amount < 0:
        raise Refused("amount-out-of-range")
    pieces = quantity if quantity is not None else pieces_left if amount is None else 0
    if pieces > pieces_left:
        raise Refused("refund-exceeds-purchase")
    if amount is None:
        in_all = line.returned_quantity + pieces
        amount = line.item.amount * in_all // line.item.quantity - line.returned
        amount = money_left if in_all == line.item.quantity else max(0, amount)
    if amount > money_left:
        raise Refused("refund-exceeds-purchase")
    return pieces, amount


def _lost(order: Order, lines: list[tuple[Kept, int, int]], returned: int) -> tuple[Fraction, Fraction]:
    """Eligible money and points lost in all, exactly; money without lines is spread over what the lines leave."""
    more = {line.item.line_id: amount for line, _, amount in lines}
    if returned == order.total and order.total:
        return Fraction(order.eligible), Fraction(order.points)
    eligible = points = Fraction(0)
    named = 0
    for line in order.lines:
        back = line.returned + more.get(line.item.line_id, 0)
        named += back
        if line.item.amount:
            eligible += Fraction(line.eligible * back, line.item.amount)
            points += Fraction(line.points * back, line.item.amount)
    if returned > named and order.total > named:
        part = min(Fraction(1), Fraction(returned - named, order.total - named))
        eligible += (order.eligible - eligible) * part
        points += (order.points - points) * part
    return eligible, points
