"""What each act of the audit log is called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, tuple[str | Promise, dict[str, str | Promise]]] = {
    "points": (
        _("Points and rewards"),
        {
            "adjustment-asked": _("Asked for points to be approved"),
            "adjustment-decided": _("Decided on points that waited"),
            "points-adjusted": _("Added or took points"),
            "points-given": _("Gave points from one member to another"),
            "reward-redeemed": _("Redeemed a reward for a member"),
            "redemption-decided": _("Moved or undid a redemption"),
            "redemptions-moved": _("Moved redemptions"),
            "tier-given": _("Gave a member a tier"),
            "coupons-issued": _("Issued a coupon"),
            "coupon-withdrawn": _("Withdrew a coupon"),
        },
    ),
    "orders": (
        _("Orders"),
        {
            "order-completed": _("Completed an order"),
            "order-reinstated": _("Reinstated an order"),
            "return-taken": _("Took a return"),
            "return-settled": _("Settled a return"),
            "return-failed": _("Called a return off"),
            "parked-settled": _("Settled an input that waited"),
            "suspect-decided": _("Decided on a purchase that may be twice"),
        },
    ),
    "members": (
        _("Members"),
        {
            "member-enrolled": _("Enrolled a member"),
            "member-corrected": _("Corrected a member's data"),
            "member-frozen": _("Froze a member"),
            "member-released": _("Released a member"),
            "consent-told": _("Wrote down what a member allows"),
            "data-restricted": _("Restricted the use of a member's data"),
            "restriction-lifted": _("Lifted the restriction of a member's data"),
            "erasure-set": _("Set a day for forgetting a member"),
            "erasure-withdrawn": _("Took back that a member is to be forgotten"),
            "member-erased": _("Forgot a member"),
            "identifiers-revealed": _("Looked at identifiers in clear"),
            "members-merged": _("Merged two members"),
            "merge-undone": _("Undid a merge"),
            "household-joined": _("Put a member into a household"),
            "household-leave": _("Took a member out of a household"),
            "household-dissolve": _("Dissolved a household"),
            "own-member-named": _("Named the member they are themselves"),
            "seat-booked": _("Signed a member up for an experience"),
            "seat-given-back": _("Gave a member's seat back"),
            "ticket-taken": _("Let a member into an experience"),
        },
    ),
    "files": (
        _("Files that left"),
        {
            "member-exported": _("Exported everything about a member"),
            "members-exported": _("Exported members"),
            "statement-exported": _("Exported a member's statement"),
            "ledger-exported": _("Exported the points ledger"),
            "redemptions-exported": _("Exported redemptions"),
            "segment-exported": _("Exported the members of a segment"),
            "audit-exported": _("Exported the audit log"),
        },
    ),
    "program": (
        _("Program"),
        {
            "rule-saved": _("Saved an earning rule"),
            "rule-state-changed": _("Changed the state of an earning rule"),
            "rule-taken-back": _("Took an earning rule back to an earlier version"),
            "caps-saved": _("Saved the caps of points"),
            "terms-of-points-saved": _("Saved the terms of points"),
            "wallet-saved": _("Saved a wallet"),
            "tiers-saved": _("Saved tiers"),
            "tiers-change-withdrawn": _("Withdrew a change of tiers"),
            "tiers-undone": _("Took tiers back to an earlier version"),
            "reward-saved": _("Saved a reward"),
            "reward-category-saved": _("Saved a category of rewards"),
            "reward-pictured": _("Changed the picture of a reward"),
            "reward-change-undone": _("Took a reward back to an earlier version"),
            "partner-codes-added": _("Added codes of a partner"),
            "sweepstake-drawn": _("Drew a winner"),
            "coupon-pool-saved": _("Saved a coupon pool"),
            "coupon-pool-state": _("Changed the state of a coupon pool"),
            "coupons-asked": _("Asked for coupon codes to be made"),
            "coupons-brought-in": _("Brought in coupon codes"),
            "campaign-drafted": _("Drafted a campaign"),
            "campaign-changed": _("Changed a campaign"),
            "campaign-moved": _("Changed the state of a campaign"),
            "campaign-undone": _("Took a campaign back to an earlier version"),
            "campaign-policy-saved": _("Saved what holds for all campaigns"),
            "stop-line-saved": _("Saved a stop-loss line"),
            "challenge-saved": _("Saved a challenge"),
            "challenge-moved": _("Changed the state of a challenge"),
            "experience-saved": _("Saved an experience"),
            "experience-moved": _("Changed the state of an experience"),
            "referral-terms-saved": _("Saved the terms of referrals"),
            "referral-decided": _("Decided on a referral"),
            "guard-rule-saved": _("Saved a guard rule"),
            "guard-case-decided": _("Decided on a case of the guard"),
            "guard-case-reopened": _("Opened a case of the guard again"),
            "segment-saved": _("Saved a segment"),
            "segment-moved": _("Changed the state of a segment"),
            "trial-asked": _("Asked for a trial run"),
            "program-founded": _("Founded the program"),
            "program-changed": _("Changed the program"),
            "terms-published": _("Published new terms"),
            "consent-text-published": _("Published a text members are asked with"),
            "consent-basis-changed": _("Changed which purposes wait for a yes"),
            "retention-changed": _("Changed how long data is kept"),
            "allowances-changed": _("Changed who may adjust how many points"),
        },
    ),
    "access": (
        _("Access"),
        {
            "logged-in": _("Logged in"),
            "logged-out": _("Logged out"),
            "login-failed": _("Failed to log in"),
            "password-changed": _("Changed the own password"),
            "login-link-made": _("Made a log-in link"),
            "api-key-issued": _("Issued an API key"),
            "api-key-revoked": _("Revoked an API key"),
            "purchases-imported": _("Imported purchases"),
        },
    ),
}
"""By group: its name, and its verbs with their words."""

VERBS: dict[str, str | Promise] = {verb: words for _name, verbs in GROUPS.values() for verb, words in verbs.items()}


def said(verb: str) -> str:
    """The verb in words; a call of the API is told as it was made."""
    words = VERBS.get(verb)
    return str(words) if words is not None else verb
