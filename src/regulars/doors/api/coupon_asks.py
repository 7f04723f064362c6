"""What callers send about coupons, field by field."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType, field

from .asked import Amount, Asked, MemberId, NameAsked, OrderLine

Code = Annotated[str, Meta(description="The code as it was typed; width, case, gaps and look-alikes do not matter.")]
Names = Annotated[list[str], Meta(max_length=500)]


class CouponCheckAsked(Asked):
    """A code to look at. With lines it is held against that basket too."""

    code: Code
    member_id: Annotated[UUID | None, Meta(description="Whose basket it is, where that is known.")] = None
    client: Annotated[
        str, Meta(max_length=200, description="The device or address that typed it: wrong codes are counted by it.")
    ] = ""
    store: str | None = None
    channel: str | None = None
    currency: str = ""
    total_minor: Amount = 0
    lines: list[OrderLine] = field(default_factory=list)
    uniform: Annotated[
        bool, Meta(description="For public pages: every coupon that is not taken has the same reason, `not-valid`.")
    ] = False


class ReservationAsked(Asked):
    """A coupon to set aside for an unpaid basket."""

    reservation_id: Annotated[str, Meta(description="The shop's own id, say the basket's; it may name several codes.")]
    member_id: MemberId
    code: Code
    minutes: Annotated[int, Meta(description="Until it ends by itself: 1 to 1440.")] = 20


class ReservationReleaseAsked(Asked):
    """Whose reservation it is."""

    member_id: MemberId


class CouponTransferAsked(Asked):
    """A coupon one member passes on to another."""

    code: Code
    from_member: MemberId
    to_member: MemberId


class BenefitAsked(Asked):
    """What a coupon gives. `factor` is a member price: 0.85 (8.5折) means that 85 % are paid."""

    kind: Literal["amount", "percent", "member_price", "free_shipping", "gift"]
    amount_minor: Amount = 0
    percent: Annotated[int, Meta(description="Off the price: 1 to 100.")] = 0
    factor: Annotated[float, Meta(description="Above 0 and below 1; counted in ten-thousandths.")] = 0
    discount_max_minor: Amount | None = None
    sku: str = ""
    gift: Annotated[NameAsked | None, Meta(description="What is given, in words.")] = None


class PoolAsked(Asked):
    """A pool with all its terms; what is left out takes its default. Send the `version` you looked at."""

    pool: Annotated[str, Meta(description="Up to 40 small letters, digits, - and _. Names it for ever.")]
    name: NameAsked
    benefit: BenefitAsked
    version: Annotated[int, Meta(description="0 for a new pool.")] = 0
    description: NameAsked | None = None
    codes: Annotated[
        Literal["public", "printed", "personal"],
        Meta(description="One code for all; codes that whoever has them may use; codes that belong to a member."),
    ] = "personal"
    public_code: Annotated[str, Meta(description="The code of a public pool, such as SUMMER10.")] = ""
    minimum_minor: Amount = 0
    skus: Names = field(default_factory=list)
    categories: Names = field(default_factory=list)
    without_skus: Names = field(default_factory=list)
    without_categories: Names = field(default_factory=list)
    stores: Names = field(default_factory=list)
    channels: Names = field(default_factory=list)
    rank_min: Annotated[int, Meta(description="The rank of the lowest tier that may use it.")] = 0
    starts_on: date | None = None
    ends_on: Annotated[date | None, Meta(description="The last local day; it counts whole.")] = None
    valid_days: Annotated[int | None, Meta(description="Days from issue, that day included.")] = None
    uses_max: Annotated[int | None, Meta(description="Of one code; null is without end.")] | UnsetType = UNSET
    member_max: Annotated[int | None, Meta(description="Uses by one member.")] = None
    total_max: Annotated[int | None, Meta(description="Uses by all members together.")] = None
    stacking: Annotated[
        Literal["alone", "class", "any"],
        Meta(description="Beside no other coupon, those of the same `stack_class`, or any that allows it."),
    ] = "alone"
    stack_class: str = ""
    with_member_price: Annotated[bool, Meta(description="Whether it adds to the member price of the tier.")] = True
    from_stock: Annotated[bool, Meta(description="Issue imported codes only; never make new ones.")] = False
    is_transferable: bool = False
    gives_back: Annotated[bool, Meta(description="Whether a whole return gives a used coupon back.")] = True
    campaign_id: int | None = None


class PoolStateAsked(Asked):
    """What becomes of a pool."""

    state: Literal["live", "paused", "ended"]


class PoolBatchAsked(Asked):
    """Codes to make."""

    batch_id: Annotated[str, Meta(description="The shop's own id; the same again makes nothing new.")]
    count: Annotated[int, Meta(description="1 to 10,000,000.")]


class PoolCodesAsked(Asked):
    """Codes that others made."""

    codes: Annotated[list[str], Meta(min_length=1, max_length=10_000)]


class IssueAsked(Asked):
    """Whom to give a coupon: one member, or all whom a condition names."""

    issue_id: Annotated[str, Meta(description="The shop's own id; nobody gets two coupons by one issue.")]
    member_id: UUID | None = None
    condition: Annotated[str | None, Meta(description='Such as `member.tier == "gold"`; `true` is everybody.')] = None
