"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(table="tiers.tally", purpose="membership", privacy=Privacy.DEED, fate=Fate.KEPT),
    Personal(table="tiers.holding", purpose="membership", privacy=Privacy.DEED, fate=Fate.KEPT),
    Personal(
        table="tiers.move",
        purpose="membership",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"reason": "''"},
    ),
    Personal(table="tiers.notice", purpose="membership", privacy=Privacy.DEED, fate=Fate.DELETED),
)
"""Every table of the room that has a member in it."""
