"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(table="challenges.player", purpose="engagement", privacy=Privacy.IDENTITY, fate=Fate.DELETED),
    Personal(table="challenges.step", purpose="engagement", privacy=Privacy.DEED, fate=Fate.DELETED),
    Personal(table="challenges.standing", purpose="engagement", privacy=Privacy.DEED, fate=Fate.DELETED),
    Personal(table="challenges.award", purpose="books", privacy=Privacy.DEED, fate=Fate.KEPT),
)
"""Every table of the room that has a member in it."""
