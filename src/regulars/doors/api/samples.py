"""Examples of the documentation. Tests send the requests and hold the answers against the schemas."""

from collections.abc import Mapping
from typing import Any

Sample = Mapping[str, Any]

MEMBER_ID = "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a11"
REWARD_ID = "5f2a4c1e-9b7d-0c3e-8a61-24d07b9e3f10"

BALANCE: Sample = {
    "available": 1240,
    "pending": 249,
    "waiting": 0,
    "held": 0,
    "debt": 0,
    "expiring": [{"expires_on": "2027-01-31", "points": 400}, {"expires_on": "2027-09-30", "points": 840}],
    "activating": [{"usable_on": "2026-12-07", "points": 249}],
}
TIER: Sample = {
    "id": 2,
    "name": "Silver",
    "reached": 184986,
    "next": "Gold",
    "missing": 315014,
    "review_on": "2027-11-30",
    "needed_to_keep": 0,
}
REASON: Sample = {
    "code": "base",
    "points": 249,
    "params": {"basis_minor": 24986, "per_minor": 100, "points_per": 1, "rule": 1, "version": 1},
    "text": "¥249.86 × 1 per ¥1.00 (Base rate, version 1)",
}
ORDER: Sample = {
    "order_id": "SO-20261123-0042",
    "member": {"identifier": "phone:+8613800138000"},
    "currency": "CNY",
    "total_minor": 24986,
    "occurred_at": "2026-11-23T18:30:00+08:00",
    "store": "Shanghai 01",
    "till": "3",
    "receipt": "0042",
    "lines": [
        {"line_id": "1", "sku": "TEA-200", "title": "Green tea", "quantity": 3, "amount_minor": 23986},
        {"line_id": "2", "title": "Delivery", "kind": "delivery", "amount_minor": 1000},
    ],
}
ORDER_TOLD: Sample = {
    "order_id": "SO-20261123-0042",
    "member_id": MEMBER_ID,
    "status": "recorded",
    "points": 249,
    "pending": True,
    "usable_on": "2026-12-07",
    "expires_on": "2027-11-30",
    "eligible_minor": 24986,
    "points_paid": 0,
    "balance": BALANCE,
    "wallets": [],
    "tier": TIER,
    "reasons": [REASON],
    "effects": [],
    "coupons": [],
    "warnings": [],
}
STORED_ORDER: Sample = {
    "generation": 1,
    "order_id": "SO-20261123-0042",
    "source": "shop",
    "member_id": MEMBER_ID,
    "occurred_at": "2026-11-23T10:30:00+00:00",
    "recorded_at": "2026-11-23T10:30:01.120000+00:00",
    "currency": "CNY",
    "total_minor": 24986,
    "points_paid_minor": 0,
    "eligible_minor": 24986,
    "points": 249,
    "points_reversed": 0,
    "points_paid": 0,
    "points_restored": 0,
    "returned_minor": 0,
    "remaining_minor": 24986,
    "store": "Shanghai 01",
    "channel": "",
    "till": "3",
    "receipt": "0042",
    "returns": [],
    "lines": [
        {
            "line_id": "1",
            "kind": "product",
            "sku": "TEA-200",
            "title": "Green tea",
            "category": "",
            "quantity": 3,
            "amount_minor": 24986,
            "eligible_minor": 24986,
            "points": 249,
            "returned_quantity": 0,
            "returned_minor": 0,
        }
    ],
}
RETURN: Sample = {
    "return_id": "RT-7",
    "lines": [{"line_id": "1", "quantity": 1}],
    "occurred_at": "2026-11-23T20:00:00+08:00",
}
RETURN_TOLD: Sample = {
    "return_id": "RT-7",
    "order_id": "SO-20261123-0042",
    "member_id": MEMBER_ID,
    "status": "recorded",
    "reason": "",
    "amount_minor": 7995,
    "points_reversed": 80,
    "points_taken_back": 80,
    "points_owed": 0,
    "points_forgiven": 0,
    "points_expired": 0,
    "points_restored": 0,
    "policy": "none",
    "remaining_minor": 16991,
    "balance": BALANCE,
}
HOLD: Sample = {"hold_id": "basket-981", "member_id": MEMBER_ID, "points": 500, "minutes": 20}
HOLD_TOLD: Sample = {
    "hold_id": "basket-981",
    "member_id": MEMBER_ID,
    "wallet": "points",
    "points": 500,
    "captured_points": 0,
    "state": "open",
    "ends_at": "2026-11-23T10:50:00+00:00",
    "balance": BALANCE,
}
MEMBER: Sample = {
    "external_id": "C-1001",
    "phone": "+86 138 0013 8000",
    "name": "Lin Xiaomei",
    "birth_on": "1990-11-03",
    "language": "zh",
    "channel": "store",
}
MEMBER_TOLD: Sample = {
    "member_id": MEMBER_ID,
    "status": "active",
    "external_id": "C-1001",
    "name": "Lin Xiaomei",
    "birth_on": "1990-11-03",
    "language": "zh",
    "channel": "store",
    "enrolled_at": "2026-11-23T10:00:00+00:00",
    "terms_version": 1,
    "attributes": {},
    "identifiers": [{"kind": "phone", "value": "+86****8000"}, {"kind": "external", "value": "C-1001"}],
    "household_id": None,
    "flags": [],
}
STATEMENT: Sample = {
    "member_id": MEMBER_ID,
    "wallet": "points",
    "unit": "points",
    "as_of": "2026-11-23T10:31:00+00:00",
    "balance": BALANCE,
    "wallets": [
        {
            "wallet": "points",
            "kind": "points",
            "unit": "points",
            "currency": None,
            "balance": BALANCE,
            "notices": [],
        },
        {
            "wallet": "cashback",
            "kind": "cashback",
            "unit": "cashback",
            "currency": "CNY",
            "balance": {
                "available": 1250,
                "pending": 0,
                "waiting": 0,
                "held": 0,
                "debt": 0,
                "expiring": [{"expires_on": "2026-12-20", "points": 1250}],
                "activating": [],
            },
            "notices": [{"expires_on": "2026-12-20", "points": 1250, "told_on": "2026-11-20"}],
        },
    ],
    "tier": TIER,
    "lines": [
        {
            "entry_id": "0199c2a5-0000-7aaa-8000-000000000001",
            "type": "earn",
            "points": 249,
            "balance": 1489,
            "occurred_at": "2026-11-23T10:30:00+00:00",
            "recorded_at": "2026-11-23T10:30:01+00:00",
            "title": "Earned with order SO-20261123-0042",
            "details": [
                {"text": "¥249.86 × 1 per ¥1.00 (Base rate, version 1)", "points": 249},
                {"text": "Usable from Dec 7, 2026", "points": None},
            ],
        }
    ],
    "next_cursor": None,
}
OFFER: Sample = {
    "reward_id": REWARD_ID,
    "name": "5 off your next purchase",
    "points": 500,
    "prices": [{"points": 500, "money_minor": 0}],
    "can_redeem": True,
    "why_not": None,
    "resets_at": None,
    "for_whom": None,
    "missing": 0,
}
ADJUSTMENT: Sample = {
    "reference": "ticket-311",
    "member_id": MEMBER_ID,
    "points": 100,
    "reason": "With our apologies for the late delivery",
    "note": "Parcel lost by the carrier",
}
ADJUSTMENT_LISTED: Sample = {
    **ADJUSTMENT,
    "wallet": "points",
    "state": "applied",
    "asked_by": "Lin",
    "asked_at": "2026-11-23T10:29:00+00:00",
    "decided_by": None,
    "decided_at": None,
    "decision_note": None,
}
ADJUSTMENT_TOLD: Sample = {**ADJUSTMENT_LISTED, "code": None, "balance": BALANCE}
APPROVAL: Sample = {"member_id": MEMBER_ID, "note": "The carrier confirmed it"}
APPROVED_TOLD: Sample = {
    **ADJUSTMENT_TOLD,
    "points": 5000,
    "state": "approved",
    "decided_by": "key:rk_x1y2z3",
    "decided_at": "2026-11-23T11:02:00+00:00",
    "decision_note": "The carrier confirmed it",
}
REFUSAL: Sample = {"member_id": MEMBER_ID, "reason": "The parcel arrived in time"}
DECLINED_TOLD: Sample = {**APPROVED_TOLD, "state": "declined", "decision_note": "The parcel arrived in time"}
QUOTE: Sample = {"member_id": MEMBER_ID, "currency": "CNY", "total_minor": 24986}
QUOTE_TOLD: Sample = {
    "as_of": "2026-11-23T10:29:00+00:00",
    "points": 249,
    "eligible_minor": 24986,
    "usable_on": "2026-12-07",
    "expires_on": "2027-11-30",
    "lines": [
        {"line_id": "1", "amount_minor": 24986, "discount_minor": 0, "eligible_minor": 24986, "points": 249},
    ],
    "price": {
        "listed_minor": 24986,
        "member_price_minor": 0,
        "coupons_minor": 0,
        "total_minor": 24986,
        "points_minor": 0,
        "to_pay_minor": 24986,
    },
    "coupons": [],
    "reasons": [REASON],
    "effects": [],
    "rewards": [OFFER],
    "wallets": [],
}
ACTIVATED: Sample = {
    "order_id": "SO-20261123-0042",
    "status": "recorded",
    "member_id": MEMBER_ID,
    "wallets": [{"wallet": "cashback", "points": 1250}],
}
WALLET: Sample = {
    "code": "cashback",
    "kind": "cashback",
    "unit": {"en": "cashback", "zh": "返现"},
    "expiry": {"kind": "days", "count": 90},
    "waits_for_event": True,
}
WALLET_TOLD: Sample = {
    **WALLET,
    "expiry": {
        "kind": "days",
        "count": 90,
        "month_day": "12-31",
        "carry_percent": 0,
        "carry_max": None,
        "grace_days": 30,
        "notice_days": 30,
    },
    "pending_days": None,
    "debt_policy": "debt",
    "debt_max_points": None,
    "giving": None,
    "point_value_micros": 10000,
}
LOAD: Sample = {"reference": "GC-7731", "amount_minor": 20000, "reason": "Gift card"}
LOAD_TOLD: Sample = {
    "reference": "GC-7731",
    "member_id": MEMBER_ID,
    "wallet": "gift-card",
    "amount_minor": 20000,
    "balance": {
        "available": 20000,
        "pending": 0,
        "waiting": 0,
        "held": 0,
        "debt": 0,
        "expiring": [],
        "activating": [],
    },
}
