"""What must be counted of members for a rule: what it gave them in a period."""

from .effects import EFFECTS
from .limits import Period
from .model import Rule


def counted_period(rule: Rule) -> Period | None:
    """The period in which points of the rule are counted for each member; None when they are not."""
    if rule.limits and rule.limits.counts_by_member:
        return rule.limits.member_period
    return EFFECTS[rule.effect].counted(rule.params)


def is_counted(rule: Rule) -> bool:
    """Whether something is counted of it, for members or for all together."""
    return rule.limits is not None or counted_period(rule) is not None
