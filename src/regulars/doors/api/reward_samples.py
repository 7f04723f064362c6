"""Examples of the documentation about rewards."""

from .samples import BALANCE, MEMBER_ID, REWARD_ID, Sample

NAME: Sample = {"en": "Ceramic mug", "zh": "陶瓷马克杯"}
FOR_WHOM: Sample = {"en": "orders of 12 months is at least 1", "zh": "近 12 个月订单数不少于 1"}
REWARD_ASKED: Sample = {
    "code": "mug",
    "name": NAME,
    "type": "product",
    "points": 900,
    "prices": [{"points": 400, "money_minor": 1500}, {"points": 800, "rank_min": 1}],
    "steps": {"by": "had", "days": 365, "steps": [{"units": 2, "percent": 150}]},
    "cost_minor": 1200,
    "audience": "member.orders_12m >= 1",
    "units_left": 200,
}
REWARD: Sample = {
    "reward_id": REWARD_ID,
    "code": "mug",
    "name": NAME,
    "description": {},
    "type": "product",
    "category": "",
    "points": 900,
    "money_minor": 0,
    "prices": [
        {"points": 400, "money_minor": 1500, "rank_min": 0},
        {"points": 800, "money_minor": 0, "rank_min": 1},
    ],
    "steps": {"by": "had", "steps": [{"units": 2, "percent": 150}], "days": 365},
    "rank_min": 0,
    "for_whom": FOR_WHOM,
    "stores": [],
    "member_limit": None,
    "limit_days": None,
    "starts_at": None,
    "ends_at": None,
    "units_left": 200,
    "picture": {
        "path": "/pictures/9f2feb0f1ef425b292f2f94bc8482494df430413b5cbf3f3b8c1ba1a8cbd1a4e.png",
        "alt": {"en": "A white mug", "zh": "白色马克杯"},
    },
    "amount_minor": None,
    "pool": None,
    "experience": None,
    "winners": None,
    "campaign_id": None,
    "version": 3,
}
TOTALS: Sample = {"members": 12, "units": 15, "points": 13500, "given_minor": None}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
PICTURE: Sample = {"content": PIXEL, "alt": {"en": "A white mug", "zh": "白色马克杯"}}
CATEGORY: Sample = {"code": "tea", "name": {"en": "Tea", "zh": "茶"}, "place": 1}
CHANGE: Sample = {
    "version": 2,
    "changed_at": "2026-11-23T10:30:00+00:00",
    "changed_by": "Lin",
    "changes": {"price_points": [800, 900]},
}
CODES: Sample = {"codes": ["CINEMA-7K3M", "CINEMA-9QX2"]}
CODES_TOLD: Sample = {"reward_id": REWARD_ID, "added": 2, "units_left": 2}
DRAW: Sample = {"outside": "Lottery 2026-11-30: 7 12 23 31 40"}
DRAW_TOLD: Sample = {
    "reward_id": REWARD_ID,
    "state": "drawn",
    "seed_hash": "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd",
    "committed_at": "2026-11-01T08:00:00+00:00",
    "seed": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "drawn_at": "2026-12-01T08:00:00+00:00",
    "outside": "Lottery 2026-11-30: 7 12 23 31 40",
    "entries": 412,
    "entries_hash": "8c7dd922ad47494fc02c388e12c00eac278d8d5dcb02f6d6a8a5c7a1c0b1e2f3",
    "winners": [
        {
            "place": 1,
            "entry": 87,
            "member_id": MEMBER_ID,
            "redemption": "0199c2a6-1a2b-7c3d-8e4f-5a6b7c8d9e0f",
        }
    ],
}
PURCHASE: Sample = {"redemption_id": "RD-55", "member_id": MEMBER_ID, "quantity": 1, "max_points": 500}
REDEMPTION: Sample = {
    "redemption_id": "RD-55",
    "member_id": MEMBER_ID,
    "reward_id": REWARD_ID,
    "quantity": 1,
    "points": 500,
    "money_minor": 0,
    "paid_from": None,
    "code": "PR-4K7Q9-XWD2M",
    "state": "issued",
    "balance": BALANCE,
}
WHOSE: Sample = {"member_id": MEMBER_ID}
UNDONE: Sample = {
    "redemption_id": "RD-55",
    "state": "undone",
    "points_restored": 500,
    "money_restored_minor": 0,
    "money_to_return_minor": 0,
    "balance": BALANCE,
}
STEP: Sample = {"member_id": MEMBER_ID, "step": "ship", "carrier": "SF Express", "tracking": "SF1234567890"}
REDEMPTION_LISTED: Sample = {
    "redemption_id": "RD-55",
    "member_id": MEMBER_ID,
    "reward_id": REWARD_ID,
    "quantity": 1,
    "points": 500,
    "money_minor": 0,
    "code": "PR-4K7Q9-XWD2M",
    "state": "shipped",
    "redeemed_at": "2026-11-23T10:30:00+00:00",
    "carrier": "SF Express",
    "tracking": "SF1234567890",
}
WAY: Sample = {
    "step": "ship",
    "happened_at": "2026-11-24T02:00:00+00:00",
    "actor": "Lin",
    "carrier": "SF Express",
    "tracking": "SF1234567890",
    "note": "",
}
