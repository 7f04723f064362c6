"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="coupons.coupon",
        purpose="engagement",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"uses_left": "0"},
    ),
    Personal(
        table="coupons.use",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"external_id": "'erased ' || use_id"},
    ),
    Personal(
        table="coupons.step",
        key="from_member_id",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.KEPT,
        hidden=("to_member_id",),
    ),
)
"""Every table of the room that has a member in it."""
