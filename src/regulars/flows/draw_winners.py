"""A sweepstake is over: its winners are drawn, once, and everybody can do the draw again."""

from datetime import datetime

from regulars.kit.db import Conn
from regulars.program import rewards
from regulars.records import activities

from .plan import Plan


def draw_winners(
    conn: Conn, plan: Plan, reward: rewards.Reward, *, outside: str, by: str, at: datetime
) -> rewards.Draw:
    """Draw the winners and reveal the seed.

    `outside` is mixed in: words nobody could know before, such as that day's lottery numbers, so that even who could
    read the seed in the database could not have chosen when to enter.

    Raises:
        DrawNotOpen: it still takes entries, nobody entered, or it is no sweepstake.
        AlreadyDrawn: it was made before.
        InvalidText: the outside words cannot be kept.
    """
    activities.check_text("/outside", outside)
    assert reward.program_id == plan.program.program_id
    rewards.make_draw(conn, reward, outside=outside, by=by, at=at)
    draw = rewards.draw_of(conn, reward)
    assert draw is not None
    return draw
