"""Days in a row: how long the run is that each event of a batch makes longer."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from regulars.kit.clock import ONE_DAY
from regulars.kit.db import Conn
from regulars.program import earning
from regulars.records import activities

from .deciding_events import rules_on
from .event_items import Item
from .plan import Plan

REACH = timedelta(days=3_660)
"""How far back a run is followed."""


class Streaks:
    """The days with events, by member and type, before and within the batch; read only where a rule asks."""

    def __init__(self, conn: Conn, plan: Plan, items: Sequence[Item]) -> None:
        asked: dict[tuple[UUID, str], date] = {}
        for item in items:
            on = plan.program.local_date(item.event.occurred_at)
            if item.member_id and earning.streak_reach(rules_on(plan, on, item.event.occurred_at), item.event.type):
                key = item.member_id, item.event.type
                asked[key] = min(asked.get(key, on), on)
        wanted = [(*key, first - REACH) for key, first in asked.items()]
        found = activities.event_days(conn, wanted)
        self._days = {key: found.get(key, set()) for key in asked}

    def next(self, member_id: UUID, kind: str, on: date) -> int:
        """The run of days that ends with an event on this one; 0 when it is not the first of its day."""
        days = self._days.get((member_id, kind))
        if days is None or on in days:
            return 0
        days.add(on)
        run, day = 1, on
        while (day := day - ONE_DAY) in days:
            run += 1
        return run
