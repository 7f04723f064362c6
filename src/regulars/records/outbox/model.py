"""Changes: what happened, in words and ids that carry no personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from regulars.kit.errors import Kind, Refusal

TYPES: Mapping[str, str] = {
    "member.enrolled": "Somebody joined.",
    "member.erased": "Somebody was forgotten: delete what you know of them.",
    "consent.changed": "A member said yes or no to a `purpose` (and `channel`).",
    "member.merged": "A member was merged into another (`into`).",
    "member.unmerged": "A merged member is on their own again.",
    "order.recorded": "A paid order was recorded, with the points it earned.",
    "order.returned": "Some or all (`is_whole`) of an order came back. A cancellation is a whole return.",
    "order.completed": "An order was completed: points that waited for it can be used.",
    "return.pending": "A return was announced whose money is not settled yet; what it will take is set aside.",
    "return.failed": "The money of a pending return did not come; nothing was taken.",
    "event.recorded": "A member did something besides buying.",
    "points.adjusted": "A person added or took points.",
    "points.given": "A member gave points away.",
    "points.received": "A member got points from another.",
    "points.loaded": "Money was paid into stored value.",
    "points.activated": "Points became usable with a new day.",
    "points.expired": "Points ended.",
    "reward.redeemed": "Points bought a reward.",
    "reward.preparing": "A redeemed reward is being prepared.",
    "reward.shipped": "A redeemed reward was sent.",
    "reward.fulfilled": "A reward was handed out.",
    "reward.undone": "A redemption was undone and its points given back.",
    "coupon.issued": "A member got a coupon (of which `pool`).",
    "coupon.used": "An order used a coupon; `discount_minor` is what it gave.",
    "coupon.given_back": "A whole return gave a used coupon back.",
    "tier.changed": "A member went up or down.",
    "guard.found": "A guard rule found a member (`rule`, what it `watches`, `verdict`).",
    "guard.decided": "A person decided on a case of the guard: `state`.",
    "segment.entered": "A member came into a segment that tells (`segment`).",
    "segment.left": "A member no longer belongs to a segment that tells (`segment`).",
    "campaign.launched": "A campaign began.",
    "campaign.paused": "A campaign was paused, by a person or by one of its stop-loss lines (`reason`).",
    "campaign.resumed": "A paused or stopped campaign goes on.",
    "campaign.stopped": "The budget of a campaign is used up.",
    "campaign.ended": "A campaign ended.",
    "campaign.warned": "A figure of a campaign crossed a stop-loss line that only warns (`reason`).",
}
"""Every type of change there is, with what it says."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. `subject_id` is what it happened to: an order, a redemption, an account.

    `member_id` is None for what is nobody's alone, such as the points of a household. `data` names things by id and
    holds no personal data.
    """

    type: str
    member_id: UUID | None
    occurred_at: datetime
    recorded_at: datetime
    data: Mapping[str, Any]
    subject_id: UUID | None = None


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """A change as it is read: `place` is where it stands among all."""

    place: int
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Changes in their order. `through`: read on after this place. `has_more`: there is more to read now."""

    changes: tuple[Noted, ...]
    through: int
    has_more: bool


class CursorExpired(Refusal):
    """Changes after this place were forgotten before they were read. Facts: oldest."""

    kind = Kind.GONE
    code = "cursor-expired"
