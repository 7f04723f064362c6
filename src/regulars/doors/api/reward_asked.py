"""What callers send about rewards, field by field."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, field

from .asked import Amount, Asked, MemberId, NameAsked

Instant = Annotated[datetime, Meta(tz=True, description="RFC 3339 with its offset.")]


class PriceAsked(Asked):
    """One more way to pay for a unit."""

    points: int
    money_minor: Annotated[int, Meta(description="Paid beside the points, in minor units.")] = 0
    rank_min: Annotated[int, Meta(description="For members from this tier rank on.")] = 0


class StepAsked(Asked):
    """From so many units on, a unit costs so many percent of its points."""

    units: int
    percent: int


class StepsAsked(Asked):
    """How the price moves; each unit has a price of its own."""

    by: Annotated[
        Literal["had", "left"],
        Meta(
            description=(
                "`had`: once a member has had `units`, the next ones cost `percent`. `left`: while at most `units` are "
                "in stock, the one that is taken costs `percent`."
            )
        ),
    ]
    steps: list[StepAsked]
    days: Annotated[int | None, Meta(description="For `had`: only what was had in so many days counts.")] = None


class RewardAsked(Asked):
    """A reward with all its settings. What is left out takes its default."""

    code: Annotated[str, Meta(description="Up to 40 small letters, digits, - and _. Names it for ever.")]
    name: NameAsked
    type: Annotated[str, Meta(description="Such as `discount`, `product`, `gift_card`; see the concepts.")]
    points: Annotated[int, Meta(description="The standard price of one unit.")]
    money_minor: Annotated[int, Meta(description="Its part in money, in minor units.")] = 0
    prices: Annotated[list[PriceAsked], Meta(description="Further prices: with money, or for higher tiers.")] = field(
        default_factory=list
    )
    steps: StepsAsked | None = None
    description: NameAsked = field(default_factory=NameAsked)
    category: Annotated[str, Meta(description="The code of a category, or nothing.")] = ""
    cost_minor: Annotated[int, Meta(description="What one costs the shop.")] = 0
    rank_min: Annotated[int, Meta(description="The lowest tier rank that may have it.")] = 0
    audience: Annotated[
        str, Meta(description="A condition over members: only those it means may have it. Empty: everybody.")
    ] = ""
    stores: Annotated[list[str], Meta(description="Only in these stores; empty: everywhere.")] = field(
        default_factory=list
    )
    member_limit: Annotated[int | None, Meta(description="So many for one member.")] = None
    limit_days: Annotated[int | None, Meta(description="Counted over so many days; ever when left out.")] = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    units_left: Annotated[int | None, Meta(description="The stock; null is unlimited.")] = None
    wallet: Annotated[str, Meta(description="Of a gift card or cashback: the wallet that is paid into.")] = ""
    amount_minor: Annotated[Amount | None, Meta(description="Of a gift card or cashback: what is paid in.")] = None
    pool: Annotated[str, Meta(description="Of a coupon: the pool it is issued from.")] = ""
    experience: Annotated[str, Meta(description="Of an event ticket: the experience it is a seat of.")] = ""
    winners: Annotated[int | None, Meta(description="Of a sweepstake: how many win.")] = None
    campaign_id: Annotated[
        int | None, Meta(description="Offered while this campaign runs, its cost taken from its budget.")
    ] = None
    is_live: bool = True
    version: Annotated[
        int | None, Meta(description="The version you read: another one since is refused (`reward-changed`).")
    ] = None


class PictureAsked(Asked):
    """The picture of a reward."""

    content: Annotated[str, Meta(description="A PNG, JPEG or WebP of at most 1 MiB, in base64.")]
    alt: Annotated[NameAsked, Meta(description="What it shows, for who cannot see it.")] = field(
        default_factory=NameAsked
    )


class CategoryAsked(Asked):
    """A shelf of the catalogue."""

    code: Annotated[str, Meta(description="Up to 40 small letters, digits, - and _. Names it for ever.")]
    name: NameAsked
    place: Annotated[int, Meta(description="Shelves are shown in this order.")] = 0


class CodesAsked(Asked):
    """Codes of a partner, in the order they are to be handed out."""

    codes: Annotated[list[str], Meta(description="Up to 50,000; what the list has already is left out.")]


class DrawAsked(Asked):
    """The draw of a sweepstake."""

    outside: Annotated[
        str, Meta(description="Words nobody could know before, say that day's lottery numbers; they are published.")
    ] = ""


class UndoChangeAsked(Asked):
    """Which change is undone stands in the address."""


class PurchaseAsked(Asked):
    """Points for a reward."""

    redemption_id: Annotated[str, Meta(description="The shop's own id of the redemption.")]
    member_id: MemberId
    quantity: Annotated[int, Meta(description="1 to 100.")] = 1
    max_points: Annotated[int, Meta(description="The price of one unit that the member saw.")] | None = None
    money_minor: Annotated[
        int | None, Meta(description="Chooses the price with this part in money for one unit; the least when left out.")
    ] = None
    money_wallet: Annotated[
        str, Meta(description="The wallet that pays the money; when left out, the shop collects it.")
    ] = ""
    store: Annotated[str, Meta(description="Where it is redeemed; some rewards are for some stores.")] = ""


class DecideAsked(Asked):
    """Whose redemption it is."""

    member_id: MemberId


class StepTakenAsked(Asked):
    """What was done with a redemption."""

    member_id: MemberId
    step: Literal["prepare", "ship", "deliver", "collect"]
    carrier: str = ""
    tracking: Annotated[str, Meta(description="The number of the parcel.")] = ""
    note: Annotated[str, Meta(description="Only staff reads it.")] = ""
