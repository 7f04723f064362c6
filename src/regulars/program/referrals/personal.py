"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="referrals.trait",
        purpose="fraud",
        privacy=Privacy.IDENTITY,
        fate=Fate.DELETED,
        hidden=("digest",),
        aged="seen_at",
        keep_days=730,
    ),
    Personal(table="referrals.advocate", purpose="engagement", privacy=Privacy.DEED, fate=Fate.DELETED),
    Personal(table="referrals.code", purpose="engagement", privacy=Privacy.DEED, fate=Fate.DELETED),
    Personal(
        table="referrals.referral",
        purpose="engagement",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"note": "''"},
    ),
)
"""Every table of the room that has a member in it."""
