"""Holdouts: members deliberately left out, so that a campaign can be measured. Pure, and the same for ever.

A member's place is a hash of program, campaign and member: uniform, and independent from one campaign to the next.
Source: capability J8; field study 2.9 (2).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from uuid import UUID

from .model import Campaign, Policy

PROGRAM = 0
"""Stands for the program as a whole among campaigns."""

Span = tuple[date, date]
Seats = Mapping[int, Sequence[Span]]
"""By campaign: from which local day to which a member is in its audience."""


def place(program_id: int, campaign_id: int, member_id: UUID | str) -> int:
    """Where a member stands, from 0 to 2**32 - 1; an id that is asked for often may come as its text.

    `facts.campaign_place` in SQL is the same.
    """
    digest = sha256(f"{program_id}:{campaign_id}:{member_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big")


def _is_below(percent: int, program_id: int, campaign_id: int, member_id: UUID | str) -> bool:
    return percent > 0 and place(program_id, campaign_id, member_id) * 100 < percent * 2**32


def is_held_out(policy: Policy, campaign: Campaign, member_id: UUID) -> bool:
    """Whether a member is left out of a campaign, by its own holdout or by the program's."""
    program_id = campaign.program_id
    return _is_below(policy.holdout_percent, program_id, PROGRAM, member_id) or _is_below(
        campaign.terms.holdout_percent, program_id, campaign.campaign_id, member_id
    )


def admitted(campaigns: Sequence[Campaign], policy: Policy, member_id: UUID, seats: Seats, on: date) -> frozenset[int]:
    """Of campaigns that run on a local day, those that give to this member: in the audience, and not held out."""
    found = [c for c in campaigns if c.terms.audience is None or _is_seated(seats.get(c.campaign_id, ()), on)]
    if not found or _is_below(policy.holdout_percent, found[0].program_id, PROGRAM, member_id):
        return frozenset()
    named = str(member_id)
    return frozenset(
        [c.campaign_id for c in found if not _is_below(c.terms.holdout_percent, c.program_id, c.campaign_id, named)]
    )


def _is_seated(spans: Sequence[Span], on: date) -> bool:
    return any(first <= on <= last for first, last in spans)
