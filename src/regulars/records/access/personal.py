"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (Personal(table="access.own_member", purpose="fraud", privacy=Privacy.PSEUDONYM, fate=Fate.KEPT),)
"""Every table of the room that has a member in it. Which member a person of the staff was guards what they did."""
