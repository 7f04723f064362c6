"""The segments of the demo shop: some to begin with, found as of the last weeks, so that they have a history."""

from datetime import timedelta

from regulars import flows
from regulars.audience import segments
from regulars.kit import db

from .promises import Days

CODES = ("high-value", "regular-buyers", "drifting", "birthday", "saving-up")
_WEEKS = 8
_SMALL_SPEND = "member.spend_12m >= 2500"
"""What is much in a shop of groceries; the template asks for twice as much."""


def found(conn: db.Conn, plan: flows.Plan, days: Days) -> None:
    """Save them as of eight weeks ago and find them week by week until now. The caller owns the transaction."""
    begun_at = days.on(7 * _WEEKS, 8)
    for code in CODES:
        template = segments.TEMPLATES[code]
        wanted = segments.Segment(
            program_id=plan.program.program_id,
            segment_id=0,
            code=code,
            name=template.name,
            condition=_SMALL_SPEND if code == "high-value" else template.condition,
            created_at=begun_at,
        )
        saved = flows.save_segment(conn, plan, wanted, by="demo", at=begun_at)
        for week in range(1, _WEEKS):
            flows.refresh_segment(conn, plan, saved, at=begun_at + timedelta(days=7 * week))
        flows.refresh_segment(conn, plan, saved, at=days.now)
