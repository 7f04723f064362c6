"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(table="campaigns.seat", purpose="engagement", privacy=Privacy.DEED, fate=Fate.KEPT),
    Personal(table="campaigns.tally", purpose="engagement", privacy=Privacy.DEED, fate=Fate.KEPT),
)
"""Every table of the room that has a member in it: what an effect was measured by stays, without a name."""
