"""What each page needs: every address of the console is here, and what is not here is not served.

A page is read or written; where both need the same, one is named. `ANYBODY` needs a log-in and nothing else, `OPEN` not
even that. Source: quality/targets T17.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve

from regulars.records import access

May = access.May
ANYBODY: Final = "anybody"
OPEN: Final = "open"
Need = May | str
_READING: Final = {"GET", "HEAD", "OPTIONS"}
SEES_NAMES: ContextVar[bool] = ContextVar("sees_names", default=True)
"""Whether who asks may read members: for others, names are not written anywhere (`people.title_of`)."""

_M, _C, _P = May.READ_MEMBERS, May.WRITE_CAMPAIGNS, May.WRITE_PROGRAM
NEEDS: dict[str, Need | tuple[Need, Need]] = {
    "home": May.SEE_HOME,
    "founding": May.MANAGE_STAFF,
    "search": _M,
    "members": _M,
    "members_export": May.EXPORT_MEMBERS,
    "members_enroll": May.WRITE_MEMBERS,
    "members_show": _M,
    "members_ledger": May.READ_LEDGER,
    "members_adjust": May.ADJUST_POINTS,
    "members_adjust_effect": May.ADJUST_POINTS,
    "members_redeem": May.HAND_OUT,
    "members_tier": May.ADJUST_POINTS,
    "members_edit": May.WRITE_MEMBERS,
    "members_give": May.ADJUST_POINTS,
    "members_household": May.MERGE_MEMBERS,
    "members_merge": May.MERGE_MEMBERS,
    "members_unmerge": May.MERGE_MEMBERS,
    "members_status": May.WRITE_MEMBERS,
    "members_reveal": May.REVEAL_MEMBERS,
    "members_privacy": May.RUN_PRIVACY,
    "members_privacy_choose": May.RUN_PRIVACY,
    "members_privacy_restrict": May.RUN_PRIVACY,
    "members_privacy_erase": May.RUN_PRIVACY,
    "members_privacy_export": May.RUN_PRIVACY,
    "ledger": May.READ_LEDGER,
    "ledger_export": May.EXPORT_LEDGER,
    "orders": May.READ_ORDERS,
    "orders_show": (May.READ_ORDERS, May.WRITE_ORDERS),
    "orders_return_effect": May.WRITE_ORDERS,
    "orders_complete": May.WRITE_ORDERS,
    "orders_settle": May.WRITE_ORDERS,
    "orders_reinstate": May.WRITE_ORDERS,
    "waiting": May.READ_ORDERS,
    "waiting_settle": May.WRITE_ORDERS,
    "waiting_decide": May.WRITE_ORDERS,
    "approvals": May.APPROVE_POINTS,
    "approvals_decide": May.APPROVE_POINTS,
    "rules": May.READ_PROGRAM,
    "rules_calculator": May.READ_PROGRAM,
    "rules_terms": _P,
    "rules_caps": _P,
    "rules_new": _P,
    "rules_edit": (May.READ_PROGRAM, _P),
    "rules_state": _P,
    "rules_worth": _P,
    "rules_worth_new": _P,
    "rules_back": _P,
    "rules_start": _P,
    "rules_dry_run": _P,
    "rules_try": _P,
    "conditions_draw": _P,
    "conditions_preview": _P,
    "wallets": May.READ_PROGRAM,
    "wallets_new": _P,
    "wallets_new_example": _P,
    "wallets_edit": _P,
    "wallets_example": _P,
    "tiers": May.READ_PROGRAM,
    "tiers_edit": _P,
    "tiers_effect": _P,
    "tiers_new": _P,
    "tiers_set": May.READ_PROGRAM,
    "tiers_set_edit": _P,
    "tiers_set_effect": _P,
    "tiers_set_withdraw": _P,
    "tiers_set_undo": _P,
    "rewards": May.READ_PROGRAM,
    "rewards_new": _P,
    "rewards_categories": _P,
    "rewards_queue": May.HAND_OUT,
    "rewards_queue_export": May.EXPORT_HANDOUTS,
    "rewards_queue_move": May.HAND_OUT,
    "rewards_show": May.READ_PROGRAM,
    "rewards_edit": _P,
    "rewards_picture": _P,
    "rewards_codes": _P,
    "rewards_draw": _P,
    "rewards_entries": May.EXPORT_MEMBERS,
    "rewards_undo_change": _P,
    "pictures": ANYBODY,
    "rewards_redemption": May.HAND_OUT,
    "redemptions_decide": May.HAND_OUT,
    "coupons": May.READ_PROGRAM,
    "coupons_check": May.CHECK_COUPONS,
    "coupons_new": _P,
    "coupons_new_example": _P,
    "coupons_pool": May.READ_PROGRAM,
    "coupons_edit": _P,
    "coupons_example": _P,
    "coupons_step": _P,
    "coupons_generate": _P,
    "coupons_bring": _P,
    "coupons_issue": May.ADJUST_POINTS,
    "coupons_code": (May.CHECK_COUPONS, _P),
    "campaigns": May.READ_CAMPAIGNS,
    "campaigns_templates": _C,
    "campaigns_start": _C,
    "campaigns_policy": _C,
    "campaigns_show": May.READ_CAMPAIGNS,
    "campaigns_edit": _C,
    "campaigns_move": _C,
    "campaigns_undo": _C,
    "campaigns_line_new": _C,
    "campaigns_line": _C,
    "trials": May.TRY_PROGRAM,
    "trials_show": May.TRY_PROGRAM,
    "trials_cancel": May.TRY_PROGRAM,
    "trials_export": May.TRY_PROGRAM,
    "segments": May.READ_SEGMENTS,
    "segments_new": May.WRITE_SEGMENTS,
    "segments_show": May.READ_SEGMENTS,
    "segments_edit": May.WRITE_SEGMENTS,
    "segments_move": May.WRITE_SEGMENTS,
    "segments_export": May.EXPORT_MEMBERS,
    "challenges": May.READ_CAMPAIGNS,
    "challenges_new": _C,
    "challenges_show": May.READ_CAMPAIGNS,
    "challenges_edit": _C,
    "challenges_move": _C,
    "referrals": May.READ_SEGMENTS,
    "referrals_terms": _C,
    "referrals_decide": May.REVIEW_FRAUD,
    "experiences": May.READ_CAMPAIGNS,
    "experiences_new": _C,
    "experiences_show": May.READ_SEGMENTS,
    "experiences_edit": _C,
    "experiences_move": _C,
    "experiences_enter": May.HAND_OUT,
    "experiences_sign_up": May.HAND_OUT,
    "experiences_cancel": May.HAND_OUT,
    "fraud": May.REVIEW_FRAUD,
    "fraud_report": May.REVIEW_FRAUD,
    "fraud_rule_new": May.WRITE_FRAUD,
    "fraud_rule": May.WRITE_FRAUD,
    "fraud_case": May.REVIEW_FRAUD,
    "fraud_reopen": May.REVIEW_FRAUD,
    "privacy": May.RUN_PRIVACY,
    "privacy_publish": May.RUN_PRIVACY,
    "privacy_basis": May.RUN_PRIVACY,
    "privacy_keep": May.RUN_PRIVACY,
    "consent_confirm": OPEN,
    "consent_stop": OPEN,
    "audit": May.READ_AUDIT,
    "audit_export": May.READ_AUDIT,
    "staff": May.MANAGE_STAFF,
    "staff_change": May.MANAGE_STAFF,
    "settings": May.WRITE_SETTINGS,
    "settings_terms": May.WRITE_SETTINGS,
    "settings_limits": May.WRITE_SETTINGS,
    "me": ANYBODY,
    "developers": May.MANAGE_KEYS,
    "developers_revoke": May.MANAGE_KEYS,
    "developers_rotate": May.MANAGE_KEYS,
    "security_txt": OPEN,
    "account_login": OPEN,
    "account_logout": ANYBODY,
    "account_signup": OPEN,
    "account_inactive": OPEN,
    "account_change_password": ANYBODY,
    "account_set_password": ANYBODY,
    "account_reauthenticate": ANYBODY,
    "mfa_index": ANYBODY,
    "mfa_activate_totp": ANYBODY,
    "mfa_deactivate_totp": ANYBODY,
    "mfa_view_recovery_codes": ANYBODY,
    "mfa_generate_recovery_codes": ANYBODY,
    "mfa_download_recovery_codes": ANYBODY,
    "mfa_authenticate": OPEN,
    "mfa_reauthenticate": ANYBODY,
    "enter": OPEN,
    "language": OPEN,
    "theme": OPEN,
    "gallery": OPEN,
    "gallery_count": OPEN,
}
"""By the name of the address; a pair is what reading it needs and what writing it needs."""


def needed(name: str, *, writes: bool) -> Need:
    """What an address needs.

    Raises:
        ImproperlyConfigured: nobody said.
    """
    need = NEEDS.get(name)
    if need is None:
        raise ImproperlyConfigured(f"permissions.py says nothing of the address {name!r}")
    return need[int(writes)] if isinstance(need, tuple) else need


def may(operator: object, name: str, *, writes: bool = False) -> bool:
    """Whether an account may open an address."""
    need = needed(name, writes=writes)
    if not isinstance(need, May):
        return True
    return str(need) in held(operator)


def held(operator: object) -> frozenset[str]:
    """Everything an account may do, for templates: `{% if "points.adjust" in may %}`."""
    role = getattr(operator, "role", None)  # a stranger has none
    return frozenset(map(str, access.ROLES[access.Role(role)])) if role else frozenset()


def may_open(operator: object, address: str) -> bool:
    """Whether an account may read the page behind an address of ours."""
    try:
        match = resolve(address.partition("?")[0].partition("#")[0])
    except Resolver404:
        return True
    return may(operator, match.url_name or "")


def check(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The one place where what an account may do is checked, before any view runs."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, *_: object) -> HttpResponseBase | None:
        match = request.resolver_match
        writes = request.method not in _READING
        name = (match.url_name or "") if match else ""
        need = needed(name, writes=writes)
        SEES_NAMES.set(str(May.READ_MEMBERS) in held(request.user))
        if isinstance(need, May) and request.user.is_authenticated and not may(request.user, name, writes=writes):
            raise PermissionDenied(need)
        return None

    answer.process_view = process_view  # type: ignore[attr-defined]
    return answer
