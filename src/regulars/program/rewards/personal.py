"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="rewards.redemption",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"external_id": "'erased ' || redemption_id", "tracking": "''", "answer": "null"},
        hidden=("answer",),
    ),
    Personal(
        table="rewards.redemption_step",
        purpose="books",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"tracking": "''", "note": "''"},
    ),
)
"""Every table of the room that has a member in it."""
