"""What callers read, field by field: the schemas of the documentation; tests hold every answer against them."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Day = Annotated[str, Meta(description="A local day of the program, such as 2026-12-07.")]


class Tells(Struct, forbid_unknown_fields=True, kw_only=True):
    """A body we answer."""


class Expiring(Tells):
    """Points that end with a day."""

    expires_on: Day
    points: int


class Activating(Tells):
    """Points that become usable on a day."""

    usable_on: Day
    points: int


class BalanceTold(Tells):
    """What a member has: every coming expiry and activation is listed."""

    available: Annotated[int, Meta(description="Can be spent now; what is owed is already taken off.")]
    pending: Annotated[int, Meta(description="Earned, not yet usable.")]
    held: Annotated[int, Meta(description="Set aside for unpaid baskets.")]
    debt: Annotated[int, Meta(description="Owed after returns; the next points pay it back.")]
    waiting: Annotated[int, Meta(description="The part of `pending` that waits for an event, not for a day.")]
    expiring: list[Expiring]
    activating: list[Activating]


class WalletTold(Tells):
    """What an order earned in a further wallet, and what the member has there."""

    wallet: str
    points: int
    balance: BalanceTold
    usable_on: Day | None = None
    expires_on: Day | None = None


class ReturnedWalletTold(Tells):
    """What a return moved in a further wallet, and what the member has there."""

    wallet: str
    points_reversed: int
    points_taken_back: int
    points_restored: int
    balance: BalanceTold


class TierTold(Tells):
    """A member's place on the ladder."""

    id: int
    name: str
    reached: Annotated[int, Meta(description="What counts so far in the window, in the ladder's measure.")]
    next: Annotated[str | None, Meta(description="The tier above; null at the top.")]
    missing: Annotated[int, Meta(description="What is missing to reach it.")]
    review_on: Day | None
    needed_to_keep: Annotated[int, Meta(description="What is missing to keep the present tier at its review.")]


class ReasonTold(Tells):
    """Why these points: a stable code, its parameters, a sentence in the member's language."""

    code: str
    points: int
    params: dict[str, Any]
    text: str


class EffectTold(Tells):
    """What the shop may act on."""

    type: Literal["tier.upgraded", "challenge.reached"]
    name: str
    tier: int | None = None
    tier_set: Annotated[str, Meta(description="The set of tiers, where it is not the main one.")] = ""
    challenge: str | None = None
    points: int | None = None


class UsedCouponTold(Tells):
    """A coupon an order used, and what it gave."""

    code: str
    pool: str
    name: str
    discount_minor: int


class OrderTold(Tells):
    """What an order earned, and why."""

    order_id: str
    status: Literal["recorded", "waiting-for-member"]
    points: int
    generation: Annotated[int, Meta(description="Above 1 for an order that was cancelled and reinstated.")] = 1
    member_id: str = ""
    pending: bool = False
    usable_on: Day | None = None
    expires_on: Day | None = None
    eligible_minor: int = 0
    points_paid: Annotated[int, Meta(description="Points that paid for a part of it (its holds).")] = 0
    balance: BalanceTold | None = None
    wallets: Annotated[list[WalletTold], Meta(description="Wallets other than the first that it earned in.")] = []
    tier: TierTold | None = None
    reasons: list[ReasonTold] = []
    effects: list[EffectTold] = []
    coupons: Annotated[list[UsedCouponTold], Meta(description="The coupons it used.")] = []
    warnings: list[Literal["possible-duplicate"]] = []


class StoredLineTold(Tells):
    """A line of a stored order."""

    line_id: str
    kind: Literal["product", "delivery", "gift_card", "fee"]
    sku: str
    title: str
    category: str
    quantity: int
    amount_minor: int
    eligible_minor: int
    points: int
    returned_quantity: int
    returned_minor: int


class StoredReturnTold(Tells):
    """A return of a stored order."""

    return_id: str
    status: Literal["recorded", "pending", "failed"]
    occurred_at: str
    reason: str
    amount_minor: int
    points_reversed: int
    points_restored: int


class StoredOrderTold(Tells):
    """A stored order with what became of it."""

    order_id: str
    source: str
    generation: Annotated[int, Meta(description="How often it was completed; this is the newest.")]
    member_id: str
    occurred_at: str
    recorded_at: str
    currency: str
    total_minor: int
    points_paid_minor: int
    eligible_minor: int
    points: int
    points_reversed: int
    points_paid: int
    points_restored: int
    returned_minor: int
    remaining_minor: Annotated[int, Meta(description="Less what pending returns would bring back.")]
    store: str
    channel: str
    till: str
    receipt: str
    returns: Annotated[list[StoredReturnTold], Meta(description="Newest first.")]
    lines: list[StoredLineTold]


