"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="guard.finding",
        purpose="fraud",
        privacy=Privacy.DEED,
        fate=Fate.DELETED,
        aged="found_at",
        keep_days=730,
    ),
)
"""Every table of the room that has a member in it."""
