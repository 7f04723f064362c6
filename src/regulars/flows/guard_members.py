"""Rules that watch for abuse find members, stop what they must, and a person decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from regulars.kit.db import Conn
from regulars.program import campaigns, guard
from regulars.records import access, members

from .changes import note
from .plan import Plan

BACKTEST_DAYS_MAX: Final = 90
EXAMPLES: Final = 20
_OPEN: Final = (campaigns.State.LIVE, campaigns.State.PAUSED)


def watch(conn: Conn, plan: Plan, *, at: datetime) -> int:
    """Ask every rule about what happened; answers how many cases are new. Twice is once."""
    opened = 0
    for rule in guard.every(conn, plan.program.program_id):
        if rule.mode is not guard.Mode.OFF and not guard.TYPES[rule.type].IS_OF_SPENDING:
            opened += _open(conn, plan, rule, guard.hits(conn, rule, at=at), at=at)
    return opened


def _open(conn: Conn, plan: Plan, rule: guard.Rule, found: Sequence[guard.Hit], *, at: datetime) -> int:
    new = guard.open_cases(conn, rule, found, at=at)
    refuses = rule.mode is guard.Mode.LIVE and rule.verdict is guard.Verdict.REFUSE
    for member_id in new:
        if refuses:
            members.set_status(conn, plan.program.program_id, member_id, members.Status.FROZEN)
        verdict = rule.verdict if rule.mode is guard.Mode.LIVE else guard.Verdict.NOTE
        note(conn, plan, "guard.found", member_id, at=at, rule=rule.rule_id, watches=rule.type, verdict=str(verdict))
    return len(new)


def judge_spending(conn: Conn, plan: Plan, person: members.Standing, points: int, *, at: datetime) -> None:
    """Refuse a spending that an open case stops, or that a live rule finds. The member is locked.

    Raises:
        UnderReview: until a person decided.
        ChallengeRequired: until the member showed who they are.
    """
    _stop(conn, person.member_id)
    spend = guard.Spend(member_id=person.member_id, points=points, at=at)
    for rule in guard.every(conn, plan.program.program_id):
        if rule.mode is not guard.Mode.OFF and guard.TYPES[rule.type].IS_OF_SPENDING:
            _open(conn, plan, rule, _found(conn, plan, rule, [spend]), at=at)
    _stop(conn, person.member_id)


def _found(conn: Conn, plan: Plan, rule: guard.Rule, spends: Sequence[guard.Spend]) -> list[guard.Hit]:
    who = sorted({one.member_id for one in spends})
    changed = members.contacts_added(conn, plan.program.program_id, who) if rule.type == "contact_change" else ()
    return guard.spending_hits(conn, rule, spends, changed)


def _stop(conn: Conn, member_id: UUID) -> None:
    case = guard.stopping(conn, member_id)
    if case is None:
        return
    facts = {"case": str(case.case_id)}
    if case.verdict is guard.Verdict.CHALLENGE:
        raise guard.ChallengeRequired("These points are spent once the member showed who they are.", facts=facts)
    raise guard.UnderReview("These points are looked at: they are spent once a person decided.", facts=facts)


def decide_case(
    conn: Conn, plan: Plan, case_id: UUID, *, is_abuse: bool, reason: str, freezes: bool, by: access.Actor, at: datetime
) -> guard.Case:
    """Confirm a case (and freeze the membership, if `freezes`), or release the member. It can be opened again.

    Raises:
        GuardCaseNotFound: there is none.
        CaseDecided: somebody else decided; of two at once, one.
    """
    program_id = plan.program.program_id
    case = guard.case(conn, program_id, case_id)
    members.lock_standing(conn, program_id, [case.member_id])
    state = guard.State.CONFIRMED if is_abuse else guard.State.RELEASED
    guard.decide(conn, case, state, by=by.person, by_name=by.name, reason=reason, at=at)
    if is_abuse and freezes:
        members.set_status(conn, program_id, case.member_id, members.Status.FROZEN)
    if not is_abuse and case.verdict is guard.Verdict.REFUSE:
        members.set_status(conn, program_id, case.member_id, members.Status.ACTIVE)
    note(conn, plan, "guard.decided", case.member_id, at=at, case=str(case_id), state=str(state))
    return guard.case(conn, program_id, case_id)


def reopen_case(conn: Conn, plan: Plan, case_id: UUID, *, at: datetime) -> guard.Case:
    """Take a decision back within 30 days; a membership that was frozen for it takes part again, until it is decided.

    Raises:
        GuardCaseNotFound: there is none.
        CaseDecided: it is open, or was decided too long ago.
    """
    program_id = plan.program.program_id
    case = guard.case(conn, program_id, case_id)
    members.lock_standing(conn, program_id, [case.member_id])
    guard.reopen(conn, case, at=at)
    if case.state is guard.State.CONFIRMED:
        refuses = case.verdict is guard.Verdict.REFUSE
        status = members.Status.FROZEN if refuses else members.Status.ACTIVE
        members.set_status(conn, program_id, case.member_id, status)
    return guard.case(conn, program_id, case_id)


def backtest(conn: Conn, plan: Plan, rule: guard.Rule, *, days: int, at: datetime) -> guard.Backtest:
    """What a rule would have found on each of the last days, had it looked every night. Nothing is written.

    Raises:
        GuardRuleInvalid: its type is not known, or its numbers do not fit.
    """
    guard.check(rule)
    told: list[tuple[datetime, list[guard.Hit]]] = []
    for ago in range(min(days, BACKTEST_DAYS_MAX) - 1, -1, -1):
        until = at - timedelta(days=ago)
        told.append((until, _as_of(conn, plan, rule, until)))
    seen: dict[UUID, guard.Hit] = {}
    counted = []
    for until, found in told:
        new = {one.member_id: one for one in found if one.member_id not in seen}
        seen |= new
        counted.append((plan.program.local_date(until), len(new)))
    before = Counter(guard.decided_before(conn, rule.type, list(seen)).values())
    strongest = sorted(seen.values(), key=lambda one: -one.measured)
    return guard.Backtest(
        days=tuple(counted),
        members=len(seen),
        confirmed_before=before[guard.State.CONFIRMED],
        released_before=before[guard.State.RELEASED],
        examples=tuple(strongest[:EXAMPLES]),
    )


def _as_of(conn: Conn, plan: Plan, rule: guard.Rule, until: datetime) -> list[guard.Hit]:
    if not guard.TYPES[rule.type].IS_OF_SPENDING:
        return guard.hits(conn, rule, at=until)
    spends = guard.spends(conn, plan.program.program_id, from_at=until - timedelta(days=1), to_at=until)
    return _found(conn, plan, rule, spends) if spends else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Loopholes:
    """What a rule of each type with its usual numbers would find now, and campaigns that nothing limits."""

    found: tuple[tuple[str, int, tuple[guard.Hit, ...]], ...]
    unlimited: tuple[str, ...]


def loopholes(conn: Conn, plan: Plan, *, at: datetime) -> Loopholes:
    """The daily look for holes, also where no rule is on."""
    told = []
    for type, kind in guard.TYPES.items():
        usual = {name: default for name, (default, _, _) in kind.PARAMS.items()}
        rule = guard.Rule(program_id=plan.program.program_id, rule_id=0, type=type, params=usual)
        found = sorted(_as_of(conn, plan, rule, at), key=lambda one: -one.measured)
        told.append((type, len(found), tuple(found[:EXAMPLES])))
    open_ones = [one for one in campaigns.every(conn, plan.program.program_id) if one.state in _OPEN]
    unlimited = tuple(one.code for one in open_ones if one.terms.budget == campaigns.Budget())
    return Loopholes(found=tuple(told), unlimited=unlimited)
