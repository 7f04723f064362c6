"""What callers read of gifts, households, merges and changes; a part of `tells`."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from .tells import BalanceTold, Tells, TierTold


class GiftTold(Tells):
    """Points that were given; the balance is the giver's."""

    gift_id: str
    from_member: str
    to_member: str
    wallet: str
    points: int
    preview: bool
    balance: BalanceTold


class BelongsTold(Tells):
    """Who belongs to a household, since when."""

    member_id: str
    joined_at: str


class HouseholdTold(Tells):
    """Members who share one account, and what is in it."""

    household_id: str
    name: str
    state: Literal["open", "dissolved"]
    founded_at: str
    members: list[BelongsTold]
    members_max: int
    balance: BalanceTold


class MovedTold(Tells):
    """What moved in a wallet, and what was owed there."""

    wallet: str
    points: int
    debt: int


class MergeTold(Tells):
    """A merge: what moved, and what the member it leads to has now."""

    member_id: str
    into: str
    merged_at: str
    undo_until: str
    moved: list[MovedTold]
    holds: Annotated[int, Meta(description="Open holds that moved along.")]
    tier: TierTold
    preview: bool
    balance: BalanceTold


class UnmergeTold(Tells):
    """A merge that was undone: what moved back, and what the member has now."""

    member_id: str
    from_member: str
    moved: list[MovedTold]
    preview: bool
    balance: BalanceTold


class NotedTold(Tells):
    """Something that happened. `data` names things by your own ids and holds no personal data."""

    id: Annotated[str, Meta(description="Where it stands among all changes; rises.")]
    type: str
    member_id: Annotated[str | None, Meta(description="Null for what is nobody's alone: a household's points.")]
    subject_id: Annotated[str | None, Meta(description="Our id of the order, redemption, gift or account.")]
    occurred_at: str
    recorded_at: str
    data: dict[str, Any]


class WhatHappenedTold(Tells):
    """A page of changes, oldest first."""

    changes: list[NotedTold]
    next: Annotated[str, Meta(description="Send it as `after` to read on, now or later.")]
    has_more: Annotated[bool, Meta(description="Whether there is more to read at once.")]
