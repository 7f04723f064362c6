"""A campaign's figures, from the published facts; writes nothing."""

from dataclasses import dataclass
from datetime import date

from regulars.kit import sql
from regulars.kit.db import Conn
from regulars.program import campaigns

from .comparing import Comparison, Group, compare

SQL = sql.load("regulars.analytics.effects")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a campaign gave on a local day. Micros are millionths of a currency unit."""

    on: date
    members: int
    points: int
    micros: int
    grants: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a campaign gave so far: by day, and to how many members in all."""

    days: tuple[Day, ...]
    participants: int

    @property
    def points(self) -> int:
        """All points."""
        return sum(day.points for day in self.days)

    @property
    def micros(self) -> int:
        """What they cost, in millionths of a currency unit."""
        return sum(day.micros for day in self.days)

    @property
    def grants(self) -> int:
        """How many orders and events got something."""
        return sum(day.grants for day in self.days)


def figures(conn: Conn, campaign: campaigns.Campaign, *, to_on: date) -> Figures:
    """What a campaign gave, up to a local day."""
    asked = {"program_id": campaign.program_id, "campaign_id": campaign.campaign_id, "to_on": to_on}
    row = conn.execute(SQL["count_participants"], asked).fetchone()
    assert row is not None
    days = tuple(
        Day(on=on, members=members, points=points, micros=micros, grants=grants)
        for on, members, points, micros, grants in conn.execute(SQL["select_days"], asked)
    )
    return Figures(days=days, participants=row[0])


def comparison(conn: Conn, campaign: campaigns.Campaign, policy: campaigns.Policy, *, to_on: date) -> Comparison:
    """Who was given a campaign against who was held out of it, both as members since before it began."""
    percent = campaign.terms.holdout_percent
    found = {False: Group(members=0), True: Group(members=0)}
    if campaign.begins_on is not None:
        asked = {
            "program_id": campaign.program_id,
            "campaign_id": campaign.campaign_id,
            "holdout_percent": percent,
            "policy_percent": policy.holdout_percent,
            "is_for_all": campaign.terms.audience is None,
            "from_on": campaign.begins_on,
            "to_on": min(to_on, campaign.last_on),
        }
        for is_held, members, buyers, orders, orders_2, net, net_2 in conn.execute(SQL["select_groups"], asked):
            found[is_held] = Group(
                members=members,
                buyers=buyers,
                orders=orders,
                orders_squared=orders_2,
                net_minor=net,
                net_minor_squared=int(net_2),
            )
    return compare(found[False], found[True], holdout_percent=percent)
