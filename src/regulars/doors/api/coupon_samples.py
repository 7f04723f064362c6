"""Examples of what is sent and answered about coupons; tests hold them against the schemas."""

from .samples import MEMBER_ID, Sample

CODE = "R7K3M-P9QX-2F4T"
CHECK: Sample = {"code": CODE, "member_id": MEMBER_ID, "currency": "CNY", "total_minor": 24986}
CHECK_TOLD: Sample = {
    "valid": True,
    "reason": None,
    "text": "",
    "code": CODE,
    "pool": "spring",
    "name": "Spring",
    "gives": "¥20.00 off from ¥200.00",
    "ends_on": "2026-12-31",
    "discount_minor": 2000,
}
RESERVATION: Sample = {"reservation_id": "basket-981", "member_id": MEMBER_ID, "code": CODE}
RESERVATION_TOLD: Sample = {
    "reservation_id": "basket-981",
    "code": CODE,
    "member_id": MEMBER_ID,
    "state": "reserved",
    "ends_at": "2026-11-23T10:50:00+00:00",
}
TRANSFER: Sample = {"code": CODE, "from_member": MEMBER_ID, "to_member": "0199c2a4-5d10-7cc3-9d34-1f6f2d3b8a12"}
COUPON: Sample = {"code": CODE, "pool": "spring", "member_id": MEMBER_ID, "ends_on": "2026-12-31"}
MEMBER_COUPON: Sample = {
    "code": CODE,
    "pool": "spring",
    "name": "Spring",
    "gives": "¥20.00 off from ¥200.00",
    "state": "usable",
    "why_not": None,
    "starts_on": None,
    "ends_on": "2026-12-31",
    "uses_left": 1,
    "is_transferable": False,
    "issued_at": "2026-11-20T02:00:00+00:00",
}
POOL: Sample = {
    "pool": "spring",
    "name": {"en": "Spring", "zh": "春季券"},
    "benefit": {"kind": "amount", "amount_minor": 2000},
    "minimum_minor": 20000,
    "ends_on": "2026-12-31",
}
POOL_TOLD: Sample = {
    "pool": "spring",
    "state": "live",
    "version": 2,
    "campaign_id": None,
    "terms": {
        "name": {"en": "Spring", "zh": "春季券"},
        "benefit": {"kind": "amount", "amount_minor": 2000},
        "minimum_minor": 20000,
        "ends_on": "2026-12-31",
    },
    "gives": "¥20.00 off from ¥200.00",
    "figures": {
        "stock": 0,
        "issued": 1000,
        "reserved": 3,
        "used": 312,
        "redemption_rate": 0.312,
        "discount_minor": 624000,
    },
}
BATCH_TOLD: Sample = {
    "batch_id": "print-1",
    "kind": "generate",
    "wanted": 1000000,
    "made": 640000,
    "is_done": False,
    "asked_at": "2026-11-20T02:00:00+00:00",
    "asked_by": "key:rk_7f3a",
}
POOL_PAGE: Sample = {
    **POOL_TOLD,
    "history": [
        {"version": 2, "at": "2026-11-20T02:00:00+00:00", "by": "Ann", "fields": {"state": ["draft", "live"]}},
    ],
    "batches": [BATCH_TOLD],
}
