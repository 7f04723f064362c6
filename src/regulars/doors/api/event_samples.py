"""Examples of the documentation: events, their types, batches."""

from .samples import BALANCE, MEMBER_ID, ORDER, ORDER_TOLD, Sample

EVENT: Sample = {
    "specversion": "1.0",
    "id": "EV-20261123-7",
    "source": "app",
    "type": "review",
    "member": {"id": MEMBER_ID},
    "time": "2026-11-23T18:30:00+08:00",
    "data": {"sku": "TEA-200", "stars": 5, "has_photo": True},
}
EVENT_TOLD: Sample = {
    "id": "EV-20261123-7",
    "source": "app",
    "type": "review",
    "member_id": MEMBER_ID,
    "status": "recorded",
    "points": 50,
    "pending": False,
    "usable_on": None,
    "expires_on": "2027-11-30",
    "balance": BALANCE,
    "wallets": [],
    "reasons": [
        {
            "code": "event",
            "points": 50,
            "params": {
                "event": "review",
                "label": {"en": "Thanks for a review", "zh": "评价有礼"},
                "rule": 4,
                "version": 1,
            },
            "text": "Thanks for a review (version 1)",
        }
    ],
    "effects": [],
}
EVENT_TYPE: Sample = {
    "code": "tasting_visited",
    "name": {"en": "Tasting visited", "zh": "参加品鉴会"},
    "attributes": [
        {"name": "store", "type": "text", "required": True},
        {"name": "spent_minor", "type": "money"},
        {"name": "mood", "type": "enum", "options": ["happy", "curious"]},
    ],
}
EVENT_TYPE_TOLD: Sample = {
    "code": "tasting_visited",
    "name": {"en": "Tasting visited", "zh": "参加品鉴会"},
    "attributes": [
        {"name": "store", "type": "text", "required": True, "options": []},
        {"name": "spent_minor", "type": "money", "required": False, "options": []},
        {"name": "mood", "type": "enum", "required": False, "options": ["happy", "curious"]},
    ],
    "built_in": False,
}
EVENT_TYPES_TOLD: Sample = {
    "event_types": [
        {
            "code": "check_in",
            "name": {"en": "Check-in", "zh": "签到"},
            "attributes": [{"name": "place", "type": "text", "required": False, "options": []}],
            "built_in": True,
        },
        EVENT_TYPE_TOLD,
    ]
}
ITEM: Sample = {"item": "order", **ORDER}
ITEM_TOLD: Sample = {
    "place": 1,
    "item": "order",
    "status": 201,
    "outcome": "created",
    "duplicate": False,
    "answer": ORDER_TOLD,
}
