"""Pure decisions about orders and returns: what is acceptable, and what a return undoes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from msgspec.structs import replace

from regulars.kit import money
from regulars.kit.errors import Flaw
from regulars.kit.money import AMOUNT_MINOR_MAX

from .model import (
    FUTURE_SECONDS_MAX,
    LINES_MAX,
    QUANTITY_MAX,
    TEXT_MAX,
    AlreadyRefunded,
    AmountOutOfRange,
    Award,
    CurrencyMismatch,
    DuplicateLine,
    EventInFuture,
    InvalidText,
    InvalidTimestamp,
    Line,
    Order,
    Purchase,
    PurchaseLine,
    QuantityOutOfRange,
    RefundExceedsPurchase,
    Return,
    ReturnedLine,
    TooManyLines,
    TotalMismatch,
    Undoing,
    UnknownCurrency,
    UnknownLine,
    Unsettled,
)


def check(order: Order, *, currency: str, at: datetime) -> None:
    """Refuse an order that cannot be right; `currency` is the program's, `at` is now.

    Raises:
        Refusal: one of this room's, with a pointer to the first thing wrong.
    """
    check_time(order.occurred_at, at=at)
    _check_currency(order.currency, currency)
    if len(order.lines) > LINES_MAX:
        raise TooManyLines(f"An order has at most {LINES_MAX} lines.", flaws=[_flaw("/lines", "too-many-lines")])
    _check_amount("/total_minor", order.total_minor)
    _check_amount("/points_paid_minor", order.points_paid_minor, at_most=order.total_minor)
    for name in ("source", "external_id", "store", "channel", "till", "receipt"):
        check_text(f"/{name}", getattr(order, name), required=name in {"source", "external_id"})
    if not _are_beyond_doubt(order.lines):
        for index, line in enumerate(order.lines):
            _check_line(f"/lines/{index}", line)
    if len({line.line_id for line in order.lines}) < len(order.lines):
        raise DuplicateLine("Every line needs its own line_id.", flaws=[_flaw("/lines", "duplicate-line-id")])
    _check_total(order)


def _are_beyond_doubt(lines: Sequence[Line]) -> bool:
    """One look at all lines together, which is all that nearly every order needs."""
    texts = [text for line in lines for text in (line.line_id, line.sku, line.title, line.category)]
    return (
        all(
            0 <= line.tax_minor <= line.amount_minor <= AMOUNT_MINOR_MAX
            and 0 <= line.discount_minor <= AMOUNT_MINOR_MAX
            and 1 <= line.quantity <= QUANTITY_MAX
            for line in lines
        )
        and all(texts[::4])
        and "".join(texts).isprintable()
        and len(max(texts, key=len, default="")) <= TEXT_MAX
    )


def _check_line(where: str, line: Line) -> None:
    _check_amount(f"{where}/amount_minor", line.amount_minor)
    _check_amount(f"{where}/tax_minor", line.tax_minor, at_most=line.amount_minor)
    _check_amount(f"{where}/discount_minor", line.discount_minor)
    if not 1 <= line.quantity <= QUANTITY_MAX:
        raise QuantityOutOfRange(
            f"A quantity is from 1 to {QUANTITY_MAX}.", flaws=[_flaw(f"{where}/quantity", "quantity-out-of-range")]
        )
    for name in ("line_id", "sku", "title", "category"):
        check_text(f"{where}/{name}", getattr(line, name), required=name == "line_id")


def _check_total(order: Order) -> None:
    added = sum(line.amount_minor for line in order.lines)
    if abs(added - order.total_minor) > len(order.lines):
        raise TotalMismatch(
            f"The lines add up to {added}, the total says {order.total_minor} (minor units).",
            flaws=[_flaw("/total_minor", "total-mismatch")],
            facts={"lines_minor": added, "total_minor": order.total_minor},
        )


def check_time(occurred_at: datetime, *, at: datetime) -> None:
    """Refuse a time without a zone, beyond 1970 to 2100, or more than five minutes ahead.

    Raises:
        InvalidTimestamp, EventInFuture: as said.
    """
    where = "/occurred_at"
    if occurred_at.tzinfo is None or not 1970 <= occurred_at.year <= 2100:
        raise InvalidTimestamp(
            "A time needs its offset and a year from 1970 to 2100: 2026-11-23T18:30:00+08:00.",
            flaws=[_flaw(where, "invalid-timestamp")],
        )
    if occurred_at > at + timedelta(seconds=FUTURE_SECONDS_MAX):
        raise EventInFuture(
            f"This lies in the future; the server's time is {at.isoformat(timespec='seconds')}.",
            flaws=[_flaw(where, "event-in-future")],
            facts={"server_time": at.isoformat(timespec="seconds")},
        )


def check_text(where: str, value: str, *, required: bool = False) -> None:
    """Refuse what PostgreSQL cannot store or no screen can show.

    Raises:
        InvalidText: NUL, a lone surrogate, a control character, too long, or empty where it must not be.
    """
    if not value:
        if required:
            raise InvalidText("This must not be empty.", flaws=[_flaw(where, "invalid-text")])
        return
    if len(value) > TEXT_MAX:
        raise InvalidText(f"At most {TEXT_MAX} characters are taken here.", flaws=[_flaw(where, "invalid-text")])
    if value.isprintable():
        return
    if any(ord(c) < 32 or 0xD800 <= ord(c) <= 0xDFFF or ord(c) == 127 for c in value):
        raise InvalidText(
            "This holds a control character or half of a character.", flaws=[_flaw(where, "invalid-text")]
        )


def _check_currency(given: str, wanted: str) -> None:
    if given not in money.EXPONENTS:
        raise UnknownCurrency("This is not an ISO 4217 currency.", flaws=[_flaw("/currency", "unknown-currency")])
    if given != wanted:
        raise CurrencyMismatch(f"This program counts in {wanted}.", flaws=[_flaw("/currency", "currency-mismatch")])


def _check_amount(where: str, amount_minor: int, *, at_most: int = AMOUNT_MINOR_MAX) -> None:
    if not 0 <= amount_minor <= at_most:
        hint = "use a refund event: POST /v1/orders/{id}/returns" if amount_minor < 0 else f"at most {at_most}"
        raise AmountOutOfRange(
            f"An amount in minor units lies outside what is taken here ({hint}).",
            flaws=[_flaw(where, "amount-out-of-range")],
        )


def _flaw(pointer: str, code: str) -> Flaw:
    return Flaw(pointer=pointer, code=code, detail=code.replace("-", " "))


def is_cancelled(purchase: Purchase, lines: Sequence[PurchaseLine]) -> bool:
    """Whether everything of an order came back."""
    return purchase.returned_minor == purchase.total_minor and (purchase.total_minor > 0 or _all_back(lines))


def anew(purchase: Purchase, lines: Sequence[PurchaseLine], *, occurred_at: datetime) -> Order:
    """The order that was stored, as if it were placed at another time; points pay for nothing of it."""
    return Order(
        source=purchase.source,
        external_id=purchase.external_id,
        currency=purchase.currency,
        total_minor=purchase.total_minor,
        occurred_at=occurred_at,
        lines=tuple(
            Line(
                line_id=line.line_id, amount_minor=line.amount_minor, quantity=line.quantity, tax_minor=line.tax_minor,
                discount_minor=line.discount_minor, sku=line.sku, title=line.title, category=line.category,
                kind=line.kind,
            )
            for line in lines
        ),
        store=purchase.store,
        channel=purchase.channel,
        till=purchase.till,
        receipt=purchase.receipt,
    )  # fmt: skip


def undo(
    purchase: Purchase,
    lines: Sequence[PurchaseLine],
    returned: Return,
    further: Sequence[Award] = (),
    pending: Sequence[Unsettled] = (),
) -> Undoing:
    """What a return takes back of a stored award, and gives back of points it was paid with.

    What returns that are not settled yet (`pending`) would bring back is not left for this one.

    Raises:
        AlreadyRefunded: nothing is left.
        RefundExceedsPurchase: more than is left.
        UnknownLine, QuantityOutOfRange, AmountOutOfRange, CurrencyMismatch: as named.

    Source: quality/edge-cases 11, 12, 48; quality/cases 32-43.
    """
    if returned.currency and returned.currency != purchase.currency:
        raise CurrencyMismatch(
            f"This order was paid in {purchase.currency}.", flaws=[_flaw("/currency", "currency-mismatch")]
        )
    apart = sum(one.amount_minor for one in pending)
    free = lines
    for one in pending:
        free = _after(free, one.lines)
    left = purchase.total_minor - purchase.returned_minor - apart
    if left == 0 and (_all_back(free) or (purchase.total_minor > 0 and not returned.lines)):
        raise AlreadyRefunded("Everything of this order was returned before.", facts={"remaining_minor": 0})
    back = _returned_lines(free, returned, left)
    amount = _amount(returned, back, left)
    if amount > left:
        raise RefundExceedsPurchase(
            f"{left} minor units are left to return, {amount} were asked for.",
            flaws=[_flaw("/amount_minor" if not returned.lines else "/lines", "refund-exceeds-purchase")],
            facts={"remaining_minor": left},
        )
    return undoing(purchase, lines, Unsettled(lines=back, amount_minor=amount), further)


def undoing(
    purchase: Purchase, lines: Sequence[PurchaseLine], back: Unsettled, further: Sequence[Award] = ()
) -> Undoing:
    """What it takes back and gives back that so much of an order comes back.

    What the member has lost in all is recomputed from everything that came back so far and rounded down once for
    the whole order; this return takes the difference. So n partial returns take what one whole return takes, and
    never more than was awarded. `further` are the order's awards in other wallets; they are lost in the ratio of
    the eligible money.
    """
    returned_minor = purchase.returned_minor + back.amount_minor
    lost = _lost(purchase, _after(lines, back.lines), returned_minor)
    before = _lost(purchase, lines, purchase.returned_minor)
    whole = returned_minor == purchase.total_minor
    return Undoing(
        lines=back.lines,
        amount_minor=back.amount_minor,
        eligible_minor=int(lost[0]) - int(before[0]),
        points=max(0, int(lost[1]) - purchase.reversed_points),
        further=tuple(_further(further, _share(purchase, lost[0], whole))),
        restore_points=_burned_back(purchase, returned_minor) - purchase.restored_points,
        is_whole=whole and (purchase.returned_minor < purchase.total_minor or purchase.total_minor == 0),
    )


def _amount(returned: Return, back: Iterable[tuple[int, int, int]], left: int) -> int:
    if returned.lines:
        return sum(minor for _, _, minor in back)
    return left if returned.amount_minor is None else returned.amount_minor


def _burned_back(purchase: Purchase, returned_minor: int) -> int:
    """Of the points an order was paid with, those that are back when so much of its money is."""
    return purchase.burned_points * returned_minor // purchase.total_minor if purchase.total_minor else 0


def _further(awards: Iterable[Award], share: Fraction) -> Iterator[tuple[Award, int]]:
    for award in awards:
        if (taken := int(award.points * share) - award.reversed_points) > 0:
            yield award, taken


def _share(purchase: Purchase, lost_minor: Fraction, whole: bool) -> Fraction:
    """Which part of the eligible money is lost; an order without any is lost when it came back whole."""
    if purchase.eligible_minor:
        return lost_minor / purchase.eligible_minor
    return Fraction(int(whole))


def _all_back(lines: Iterable[PurchaseLine]) -> bool:
    return all(
        line.returned_quantity == line.quantity or line.returned_minor == line.amount_minor > 0 for line in lines
    )


def _returned_lines(lines: Sequence[PurchaseLine], returned: Return, left: int) -> tuple[tuple[int, int, int], ...]:
    """Line number, quantity and amount of everything this return names; a whole return names every line."""
    by_id = {line.line_id: line for line in lines}
    if not returned.lines:
        if returned.amount_minor is not None:
            if returned.amount_minor < 0 or returned.amount_minor > AMOUNT_MINOR_MAX:
                raise AmountOutOfRange(
                    "A returned amount is at least 0.", flaws=[_flaw("/amount_minor", "amount-out-of-range")]
                )
            return ()
        return tuple(
            (line.line_no, line.quantity - line.returned_quantity, line.amount_minor - line.returned_minor)
            for line in lines
        )
    asked: dict[str, ReturnedLine] = {}
    for index, part in enumerate(returned.lines):
        if part.line_id not in by_id:
            raise UnknownLine("The order has no such line.", flaws=[_flaw(f"/lines/{index}/line_id", "unknown-line")])
        if part.line_id in asked:
            raise DuplicateLine(
                "A return names each line once.",
                flaws=[_flaw(f"/lines/{index}/line_id", "duplicate-line-id")],
            )
        asked[part.line_id] = part
    return tuple(_part(by_id[part.line_id], part, index, left) for index, part in enumerate(returned.lines))


def _part(line: PurchaseLine, part: ReturnedLine, index: int, left: int) -> tuple[int, int, int]:
    where = f"/lines/{index}"
    quantity_left, amount_left = (
        line.quantity - line.returned_quantity,
        line.amount_minor - line.returned_minor,
    )
    if part.quantity is not None and part.quantity < 1:
        raise QuantityOutOfRange(
            "A returned quantity is at least 1.", flaws=[_flaw(f"{where}/quantity", "quantity-out-of-range")]
        )
    if part.amount_minor is not None and part.amount_minor < 0:
        raise AmountOutOfRange(
            "A returned amount is at least 0.", flaws=[_flaw(f"{where}/amount_minor", "amount-out-of-range")]
        )
    quantity = part.quantity if part.quantity is not None else (quantity_left if part.amount_minor is None else 0)
    amount = part.amount_minor
    if amount is None:
        upto = line.returned_quantity + min(quantity, quantity_left)
        amount = (
            max(0, line.amount_minor * upto // line.quantity - line.returned_minor)
            if upto < line.quantity
            else amount_left
        )
    if quantity > quantity_left or amount > amount_left:
        raise RefundExceedsPurchase(
            f"{quantity_left} pieces and {amount_left} minor units of this line are left to return.",
            flaws=[_flaw(where, "refund-exceeds-purchase")],
            facts={"remaining_minor": min(left, amount_left), "remaining_quantity": quantity_left},
        )
    return line.line_no, quantity, amount


def _after(lines: Sequence[PurchaseLine], back: Iterable[tuple[int, int, int]]) -> list[PurchaseLine]:
    changes: Mapping[int, tuple[int, int]] = {no: (quantity, amount) for no, quantity, amount in back}
    result = []
    for line in lines:
        quantity, amount = changes.get(line.line_no, (0, 0))
        came = {
            "returned_quantity": line.returned_quantity + quantity,
            "returned_minor": line.returned_minor + amount,
        }
        result.append(replace(line, **came))
    return result


def _lost(purchase: Purchase, lines: Sequence[PurchaseLine], returned_minor: int) -> tuple[Fraction, Fraction]:
    """Eligible money and points lost to all returns so far, exactly.

    Lines lose in the ratio of what came back of them; money returned without naming lines is spread over what
    the named lines leave.
    """
    if returned_minor >= purchase.total_minor and (purchase.total_minor > 0 or _all_back(lines)):
        return Fraction(purchase.eligible_minor), Fraction(purchase.award_points)
    eligible = points = Fraction(0)
    by_line = 0
    for line in lines:
        share = Fraction(line.returned_minor, line.amount_minor) if line.amount_minor else Fraction(0)
        eligible += line.eligible_minor * share
        points += line.points * share
        by_line += line.returned_minor
    rest = purchase.total_minor - by_line
    if unnamed := returned_minor - by_line:
        share = min(Fraction(1), Fraction(unnamed, rest)) if rest > 0 else Fraction(0)
        eligible += (purchase.eligible_minor - eligible) * share
        points += (purchase.award_points - points) * share
    return eligible, points


def differing(first: Purchase | Order, again: Order) -> list[Flaw]:
    """Which fields of a repeated id differ from what was recorded."""
    pairs = {
        "/total_minor": (first.total_minor, again.total_minor),
        "/currency": (first.currency, again.currency),
        "/occurred_at": (first.occurred_at, again.occurred_at),
        "/points_paid_minor": (first.points_paid_minor, again.points_paid_minor),
        "/store": (first.store, again.store),
        "/channel": (first.channel, again.channel),
        "/till": (first.till, again.till),
        "/receipt": (first.receipt, again.receipt),
    }
    found: list[Flaw] = [
        Flaw(pointer=pointer, code="event-conflict", detail="differs from what was recorded")
        for pointer, (one, other) in pairs.items()
        if one != other
    ]
    return found or [Flaw(pointer="/lines", code="event-conflict", detail="differs from what was recorded")]
