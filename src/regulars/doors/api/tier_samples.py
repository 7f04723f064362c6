"""Examples of the documentation about tiers."""

from .samples import MEMBER_ID, Sample

_LOWEST: Sample = {
    "id": 1, "rank": 0, "name": {"en": "Member", "zh": "普通会员"}, "threshold": 0, "color": "gray",
    "points_factor": 1.0, "benefits": [], "condition": "",
}  # fmt: skip
_SILVER: Sample = {
    "id": 2, "rank": 1, "name": {"en": "Silver", "zh": "银卡会员"}, "threshold": 100000, "color": "azure",
    "points_factor": 1.2, "condition": "",
    "benefits": [{"type": "member_price", "factor": 0.95, "days": None, "text": {}}],
}  # fmt: skip
TIER_SET: Sample = {
    "tier_set": "main", "version": 3, "name": {"en": "Membership", "zh": "会员等级"}, "is_main": True,
    "metric": "spend",
    "window": "rolling", "window_months": 12, "starts_month": 1, "keep_months": 12, "landing": "one", "grace_days": 14,
    "notice_days": 30, "change_notice_days": 30, "is_live": True, "tiers": [_LOWEST, _SILVER],
}  # fmt: skip
TERMS: Sample = {
    "name": {"en": "Coffee club", "zh": "咖啡俱乐部"},
    "metric": "orders",
    "window": "calendar",
    "tiers": [
        {"name": {"en": "Guest", "zh": "访客"}},
        {
            "name": {"en": "Regular", "zh": "常客"},
            "threshold": 20,
            "benefits": [{"type": "member_price", "price": "8.5折"}, {"type": "birthday_gift"}],
        },
    ],
}
SAVED: Sample = {"tier_set": "coffee", "version": 1, "effective_on": None}
CHANGE: Sample = {"tier_set": "main", "effective_on": "2027-01-01", "terms": TIER_SET}
MOVES: Sample = {
    "tier_set": "main",
    "now": {"1": 900, "2": 100},
    "then": {"1": 940, "2": 60},
    "up": 0,
    "down": 40,
    "is_harder": True,
    "falling": [MEMBER_ID],
}
VERSION: Sample = {
    "version": 3,
    "state": "live",
    "effective_on": "2026-11-01",
    "saved_at": "2026-10-01T09:00:00+00:00",
    "saved_by": "Li Wei",
    "note": "Silver is worth more",
    "withdrawn_by": "",
    "terms": TIER_SET,
}
BENEFIT: Sample = {
    "type": "member_price", "text": "Member price: 5% off, you pay 95%", "factor": 0.95, "days": None,
}  # fmt: skip
MEMBER_TIERS: Sample = {
    "member_id": MEMBER_ID,
    "tier_sets": [
        {
            "tier_set": "main", "name": "Membership", "is_main": True, "metric": "spend", "counted_from": "2025-11-24",
            "counted_to": None,
            "tier": {"id": 2, "rank": 1, "name": "Silver", "threshold": 100000, "color": "azure"},
            "since": "2026-02-01T08:00:00+00:00", "reached": 84986,
            "next": {"id": 3, "rank": 2, "name": "Gold", "threshold": 500000, "color": "yellow"}, "missing": 415014,
            "needs": "", "review_on": "2027-02-28", "needed_to_keep": 15014, "manual_until": None, "points_factor": 1.2,
            "benefits": [BENEFIT], "would_lose": [BENEFIT], "would_gain": [], "notice": None, "coming": None,
            "history": [
                {"at": "2026-02-01T08:00:00+00:00", "from": "Member", "to": "Silver", "cause": "reached",
                 "reached": 100200, "by": "", "reason": "", "until": None}
            ],
        }
    ],
    "milestones": [
        {
            "challenge": "year-of-coffee",
            "name": {"en": "A year of coffee", "zh": "咖啡之年"},
            "measure": "spend",
            "season_on": "2026-01-01",
            "value": 31000,
            "next_target": 50000,
            "next_points": 500,
            "target": 100000,
        }
    ],
    "together": {"points_factor": 1.2, "price_factor": 0.95, "return_days": 14},
}  # fmt: skip
GIVEN: Sample = {"reference": "CASE-17", "tier": 2, "until": "2027-06-30", "reason": "Made up for a lost parcel"}
GIVEN_TOLD: Sample = {
    "reference": "CASE-17", "tier_set": "main", "tier": 2, "until": "2027-06-30", "reached": 84986,
}  # fmt: skip
