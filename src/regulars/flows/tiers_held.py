"""Where members stand on the program's sets of tiers, as decisions need it: one read for all."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import tiers

from .plan import Plan

Held = Mapping[int, tiers.Holding]
"""Holdings by the id of their set."""


def of(conn: Conn, plan: Plan, member_ids: Sequence[UUID]) -> Mapping[UUID, Held]:
    """The tiers these members hold, by set."""
    if plan.further_ladders:
        return tiers.all_holdings(conn, member_ids)
    return {one: {tiers.MAIN: holding} for one, holding in tiers.holdings(conn, member_ids).items()}


def main(held: Held) -> tiers.Holding | None:
    """The one on the main set."""
    return held.get(tiers.MAIN)


def further(held: Held) -> Held:
    """Those on the other sets."""
    return held if len(held) == 0 else {one: holding for one, holding in held.items() if one != tiers.MAIN}


def span(plan: Plan, today: date, joined_on: date, earliest: date) -> tuple[date, date]:
    """The days that count on any set from `earliest` on; from the second day on they may come as one sum."""
    return tiers.span(plan.ladders, today, joined_on, earliest=earliest)
