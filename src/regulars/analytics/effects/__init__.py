"""Effects: what a campaign gave, and what it changed, measured against who was held out."""

from .comparing import GROUP_MIN, Comparison, Difference, Group, compare, difference, wilson
from .figures import Day, Figures, comparison, figures
from .readings import readings

__all__ = [
    "GROUP_MIN",
    "Comparison",
    "Day",
    "Difference",
    "Figures",
    "Group",
    "compare",
    "comparison",
    "difference",
    "figures",
    "readings",
    "wilson",
]
