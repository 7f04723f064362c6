"""What callers send of tiers."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, field

from .asked import Asked, Whole


class BenefitAsked(Asked):
    """One thing a tier gives. A member price has a `factor` (0.85) or a `price` as people write it, such as 8.5折."""

    type: Literal[
        "member_price",
        "return_window",
        "birthday_gift",
        "priority_access",
        "priority_service",
        "shipping_upgrade",
        "adviser",
        "text",
    ]
    factor: Annotated[float, Meta(description="What members pay of a price: 0.85 is 85 %.")] | None = None
    price: Annotated[str, Meta(description="The same as people write it: `85折`, `8.5折`, `15% off`.")] = ""
    days: Annotated[Whole, Meta(description="For how many days goods may come back.")] | None = None
    text: Annotated[dict[str, str], Meta(description="Own words by language: `en`, `zh`.")] = field(
        default_factory=dict
    )


class TierAsked(Asked):
    """A tier of a set; they are listed from the lowest up."""

    name: Annotated[dict[str, str], Meta(description="By language: `en`, `zh`.")]
    threshold: Annotated[Whole, Meta(description="Minor units for spend, else points or orders; 0 for the lowest.")] = 0
    id: Annotated[Whole, Meta(description="Of a tier that is there; a new one goes on top without.")] | None = None
    color: Literal["gray", "azure", "yellow", "green", "red", "teal"] = "gray"
    points_factor: Annotated[float, Meta(description="Multiplies base points; of the main set only.")] = 1.0
    benefits: list[BenefitAsked] = field(default_factory=list)
    condition: Annotated[str, Meta(description="Who qualifies, where the set goes by segments.")] = ""


class TierTermsAsked(Asked):
    """The terms of a set of tiers."""

    tiers: list[TierAsked]
    name: Annotated[dict[str, str], Meta(description="By language: `en`, `zh`.")] = field(default_factory=dict)
    metric: Literal["spend", "points", "status", "orders", "segment"] = "spend"
    window: Literal["rolling", "calendar", "joined", "ever"] = "rolling"
    window_months: Whole = 12
    starts_month: Annotated[Whole, Meta(description="In which month periods of the calendar begin, 1 to 12.")] = 1
    keep_months: Annotated[Whole, Meta(description="For how long a tier is kept before its review.")] = 12
    landing: Annotated[
        Literal["fit", "one", "never"],
        Meta(description="Where a tier falls to: the one that fits, one down only, or nowhere."),
    ] = "fit"
    grace_days: Annotated[Whole, Meta(description="Days between a review and the fall.")] = 0
    notice_days: Annotated[Whole, Meta(description="So many days before, a member is told of a fall.")] = 30
    change_notice_days: Annotated[
        Whole, Meta(description="So many days ahead, changes that take something are announced.")
    ] = 0
    is_live: Annotated[bool, Meta(description="False ends a set beside the main one.")] = True


class TierSetAsked(TierTermsAsked):
    """A set of tiers: its terms, and from when on they hold."""

    version: Annotated[Whole, Meta(description="The one you read; refused when another is in force by now.")] | None = (
        None
    )
    effective_on: Annotated[date, Meta(description="From this local day on; at once when left out.")] | None = None
    note: Annotated[str, Meta(max_length=500)] = ""


class TierUndoAsked(Asked):
    """Which version's terms shall hold again."""

    version: Whole
    effective_on: date | None = None


class TierWithdrawAsked(Asked):
    """Take back the change that waits for its day."""


class TierGivenAsked(Asked):
    """A tier given by a person, or, without one, the end of it."""

    reference: Annotated[str, Meta(description="Names what is done for ever.")]
    reason: Annotated[str, Meta(max_length=200, description="Kept with the member; staff reads it.")]
    tier: Annotated[Whole, Meta(description="Its id; without one the member gets what they reach.")] | None = None
    until: Annotated[date, Meta(description="The last local day it is kept by hand.")] | None = None
    tier_set: Annotated[str, Meta(description="The code of the set; the main one when left out.")] = ""
