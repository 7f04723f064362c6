"""Examples of what members do together (gifts, households, merging) and of the changes that tell of it."""

from .samples import BALANCE, MEMBER_ID, TIER, Sample

OTHER_ID = "0199c2a4-6e21-7f10-8b55-3c9f0d7e4b22"
GIFT: Sample = {
    "gift_id": "G-9",
    "from_member": MEMBER_ID,
    "to": {"identifier": "phone:+8613900139000"},
    "points": 200,
    "message": "Happy birthday!",
}
GIFT_TOLD: Sample = {
    "gift_id": "G-9",
    "from_member": MEMBER_ID,
    "to_member": OTHER_ID,
    "wallet": "points",
    "points": 200,
    "preview": False,
    "balance": BALANCE,
}
HOUSEHOLD: Sample = {"household_id": "HH-12", "name": "Willow Road 3", "member_ids": [MEMBER_ID, OTHER_ID]}
HOUSEHOLD_TOLD: Sample = {
    "household_id": "HH-12",
    "name": "Willow Road 3",
    "state": "open",
    "founded_at": "2026-11-23T10:00:00+00:00",
    "members": [
        {"member_id": MEMBER_ID, "joined_at": "2026-11-23T10:00:00+00:00"},
        {"member_id": OTHER_ID, "joined_at": "2026-11-23T10:00:00+00:00"},
    ],
    "members_max": 8,
    "balance": BALANCE,
}
MERGE: Sample = {"into": OTHER_ID}
MERGE_TOLD: Sample = {
    "member_id": MEMBER_ID,
    "into": OTHER_ID,
    "merged_at": "2026-11-23T10:00:00+00:00",
    "undo_until": "2026-12-23T10:00:00+00:00",
    "moved": [{"wallet": "points", "points": 200, "debt": 0}],
    "holds": 0,
    "tier": TIER,
    "preview": False,
    "balance": BALANCE,
}
UNMERGE_TOLD: Sample = {
    "member_id": MEMBER_ID,
    "from_member": OTHER_ID,
    "moved": [{"wallet": "points", "points": 200, "debt": 0}],
    "preview": False,
    "balance": BALANCE,
}
CHANGES_TOLD: Sample = {
    "changes": [
        {
            "id": "48201",
            "type": "order.recorded",
            "member_id": MEMBER_ID,
            "subject_id": OTHER_ID,
            "occurred_at": "2026-11-23T10:30:00+00:00",
            "recorded_at": "2026-11-23T10:30:01+00:00",
            "data": {"order_id": "SO-42", "source": "shop", "total_minor": 24986, "points": 249},
        }
    ],
    "next": "48201",
    "has_more": False,
}
