"""The members of a batch of orders as they stand before it: what a decision looks at, in a few reads for all."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import earning, tiers

from . import campaigning, recalling, tiers_held
from .deciding import State
from .plan import Plan
from .sales import Item


def states_before(conn: Conn, plan: Plan, by_member: Mapping[UUID, Sequence[Item]], today: date) -> dict[UUID, State]:
    """The state of each member; their orders stand in time order."""
    spans = {}
    for member_id, of in by_member.items():
        earliest = plan.program.local_date(of[0].intake.order.occurred_at)
        assert of[0].person is not None
        spans[member_id] = tiers_held.span(plan, today, of[0].person.enrolled_on, earliest)
    tallies = tiers.tallies(conn, spans)
    held = tiers_held.of(conn, plan, list(by_member))
    used = _used(conn, plan, by_member)
    pasts = _pasts(conn, plan, by_member, today)
    seats = campaigning.seats(conn, plan, list(by_member))
    found = {}
    for member_id, of in by_member.items():
        person = of[0].person
        assert person is not None
        found[member_id] = State(
            standing=person,
            holding=tiers_held.main(held.get(member_id, {})),
            further=tiers_held.further(held.get(member_id, {})),
            tallies=tuple(tallies.get(member_id, ())),
            used=used.get(member_id, {}),
            past=pasts.get(member_id, recalling.NOTHING),
            seats=seats.get(member_id, {}),
        )
    return found


def _used(conn: Conn, plan: Plan, by_member: Mapping[UUID, Sequence[Item]]) -> dict[UUID, earning.Used]:
    """What members got before from rules that count it."""
    if not plan.counted_rules and not plan.caps:
        return {}
    days = {plan.program.local_date(item.intake.order.occurred_at) for of in by_member.values() for item in of}
    return earning.usage(conn, plan.program.program_id, plan.counted_rules, list(by_member), days, plan.caps)


def _pasts(conn: Conn, plan: Plan, by_member: Mapping[UUID, Sequence[Item]], today: date) -> dict[UUID, recalling.Past]:
    """What members did before, where the rules ask."""
    if not plan.needs.of_past:
        return {}
    asked = {member_id: [item.intake.order.occurred_at for item in of] for member_id, of in by_member.items()}
    accounts = {member_id: of[0].account_id or member_id for member_id, of in by_member.items()}
    return recalling.recall(conn, plan, asked, accounts, today=today)
