"""Who may take part: the same answer for orders and events."""

from regulars.kit.errors import Refusal
from regulars.records import members


def absence(standing: members.Standing | None) -> Refusal | None:
    """Why nothing is recorded for somebody of this standing; None when it is."""
    if standing is None:
        return members.MemberUnknown("There is no such member in this program.")
    if standing.status is members.Status.FROZEN:
        return members.MemberFrozen("This membership is frozen: nothing is earned until it is released.")
    if standing.status is members.Status.ERASED:
        return members.MemberErased("This member was erased; nothing more is recorded of them.")
    return None
