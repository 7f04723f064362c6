"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="experiences.booking",
        purpose="engagement",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"comment": "''"},
        aged="booked_at",
        keep_days=1095,
    ),
)
"""Every table of the room that has a member in it."""
