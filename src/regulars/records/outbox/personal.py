"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="outbox.change",
        purpose="service",
        privacy=Privacy.DEED,
        fate=Fate.CLEARED,
        cleared={"data": "'{}'"},
    ),
)
"""Every table of the room that has a member in it. That something happened is told on; to what order is forgotten."""
