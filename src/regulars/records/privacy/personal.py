"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="privacy.consent",
        purpose="consent",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"proof": "''"},
    ),
    Personal(table="privacy.choice", purpose="consent", privacy=Privacy.DEED, fate=Fate.KEPT),
    Personal(table="privacy.ask", purpose="consent", privacy=Privacy.DEED, fate=Fate.DELETED, hidden=("digest",)),
    Personal(
        table="privacy.stop",
        purpose="consent",
        privacy=Privacy.DEED,
        fate=Fate.DELETED,
        hidden=("digest",),
        aged="made_at",
        keep_days=1095,
    ),
    Personal(table="privacy.restriction", purpose="consent", privacy=Privacy.DEED, fate=Fate.DELETED),
    Personal(table="privacy.erasure", purpose="consent", privacy=Privacy.PSEUDONYM, fate=Fate.KEPT),
)
"""Every table of the room that has a member in it. That somebody said yes or no stays as proof, without a name."""
