"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (
    Personal(
        table="earning.rule_error",
        purpose="service",
        privacy=Privacy.DEED,
        fate=Fate.DELETED,
        aged="happened_at",
        keep_days=365,
    ),
    Personal(table="earning.usage", purpose="books", privacy=Privacy.DEED, fate=Fate.KEPT),
)
"""Every table of the room that has a member in it."""
