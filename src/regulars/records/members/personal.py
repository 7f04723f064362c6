"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="members.profile",
        purpose="membership",
        privacy=Privacy.IDENTITY,
        fate=Fate.CLEARED,
        cleared={"name": "''", "birth_on": "null", "attributes": "'{}'"},
    ),
    Personal(table="members.identifier", purpose="membership", privacy=Privacy.IDENTITY, fate=Fate.DELETED),
    Personal(
        table="members.member",
        purpose="membership",
        privacy=Privacy.PSEUDONYM,
        fate=Fate.CLEARED,
        cleared={"status": "case when merged_into is null then 3 else 4 end", "channel": "''"},
    ),
    Personal(table="members.belonging", purpose="membership", privacy=Privacy.DEED, fate=Fate.KEPT),
    Personal(
        table="members.merge", purpose="membership", privacy=Privacy.PSEUDONYM, fate=Fate.KEPT, hidden=("before",)
    ),
)
"""Every table of the room that has a member in it."""
