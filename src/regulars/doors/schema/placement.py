"""Where every table stands once the database is spread over many machines (Citus). One machine needs none of it.

`tests/house/test_cluster_rules.py` holds tables and statements to it. Source: docs/adr/0011-spread-by-member.md.
"""

from collections.abc import Mapping
from typing import Final

EVERYWHERE: Final = "everywhere"
"""A full copy on every machine: few rows, read by all, written by operators."""
LOCAL: Final = "local"
"""On the first machine only, as an ordinary table."""
MEMBER: Final = "member_id"
"""Spread by member: whatever belongs to one member stands on one machine."""

FIRST: Final = "members.member"
"""The table beside which all others that are spread by member stand."""

PLACES: Final[Mapping[str, str]] = {
    "programs.program": EVERYWHERE,
    "programs.terms": EVERYWHERE,
    "access.api_key": EVERYWHERE,
    "ledger.wallet": EVERYWHERE,
    "ledger.allowance": EVERYWHERE,
    "tiers.ladder": EVERYWHERE,
    "tiers.version": EVERYWHERE,
    "activities.event_type": EVERYWHERE,
    "earning.rule": EVERYWHERE,
    "rewards.category": EVERYWHERE,
    "rewards.picture": EVERYWHERE,
    "earning.cap": EVERYWHERE,
    "rewards.reward": EVERYWHERE,
    "rewards.reward_change": EVERYWHERE,
    "segments.segment": EVERYWHERE,
    "segments.change": EVERYWHERE,
    "segments.day": EVERYWHERE,
    "twin.trial": EVERYWHERE,
    "campaigns.campaign": EVERYWHERE,
    "campaigns.change": EVERYWHERE,
    "campaigns.policy": EVERYWHERE,
    "campaigns.stop_line": EVERYWHERE,
    "challenges.challenge": EVERYWHERE,
    "challenges.change": EVERYWHERE,
    "coupons.pool": EVERYWHERE,
    "coupons.pool_change": EVERYWHERE,
    "referrals.scheme": EVERYWHERE,
    "referrals.change": EVERYWHERE,
    "experiences.experience": EVERYWHERE,
    "experiences.change": EVERYWHERE,
    "guard.rule": EVERYWHERE,
    "privacy.wording": EVERYWHERE,
    "privacy.basis": EVERYWHERE,
    "privacy.retention": EVERYWHERE,
    FIRST: MEMBER,
    "privacy.consent": MEMBER,
    "privacy.choice": MEMBER,
    "privacy.restriction": MEMBER,
    "privacy.erasure": MEMBER,
    "members.profile": MEMBER,
    "members.belonging": MEMBER,
    "members.merge": MEMBER,
    "activities.purchase": MEMBER,
    "activities.purchase_line": MEMBER,
    "activities.award": MEMBER,
    "activities.refund": MEMBER,
    "activities.suspect": MEMBER,
    "activities.event": MEMBER,
    "ledger.entry": MEMBER,
    "ledger.lot": MEMBER,
    "ledger.notice": MEMBER,
    "ledger.hold": MEMBER,
    "ledger.adjustment": MEMBER,
    "tiers.tally": MEMBER,
    "tiers.holding": MEMBER,
    "tiers.move": MEMBER,
    "tiers.notice": MEMBER,
    "rewards.redemption": MEMBER,
    "rewards.redemption_step": MEMBER,
    "challenges.step": MEMBER,
    "challenges.standing": MEMBER,
    "challenges.award": MEMBER,
    "challenges.player": MEMBER,
    "coupons.use": MEMBER,
    "referrals.advocate": MEMBER,
    "referrals.referral": MEMBER,
    "experiences.booking": MEMBER,
    "guard.finding": MEMBER,
    "earning.usage": MEMBER,
    "earning.rule_error": MEMBER,
    "campaigns.seat": MEMBER,
    "segments.membership": MEMBER,
    "campaigns.tally": MEMBER,
    # Looked up before a member is known, or counted for all members: each is spread by a column of its own.
    "members.identifier": "value",
    "members.household": "household_id",
    "activities.seen": "key",
    "activities.inbox": "inbox_id",
    "access.idempotency": "key",
    "privacy.ask": "digest",
    "privacy.stop": "digest",
    "access.own_member": "person",
    "rewards.stock": "reward_id",
    "rewards.partner_code": "reward_id",
    "rewards.draw": "reward_id",
    "coupons.coupon": "code",
    "coupons.step": "code",
    "coupons.stock": "pool_id",
    "coupons.batch": "batch_id",
    "coupons.guesser": "guesser",
    "referrals.code": "code",
    "experiences.seats": "experience_id",
    "referrals.trait": "digest",
    "earning.budget": "rule_id",
    "campaigns.budget": "campaign_id",
    # Found by its own id and by what it waits for: no column is in both keys. Few rows, gone within days.
    "activities.parked": LOCAL,
    # One line of places for all members, and readers that look at who is writing: both need one machine.
    "outbox.change": LOCAL,
    "outbox.forgotten": LOCAL,
    # One chain over all notes.
    "audit.note": LOCAL,
    "audit.unsealed": LOCAL,
    "audit.seal": LOCAL,
}
"""`schema.table` -> `EVERYWHERE`, `LOCAL`, or the column it is spread by."""

PARTS: Final[Mapping[str, str]] = {"ledger.entry_other": "ledger.entry", "outbox.change_place_seq": "outbox.change"}
"""Parts of a table stand where the whole does, and go there with it."""

LOCAL_SCHEMAS: Final = frozenset({"jobs", "people", "pg_catalog"})
"""Drawn by libraries and left on the first machine: the queue needs SKIP LOCKED, Django its sequences."""


def place(table: str) -> str | None:
    """Where `schema.table` stands; None when nobody has said."""
    return LOCAL if table.partition(".")[0] in LOCAL_SCHEMAS else PLACES.get(PARTS.get(table, table))
