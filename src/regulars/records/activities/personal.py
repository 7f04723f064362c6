"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="activities.purchase",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"external_id": "'erased ' || order_id", "till": "''", "receipt": "''", "answer": "null"},
        hidden=("answer",),
    ),
    Personal(
        table="activities.purchase_line",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"title": "''"},
    ),
    Personal(
        table="activities.refund",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"external_id": "'erased ' || refund_id", "reason": "''", "answer": "'{}'"},
        hidden=("answer",),
    ),
    Personal(
        table="activities.event",
        purpose="engagement",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"external_id": "'erased ' || event_id", "data": "'{}'", "answer": "'{}'"},
        hidden=("answer",),
    ),
    Personal(table="activities.award", purpose="books", privacy=Privacy.DEED, fate=Fate.KEPT),
    Personal(table="activities.suspect", purpose="fraud", privacy=Privacy.DEED, fate=Fate.DELETED),
    Personal(
        table="activities.seen",
        purpose="books",
        privacy=Privacy.PSEUDONYM,
        fate=Fate.KEPT,
        hidden=("content_digest",),
    ),
)
"""Every table of the room that has a member in it. What was seen stays, so that a repeat is told that they are gone."""
