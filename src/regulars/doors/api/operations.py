"""Every operation of the API, in the order of its documentation."""

from . import (
    adjustments,
    batches,
    campaign_operations,
    catalog,
    challenges,
    changes,
    coupon_pools,
    coupons,
    events,
    gifts,
    handouts,
    holds,
    households,
    members,
    merges,
    orders,
    quotes,
    referrals,
    returns,
    reward_settings,
    wallets,
)
from .call import Operation

OPERATIONS: tuple[Operation, ...] = (
    *orders.OPERATIONS,
    *returns.OPERATIONS,
    *events.OPERATIONS,
    *batches.OPERATIONS,
    *members.OPERATIONS,
    *merges.OPERATIONS,
    *households.OPERATIONS,
    *gifts.OPERATIONS,
    *quotes.OPERATIONS,
    *holds.OPERATIONS,
    *catalog.OPERATIONS,
    *handouts.OPERATIONS,
    *reward_settings.OPERATIONS,
    *challenges.OPERATIONS,
    *campaign_operations.OPERATIONS,
    *coupons.OPERATIONS,
    *coupon_pools.OPERATIONS,
    *referrals.OPERATIONS,
    *adjustments.OPERATIONS,
    *wallets.OPERATIONS,
    *changes.OPERATIONS,
)

TAGS = {
    "Orders": "Paid orders and what comes back of them.",
    "Events": "What members do besides buying.",
    "Batches": "Orders, returns and events, many at once: for tills that were offline, and for moving in.",
    "Members": "Who takes part, what they have and what they can have.",
    "Households": "Members who share one account.",
    "Gifts": "Points one member gives another.",
    "Quotes": "What a basket costs and would earn, before it is paid.",
    "Holds": "Points set aside for a basket that is not paid yet.",
    "Rewards": "What points buy.",
    "Referrals": "Members who bring friends.",
    "Challenges": "Goals with milestones, badges and leaderboards.",
    "Campaigns": "Rules for a time, with an audience, a budget, a holdout and stop-loss lines.",
    "Coupons": "Rights to a discount, at the till and in a member's wallet.",
    "Coupon pools": "What coupons give, to whom, and how many there are.",
    "Adjustments": "Points a person adds or takes.",
    "Wallets": "What is counted: points, status, cashback, stored value; each with its own end.",
    "Changes": "What happened, in order, for machines that act on it.",
}

EVERYWHERE = ("unauthenticated", "key-expired", "forbidden", "not-acceptable", "internal", "overloaded", "busy",
              "db-unavailable", "read-only", "timeout", "storage-full")  # fmt: skip
"""Problems any operation may answer."""

WRITES = ("malformed-json", "duplicate-json-key", "validation-failed", "unknown-field", "invalid-text",
          "invalid-timestamp", "amount-out-of-range", "quantity-out-of-range", "content-too-large",
          "unsupported-media-type", "request-timeout", "malformed-header", "idempotency-key-reused",
          "idempotency-in-progress")  # fmt: skip
"""Problems any operation with a body may answer."""
