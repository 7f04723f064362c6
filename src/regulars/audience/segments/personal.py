"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (Personal(table="segments.membership", purpose="engagement", privacy=Privacy.DEED, fate=Fate.DELETED),)
"""Every table of the room that has a member in it."""