class ReturnTold(Tells):
    """What a return took back and gave back."""

    return_id: str
    order_id: str
    status: Literal["recorded", "waiting-for-purchase", "pending", "failed"]
    points_reversed: Annotated[int, Meta(description="The part of the award that is undone.")]
    member_id: str = ""
    reason: str = ""
    amount_minor: int = 0
    points_taken_back: Annotated[int, Meta(description="Of it, taken from the member or owed by them.")] = 0
    points_owed: int = 0
    points_forgiven: int = 0
    points_expired: int = 0
    points_restored: Annotated[int, Meta(description="Points the order was paid with, given back.")] = 0
    policy: Annotated[
        Literal["none", "debt", "forgive", "refund-of-expired"],
        Meta(description="How points that were already spent or expired were treated."),
    ] = "none"
    points_set_aside: Annotated[int, Meta(description="What a pending return will take, as far as it is there.")] = 0
    remaining_minor: int = 0
    balance: BalanceTold | None = None
    wallets: Annotated[list[ReturnedWalletTold], Meta(description="Wallets other than the first that it moved.")] = []
    coupons_back: Annotated[list[str], Meta(description="Coupons that a whole return gave back.")] = []


class HoldTold(Tells):
    """Points set aside."""

    hold_id: str
    member_id: str
    wallet: str
    points: int
    captured_points: int
    state: Literal["open", "captured", "released", "ended"]
    ends_at: str
    balance: BalanceTold


class IdentifierTold(Tells):
    """A way to find the member; shown whole to `admin` keys, its ends only to others."""

    kind: Literal["external", "phone", "email", "card"]
    value: str


class MemberTold(Tells):
    """A member."""

    member_id: str
    status: Literal["active", "frozen", "erased", "merged"]
    external_id: str
    name: str
    birth_on: Day | None
    language: Literal["en", "zh"]
    channel: str
    enrolled_at: str
    terms_version: int
    attributes: dict[str, str | int | bool | None]
    identifiers: list[IdentifierTold]
    household_id: Annotated[str | None, Meta(description="The household whose account they share, by the shop's id.")]
    flags: list[Literal["chargeback"]]


class DetailTold(Tells):
    """How a line came about: a sentence, and points where it stands for some."""

    text: str
    points: int | None


class LineTold(Tells):
    """A movement as the member reads it."""

    entry_id: str
    type: str
    points: int
    balance: Annotated[int, Meta(description="What the member had after it, pending and held points among it.")]
    occurred_at: str
    recorded_at: str
    title: str
    details: list[DetailTold]


class NoticeTold(Tells):
    """What the member was told: so many points end with that day."""

    expires_on: Day
    points: int
    told_on: Day


class HeldWalletTold(Tells):
    """What the member has in a wallet; amounts of money are in minor units of `currency`."""

    wallet: str
    kind: Literal["points", "status", "cashback", "gift_card"]
    unit: str
    currency: str | None
    balance: BalanceTold
    notices: Annotated[list[NoticeTold], Meta(description="Coming ends the member was told of.")]


class StatementTold(Tells):
    """Balances, tier and movements of a member, newest first."""

    member_id: str
    wallet: Annotated[str, Meta(description="The wallet `unit`, `balance` and `lines` are of.")]
    unit: str
    as_of: str
    balance: BalanceTold
    wallets: list[HeldWalletTold]
    tier: TierTold
    lines: list[LineTold]
    next_cursor: Annotated[str | None, Meta(description="Send it as `cursor` for the page before; null at the end.")]


class OfferPriceTold(Tells):
    """A price this member may choose, as it is now."""

    points: int
    money_minor: int


class OfferTold(Tells):
    """A reward as one member sees it."""

    reward_id: str
    name: str
    points: Annotated[int, Meta(description="The price with the least money, for the next unit.")]
    prices: list[OfferPriceTold]
    can_redeem: bool
    why_not: str | None
    resets_at: Annotated[str | None, Meta(description="When the limit lets the next one through.")]
    for_whom: Annotated[str | None, Meta(description="Its condition as a sentence; null is everybody.")]
    missing: int


class OffersTold(Tells):
    """The catalogue as one member sees it."""

    rewards: list[OfferTold]


class AdjustmentListed(Tells):
    """Points that were asked for by hand, and where that stands."""

    reference: str
    member_id: str
    wallet: str
    points: int
    reason: Annotated[str, Meta(description="What the member reads once the points moved.")]
    note: Annotated[str, Meta(description="Only staff reads it.")]
    state: Literal["applied", "pending", "approved", "declined"]
    asked_by: str
    asked_at: str
    decided_by: str | None
    decided_at: str | None
    decision_note: str | None


class AdjustmentTold(AdjustmentListed):
    """An adjustment and what the member has now."""

    code: Annotated[Literal["approval-pending"] | None, Meta(description="Set while nothing moved yet.")]
    balance: BalanceTold


class AdjustmentsTold(Tells):
    """A page of adjustments."""

    adjustments: list[AdjustmentListed]
    next_cursor: str | None
