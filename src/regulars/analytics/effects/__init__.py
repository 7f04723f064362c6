"""Effects: what a campaign gave, and what it changed, measured against who was held out."""

from .comparing import GROUP_MIN, Comparison, Difference, Group, compare, difference, wilson
from .figures import Day, Figures, comparison, figures
from .goals import GoalProgress, goal_progress
from .readings import readings

__all__ = [
    "GROUP_MIN",
    "Comparison",
    "Day",
    "Difference",
    "Figures",
    "GoalProgress",
    "Group",
    "compare",
    "comparison",
    "difference",
    "figures",
    "goal_progress",
    "readings",
    "wilson",
]
