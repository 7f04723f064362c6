"""What these tables hold of members."""

from regulars.kit.personal import Fate, Personal, Privacy

PERSONAL = (Personal(table="audit.note", purpose="fraud", privacy=Privacy.PSEUDONYM, fate=Fate.KEPT),)
"""Every table of the room that has a member in it. Notes name members by their id and are never changed."""
