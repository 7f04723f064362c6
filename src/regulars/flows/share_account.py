"""Several members share one account: a household is founded, joined, left and dissolved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Kind, Refusal
from regulars.records import activities, ledger, members

from . import answers
from .capture_holds import hold_key
from .close_day import close_accounts
from .give_points import taking_part
from .hand_over import Cause, hand_over, hand_over_all
from .hold_points import give_back
from .plan import Plan

MEMBERS_MAX = 8
_TRIES_MAX = 5


class HouseholdFull(Refusal):
    """A household has at most eight members. Facts: limit."""

    kind = Kind.CONFLICT
    code = "household-full"


class AlreadyInHousehold(Refusal):
    """The member shares another account already."""

    kind = Kind.CONFLICT
    code = "already-in-household"


class LastMember(Refusal):
    """Nobody else is left in the household: it is dissolved, not left."""

    kind = Kind.CONFLICT
    code = "last-member"


class NobodyToShare(Refusal):
    """A household is founded with one to eight different members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What became of a household: `done`, or `replayed` (the same again, nothing new)."""

    outcome: Literal["done", "replayed"]
    household: members.Household
    answer: Mapping[str, Any]


def found_household(
    conn: Conn, plan: Plan, external_id: str, member_ids: Sequence[UUID], *, at: datetime, name: str = ""
) -> Pooled:
    """Found a household, once per `external_id` (the shop's own name of it), with the members it begins with.

    Everything they have moves into its account: pending and owed points, and holds, too.

    Raises:
        NobodyToShare: nobody, too many or the same member twice.
        AlreadyInHousehold, MemberNotFound, MemberFrozen, MemberErased: of one of them; nothing changed.
        EventConflict: the id names another household.

    Source: glossary, household.
    """
    activities.check_text("/household_id", external_id, required=True)
    activities.check_text("/name", name)
    if not 1 <= len(member_ids) <= MEMBERS_MAX or len(set(member_ids)) < len(member_ids):
        raise NobodyToShare(f"A household begins with 1 to {MEMBERS_MAX} different members.")
    with conn.transaction():
        return _found(conn, plan, external_id, member_ids, at=at, name=name)


def _found(conn: Conn, plan: Plan, external_id: str, member_ids: Sequence[UUID], *, at: datetime, name: str) -> Pooled:
    program_id = plan.program.program_id
    household_id = members.households.household_key(program_id, external_id)
    standings = _lock(conn, plan, member_ids, household_id)
    digest = ids.digest(msgspec.msgpack.encode((name, sorted(map(str, member_ids)))))
    if not activities.remember(conn, program_id, [(household_id, member_ids[0], household_id, digest)]):
        if activities.seen(conn, [household_id])[household_id].content_digest != digest:
            raise activities.EventConflict("This household id was used before; the first one stands.")
        return _pooled(conn, plan, household_id, "replayed", at)
    members.households.found(conn, program_id, external_id=external_id, name=name, at=at)
    for member_id in member_ids:
        _bring(conn, plan, taking_part(standings.get(member_id)), household_id, at=at)
    return _pooled(conn, plan, household_id, "done", at)


def join_household(conn: Conn, plan: Plan, external_id: str, member_id: UUID, *, at: datetime) -> Pooled:
    """A member joins; everything they have moves into the shared account. Who belongs already is told so.

    Raises:
        HouseholdNotFound: there is none of this name, or it was dissolved.
        HouseholdFull, AlreadyInHousehold, MemberNotFound, MemberFrozen, MemberErased: as named.
    """
    household_id = members.households.household_key(plan.program.program_id, external_id)
    person = taking_part(_lock(conn, plan, [member_id], household_id).get(member_id))
    household = _open(conn, plan, household_id)
    if person.member_id in household.member_ids:
        return _pooled(conn, plan, household_id, "replayed", at)
    if len(household.member_ids) >= MEMBERS_MAX:
        raise HouseholdFull(f"A household has at most {MEMBERS_MAX} members.", facts={"limit": MEMBERS_MAX})
    _bring(conn, plan, person, household_id, at=at)
    return _pooled(conn, plan, household_id, "done", at)


def leave_household(conn: Conn, plan: Plan, external_id: str, member_id: UUID, *, at: datetime) -> Pooled:
    """A member leaves with an empty account of their own; what they brought stays, their open holds go back to it.

    Raises:
        HouseholdNotFound: there is none of this name, or it was dissolved.
        MemberNotFound: they do not belong to it.
        LastMember: nobody else would be left.
    """
    household_id = members.households.household_key(plan.program.program_id, external_id)
    person = _lock(conn, plan, [member_id], household_id).get(member_id)
    household = _open(conn, plan, household_id)
    if person is None or person.member_id not in household.member_ids:
        raise members.MemberNotFound("This member does not belong to this household.")
    part_with(conn, plan, person.member_id, household, at=at)
    return _pooled(conn, plan, household_id, "done", at)


def part_with(conn: Conn, plan: Plan, member_id: UUID, household: members.Household, *, at: datetime) -> None:
    """Let a member go; the household, the member and who was merged into them are locked.

    Raises:
        LastMember: nobody else would be left.
    """
    if len(household.member_ids) == 1:
        raise LastMember("Nobody else belongs to this household: dissolve it instead.")
    names = [member_id, *members.followers(conn, member_id)]
    for hold in ledger.holds.find(conn, [household.household_id]):
        if hold.hold_id in {hold_key(plan, one, hold.external_id) for one in names}:
            give_back(conn, plan, hold, ledger.HoldState.RELEASED, at=at)
    members.households.leave(conn, member_id, household.household_id, at=at)


def dissolve_household(conn: Conn, plan: Plan, external_id: str, *, at: datetime, to: UUID | None = None) -> Pooled:
    """End a household: what is left goes to `to`, one of its members, or is split evenly; open holds end first.

    Raises:
        HouseholdNotFound: there is none of this name. One that was dissolved before is told again.
        MemberNotFound: `to` does not belong to it.
    """
    household_id = members.households.household_key(plan.program.program_id, external_id)
    household = _lock_all(conn, plan, household_id)
    if household.dissolved_at is not None:
        return _pooled(conn, plan, household_id, "replayed", at)
    heirs = list(household.member_ids) if to is None else [members.followed(conn, household.program_id, to).member_id]
    if not set(heirs) <= set(household.member_ids):
        raise members.MemberNotFound("This member does not belong to this household.")
    for hold in ledger.holds.find(conn, [household_id]):
        give_back(conn, plan, hold, ledger.HoldState.RELEASED, at=at)
    close_accounts(conn, plan, [household_id, *heirs], today=plan.program.local_date(at), at=at)
    lots = {wallet_id: of for (_, wallet_id), of in ledger.lots_of(conn, [household_id]).items()}
    parts = {wallet_id: split_evenly(of, len(heirs)) for wallet_id, of in lots.items() if wallet_id in plan.wallets}
    story = ids.key_of("dissolve", household_id)
    for place, heir in enumerate(heirs):
        share = {wallet_id: of[place] for wallet_id, of in parts.items()}
        cause = Cause(subject_id=story, code="dissolve", about_out={"member": str(heir)})
        hand_over(conn, plan, household_id, heir, share, cause, at=at)
    for member_id in household.member_ids:
        members.households.leave(conn, member_id, household_id, at=at)
    members.households.dissolve(conn, household_id, at=at)
    return _pooled(conn, plan, household_id, "done", at)


def split_evenly(lots: Sequence[tuple[ledger.Lot, int]], count: int) -> list[list[tuple[ledger.Lot, int]]]:
    """Each lot in whole points to so many, earliest end first; what does not divide goes around, a point each.

    So nobody gets more than one point more than another, and the ends are shared as evenly as the points. Debts go
    around by themselves.
    """
    parts: list[list[tuple[ledger.Lot, int]]] = [[] for _ in range(count)]
    turn = {False: 0, True: 0}
    for lot, points in sorted(lots):
        is_debt = points < 0
        each, odd = divmod(abs(points), count)
        for place in range(count):
            share = each + ((place - turn[is_debt]) % count < odd)
            if share:
                parts[place].append((lot, -share if is_debt else share))
        turn[is_debt] = (turn[is_debt] + odd) % count
    return parts


def show_household(conn: Conn, plan: Plan, external_id: str, *, at: datetime) -> Mapping[str, Any]:
    """A household as it is told.

    Raises:
        HouseholdNotFound: there is none of this name.
    """
    household_id = members.households.household_key(plan.program.program_id, external_id)
    return _pooled(conn, plan, household_id, "replayed", at).answer


def _lock(conn: Conn, plan: Plan, member_ids: Sequence[UUID], household_id: UUID) -> dict[UUID, members.Standing]:
    """Lock members with all who were merged into them, and the household, in the one order of the house."""
    merged = [one for member_id in member_ids for one in members.followers(conn, member_id)]
    return members.lock_standing(conn, plan.program.program_id, [*member_ids, *merged, household_id])


class _Changed(Exception):
    """Somebody joined or left between reading and locking."""


def _lock_all(conn: Conn, plan: Plan, household_id: UUID) -> members.Household:
    """The household with all its members locked; the locks of a vain try are given back with its savepoint."""
    for _ in range(_TRIES_MAX):
        before = members.households.get(conn, plan.program.program_id, household_id)
        try:
            with conn.transaction():
                _lock(conn, plan, before.member_ids, household_id)
                household = members.households.get(conn, plan.program.program_id, household_id)
                if household.member_ids != before.member_ids:
                    raise _Changed
                return household
        except _Changed:
            continue
    raise AssertionError("members come and go faster than they can be locked")


def _open(conn: Conn, plan: Plan, household_id: UUID) -> members.Household:
    household = members.households.get(conn, plan.program.program_id, household_id)
    if household.dissolved_at is not None:
        raise members.HouseholdNotFound("This household was dissolved.")
    return household


def _bring(conn: Conn, plan: Plan, person: members.Standing, household_id: UUID, *, at: datetime) -> None:
    if person.account_id != person.member_id:
        raise AlreadyInHousehold("This member shares another account; they leave it first.")
    cause = Cause(subject_id=ids.uuid7(), code="household", about_in={"member": str(person.member_id)})
    hand_over_all(conn, plan, person.member_id, household_id, cause, at=at)
    members.households.join(conn, person.member_id, household_id, at=at)


def _pooled(conn: Conn, plan: Plan, household_id: UUID, outcome: Literal["done", "replayed"], at: datetime) -> Pooled:
    household = members.households.get(conn, plan.program.program_id, household_id)
    answer = {
        "household_id": household.external_id,
        "name": household.name,
        "state": "open" if household.dissolved_at is None else "dissolved",
        "founded_at": household.founded_at.isoformat(timespec="seconds"),
        "members": [
            {"member_id": str(member_id), "joined_at": joined_at.isoformat(timespec="seconds")}
            for member_id, joined_at in household.belonging
        ],
        "members_max": MEMBERS_MAX,
        "balance": answers.balance_of(conn, plan, household_id, at=at),
    }
    return Pooled(outcome=outcome, household=household, answer=answer)
