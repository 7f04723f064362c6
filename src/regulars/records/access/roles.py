"""What the people of the shop may do: roles, and what each lets one do. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class May(StrEnum):
    """One thing one may do: an object and an action."""

    SEE_HOME = "home.see"
    READ_MEMBERS = "members.read"
    WRITE_MEMBERS = "members.write"
    REVEAL_MEMBERS = "members.reveal"
    EXPORT_MEMBERS = "members.export"
    MERGE_MEMBERS = "members.merge"
    RUN_PRIVACY = "privacy.run"
    ADJUST_POINTS = "points.adjust"
    APPROVE_POINTS = "points.approve"
    READ_LEDGER = "ledger.read"
    EXPORT_LEDGER = "ledger.export"
    READ_ORDERS = "orders.read"
    WRITE_ORDERS = "orders.write"
    HAND_OUT = "redemptions.handle"
    EXPORT_HANDOUTS = "redemptions.export"
    CHECK_COUPONS = "coupons.check"
    READ_PROGRAM = "program.read"
    WRITE_PROGRAM = "program.write"
    READ_CAMPAIGNS = "campaigns.read"
    WRITE_CAMPAIGNS = "campaigns.write"
    READ_SEGMENTS = "segments.read"
    WRITE_SEGMENTS = "segments.write"
    TRY_PROGRAM = "program.try"
    REVIEW_FRAUD = "fraud.review"
    WRITE_FRAUD = "fraud.write"
    READ_AUDIT = "audit.read"
    MANAGE_KEYS = "keys.manage"
    MANAGE_STAFF = "staff.manage"
    WRITE_SETTINGS = "settings.write"


class Role(StrEnum):
    """Who somebody of the shop is."""

    OWNER = "owner"
    MARKETER = "marketer"
    AGENT = "agent"
    FINANCE = "finance"
    ANALYST = "analyst"
    DEVELOPER = "developer"
    CLERK = "clerk"


_ONE_BY_ONE = {May.SEE_HOME, May.READ_MEMBERS, May.HAND_OUT, May.CHECK_COUPONS}
_PROMISES = {May.READ_PROGRAM, May.READ_CAMPAIGNS}

ROLES: Mapping[Role, frozenset[May]] = {
    Role.OWNER: frozenset(May),
    Role.MARKETER: frozenset(
        {
            *_PROMISES, May.SEE_HOME, May.READ_MEMBERS, May.READ_ORDERS, May.READ_LEDGER, May.WRITE_PROGRAM,
            May.WRITE_CAMPAIGNS, May.READ_SEGMENTS, May.WRITE_SEGMENTS, May.TRY_PROGRAM, May.CHECK_COUPONS,
        }
    ),
    Role.AGENT: frozenset(
        {
            *_ONE_BY_ONE, *_PROMISES, May.WRITE_MEMBERS, May.REVEAL_MEMBERS, May.MERGE_MEMBERS, May.ADJUST_POINTS,
            May.READ_LEDGER, May.READ_ORDERS, May.WRITE_ORDERS, May.REVIEW_FRAUD,
        }
    ),
    Role.FINANCE: frozenset(
        {
            *_PROMISES, May.SEE_HOME, May.READ_MEMBERS, May.READ_LEDGER, May.EXPORT_LEDGER, May.READ_ORDERS,
            May.APPROVE_POINTS, May.EXPORT_HANDOUTS, May.HAND_OUT, May.READ_AUDIT, May.TRY_PROGRAM,
        }
    ),
    Role.ANALYST: frozenset({*_PROMISES, May.SEE_HOME, May.TRY_PROGRAM}),
    Role.DEVELOPER: frozenset({*_PROMISES, May.SEE_HOME, May.MANAGE_KEYS}),
    Role.CLERK: frozenset(_ONE_BY_ONE),
}  # fmt: skip
"""What each role may do. An analyst and a developer see no person, a clerk one member at a time."""


def allows(role: Role, may: May) -> bool:
    """Whether a role may do something."""
    return may in ROLES[role]
