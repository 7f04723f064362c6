"""What callers send, field by field. Unknown fields are refused; amounts are minor units, times carry an offset."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct, field

OrderId = Annotated[str, Meta(description="The shop's own id of the order. With `source` it names it for ever.")]
Amount = Annotated[int, Meta(description="Minor units of the currency: 24986 CNY is ¥249.86.")]
Moment = Annotated[
    datetime, Meta(tz=True, description="RFC 3339 with its offset; at most five minutes ahead of the server's time.")
]
Source = Annotated[str, Meta(description="Which of the shop's systems speaks; ids are unique within it.")]
MemberId = Annotated[UUID, Meta(description="The member's id, as `POST /v1/members` answered it.")]


Whole = Annotated[int, Meta(ge=-(2**53), le=2**53)]


WalletCode = Annotated[str, Meta(description="The code of the wallet; the program's first one when left out.")]


class Asked(Struct, forbid_unknown_fields=True, kw_only=True):
    """A body; nothing in it is ignored."""


class WhichMember(Asked):
    """Whose order it is: an id, or an identifier such as `phone:+8613800138000`. One of the two."""

    id: UUID | None = None
    identifier: Annotated[str, Meta(description="KIND:VALUE; kinds are external, phone, email, card.")] | None = None


class OrderLine(Asked):
    """One line of an order."""

    amount_minor: Annotated[int, Meta(description="What is paid for the line: after discounts, taxes inside.")]
    line_id: Annotated[str, Meta(description="Names the line in a return; its place (1, 2, …) when left out.")] = ""
    sku: str = ""
    title: str = ""
    category: str = ""
    kind: Annotated[
        Literal["product", "delivery", "gift_card", "fee"], Meta(description="Only products earn, by default.")
    ] = "product"
    quantity: Annotated[int, Meta(description="1 to 1,000,000.")] = 1
    tax_minor: Annotated[int, Meta(description="The tax inside `amount_minor`.")] = 0
    discount_minor: Annotated[int, Meta(description="What was taken off before `amount_minor`.")] = 0


class OrderAsked(Asked):
    """A paid order. The same order again is answered as the first time and earns nothing new."""

    order_id: OrderId
    member: WhichMember
    currency: Annotated[str, Meta(description="ISO 4217; the program's currency.")]
    total_minor: Amount
    occurred_at: Moment
    source: Source = "shop"
    lines: Annotated[list[OrderLine], Meta(description="At most 10,000. Without lines the order is one line.")] = []
    points_paid_minor: Annotated[int, Meta(description="The part of the total that was paid with points.")] = 0
    hold_ids: Annotated[list[str], Meta(max_length=20, description="Holds this order is paid with.")] = []
    coupons: Annotated[
        list[str],
        Meta(
            max_length=20, description="Coupons it used, as typed; `discount_minor` of the lines says what they gave."
        ),
    ] = []
    store: str = ""
    channel: str = ""
    till: str = ""
    receipt: Annotated[str, Meta(description="Helps to find the same receipt sent under two ids.")] = ""
    on_unknown: Annotated[
        Literal["refuse", "hold", "enroll"],
        Meta(description="A member nobody knows: refuse, keep the order 90 days until they join, or enroll them."),
    ] = "refuse"


class ReturnedLineAsked(Asked):
    """What came back of one line: a quantity, an amount, or both; neither is all that is left of it."""

    line_id: str
    quantity: int | None = None
    amount_minor: Amount | None = None


class ReturnAsked(Asked):
    """A return. With lines: those. With an amount only: that much. With neither: all that is left."""

    return_id: Annotated[str, Meta(description="The shop's own id of the return, unique within the order.")]
    occurred_at: Moment
    lines: list[ReturnedLineAsked] = []
    amount_minor: Amount | None = None
    currency: Annotated[str, Meta(description="When sent, it must be the order's.")] = ""
    reason: Annotated[str, Meta(description="`chargeback` flags the member.")] = ""
    status: Annotated[
        Literal["recorded", "pending"],
        Meta(description="`pending`: its money is not settled yet; confirm it, or fail it, later."),
    ] = "recorded"


class CancelAsked(Asked):
    """A cancellation: everything that is left comes back."""

    return_id: Annotated[
        str, Meta(description="Left out, it is `cancel`, and `cancel-2` for the second generation of an order.")
    ] = ""
    occurred_at: Moment | None = None
    reason: str = "cancelled"


class HoldAsked(Asked):
    """Points to set aside for an unpaid basket."""

    hold_id: Annotated[str, Meta(description="The shop's own id of the hold, say the basket's.")]
    member_id: MemberId
    points: Annotated[int, Meta(description="At least 1.")]
    minutes: Annotated[int, Meta(description="Until it ends by itself: 1 to 1440.")] = 20
    wallet: WalletCode = ""


class CaptureAsked(Asked):
    """Spend a hold outside of an order; a part releases the rest."""

    member_id: MemberId
    points: Annotated[int, Meta(description="All that is held when left out.")] | None = None


class ReleaseAsked(Asked):
    """Give held points back."""

    member_id: MemberId


class AdjustmentAsked(Asked):
    """Points that a person adds or takes."""

    reference: Annotated[str, Meta(description="Names the adjustment for ever.")]
    member_id: MemberId
    points: Annotated[int, Meta(description="Above zero adds, below zero takes; at most 1,000,000.")]
    reason: Annotated[str, Meta(description="The member reads it beside the points.")]
    note: Annotated[str, Meta(description="Only staff reads it.")] = ""
    wallet: WalletCode = ""


class ApproveAsked(Asked):
    """Whose adjustment is approved."""

    member_id: MemberId
    note: Annotated[str, Meta(description="Only staff reads it.")] = ""


class DeclineAsked(Asked):
    """Whose adjustment is declined, and why."""

    member_id: MemberId
    reason: Annotated[str, Meta(description="Whoever asked reads it; the member does not.")]


class SettleAsked(Asked):
    """What became of the money of a pending return; the address says which."""


class ReinstateAsked(Asked):
    """An order that was cancelled in full is completed after all."""

    reinstatement_id: Annotated[
        str, Meta(description="Your own id of it. Left out, an order that stands again is answered as it was.")
    ] = ""
    occurred_at: Annotated[Moment | None, Meta(description="When it was completed again; now, when left out.")] = None
    hold_ids: Annotated[list[str], Meta(description="Holds that pay for it. What paid before was given back.")] = []


class ActivateAsked(Asked):
    """An order was completed; the address says which."""


class LoadAsked(Asked):
    """Money that is paid into a wallet of stored value."""

    reference: Annotated[str, Meta(description="Names the load for ever, say the number of the gift card.")]
    amount_minor: Amount
    reason: Annotated[str, Meta(description="The member reads it beside the amount.")] = ""
    note: Annotated[str, Meta(description="Only staff reads it.")] = ""


class ExpiryAsked(Asked):
    """When points end. On the day they end, a part may be carried over for another year."""

    kind: Annotated[
        Literal["never", "days", "month_end", "year_end", "date", "inactivity"],
        Meta(
            description=(
                "`days`: `count` days after they were earned; `month_end`: with the month `count` months later; "
                "`year_end`: with the year `count` years later; `date`: with the coming `month_day`, `count` years "
                "later; `inactivity`: `count` days after the member last earned or spent."
            )
        ),
    ] = "month_end"
    count: int = 12
    month_day: Annotated[str, Meta(description="MM-DD, for `date`.")] = "12-31"
    carry_percent: Annotated[int, Meta(description="For `year_end` and `date`: what goes on for another year.")] = 0
    carry_max: Annotated[int, Meta(description="At most so many of them.")] | None = None
    grace_days: Annotated[
        int, Meta(description="What points get that come back after their end, or whose end was never announced.")
    ] = 30
    notice_days: Annotated[int, Meta(description="So many days before an end the member is told.")] = 30


class GivingAsked(Asked):
    """What members may give to each other."""

    transfer_max: int = 5_000
    day_max: int = 10_000
    member_days_min: int = 7


class WalletAsked(Asked):
    """A wallet with all its settings."""

    code: Annotated[str, Meta(description="Up to 40 small letters, digits, - and _. Names it for ever.")]
    unit: Annotated[dict[str, str], Meta(description="What is counted, by language: `en`, `zh`.")]
    kind: Annotated[
        Literal["points", "status", "cashback", "gift_card"],
        Meta(description="`status` only counts for tiers; `cashback` and `gift_card` hold money."),
    ] = "points"
    expiry: ExpiryAsked = field(default_factory=ExpiryAsked)
    pending_days: Annotated[int, Meta(description="How long earned points wait; else the return window.")] | None = None
    waits_for_event: Annotated[
        bool, Meta(description="They wait until `POST /v1/orders/{order_id}/activate` instead.")
    ] = False
    debt_policy: Annotated[
        Literal["debt", "forgive", "review"], Meta(description="When an order comes back whose points are spent.")
    ] = "debt"
    debt_max_points: Annotated[int, Meta(description="What is owed beyond it is written off.")] | None = None
    giving: Annotated[GivingAsked | None, Meta(description="Null: points cannot be given away.")] = None
    point_value_micros: Annotated[
        int, Meta(description="What a point costs the shop, in millionths of a currency unit; money is worth itself.")
    ] = 10_000


class MemberAsked(Asked):
    """Somebody who joins. The first identifier of external_id, phone, email, card names them."""

    external_id: Annotated[str, Meta(description="The shop's own id of the customer.")] | None = None
    phone: str | None = None
    email: str | None = None
    card: str | None = None
    name: str | None = None
    birth_on: date | None = None
    language: Literal["en", "zh"] | None = None
    channel: str = ""
    enrolled_at: Annotated[datetime, Meta(tz=True, description="Now when left out.")] | None = None
    attributes: Annotated[dict[str, str | Whole | bool | None], Meta(max_length=50)] = {}


class QuoteAsked(Asked):
    """A basket to evaluate; nothing is written."""

    currency: str
    total_minor: Amount
    member_id: Annotated[UUID, Meta(description="A guest in the lowest tier when left out.")] | None = None
    lines: list[OrderLine] = []
    points_paid_minor: Annotated[int, Meta(description="At most what is left to pay is taken.")] = 0
    coupons: Annotated[list[str], Meta(description="Codes as they were typed; at most 5.")] = []
    with_member_price: Annotated[
        bool, Meta(description="False when the amounts hold the member price of the tier already.")
    ] = True
    store: str = ""
    channel: str = ""
    as_of: Annotated[datetime, Meta(tz=True, description="Rules of that instant; now when left out.")] | None = None


class EventAsked(Asked):
    """Something a member did besides buying, in the form of a CloudEvent. The same event again earns nothing new."""

    id: Annotated[str, Meta(description="The source's own id of the event. With `source` it names it for ever.")]
    type: Annotated[str, Meta(description="The code of an event type, such as `review`.")]
    member: WhichMember
    occurred_at: Annotated[Moment | None, Meta(description="When it happened; or send `time`, one of the two.")] = None
    time: Annotated[Moment | None, Meta(description="The same under the name CloudEvents give it.")] = None
    source: Source = "shop"
    data: Annotated[dict[str, Any], Meta(description="Held against the schema of its type; null is left out.")] = {}
    on_unknown: Annotated[
        Literal["refuse", "hold"],
        Meta(description="A member nobody knows: refuse, or keep the event 90 days until they join."),
    ] = "refuse"
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"


class AttributeAsked(Asked):
    """One field of the data of an event type."""

    name: Annotated[str, Meta(description="At most 40 of a-z 0-9 _, a letter first.")]
    type: Annotated[
        Literal["text", "integer", "money", "boolean", "date", "instant", "enum"],
        Meta(description="Money is in minor units of the program's currency; an instant carries its offset."),
    ]
    required: bool = False
    options: Annotated[list[str], Meta(description="What an enum can be; at most 100.")] = []


class NameAsked(Asked):
    """A name in English, Chinese or both."""

    en: str = ""
    zh: str = ""


class EventTypeAsked(Asked):
    """A kind of event. Declared again it may be widened: optional attributes, more options, other names."""

    code: Annotated[str, Meta(description="At most 64 of a-z 0-9 _ . -, a letter first.")]
    name: NameAsked
    attributes: Annotated[list[AttributeAsked], Meta(description="At most 50.")] = []


class OrderItem(OrderAsked, tag_field="item", tag="order"):
    """An order, as `POST /v1/orders` takes it."""


class ReturnItem(ReturnAsked, kw_only=True, tag_field="item", tag="return"):
    """A return, as `POST /v1/orders/{order_id}/returns` takes it, with the order it is of."""

    order_id: OrderId
    source: Source = "shop"


class EventItem(EventAsked, tag_field="item", tag="event"):
    """An event, as `POST /v1/events` takes it."""


class GiftAsked(Asked):
    """Points one member gives another."""

    gift_id: Annotated[str, Meta(description="The shop's own id of the gift; names it for ever.")]
    from_member: MemberId
    to: Annotated[WhichMember, Meta(description="Who receives: an id or an identifier.")]
    points: Annotated[int, Meta(description="At least 1.")]
    wallet: Annotated[str, Meta(description="The code of the wallet; the first when left out.")] = ""
    message: Annotated[str, Meta(description="Both read it beside the points.")] = ""
    preview: Annotated[bool, Meta(description="Say what would happen, and do nothing.")] = False


class HouseholdAsked(Asked):
    """Members who share one account from now on."""

    household_id: Annotated[str, Meta(description="The shop's own id of the household; names it for ever.")]
    member_ids: Annotated[list[UUID], Meta(description="1 to 8.")]
    name: str = ""


class JoinAsked(Asked):
    """Who joins or leaves."""

    member_id: MemberId


class DissolveAsked(Asked):
    """Who gets what is left."""

    to: Annotated[UUID, Meta(description="One of its members; split evenly when left out.")] | None = None


class MergeAsked(Asked):
    """Whom the member is merged into."""

    into: MemberId
    preview: Annotated[bool, Meta(description="Say what would happen, and do nothing.")] = False


class UnmergeAsked(Asked):
    """Undo the merge of a member."""

    preview: Annotated[bool, Meta(description="Say what would happen, and do nothing.")] = False
