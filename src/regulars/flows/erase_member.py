"""A member asks to be forgotten: what names them goes, the books stay, and nothing can be added to them any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from regulars.kit import personal
from regulars.kit.db import Conn
from regulars.program import rewards
from regulars.records import access, activities, ledger, members, privacy

from . import answers
from .changes import note
from .personal_data import REGISTER
from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What came of it: `erased`, `scheduled` for a later day, `replayed` (they were erased before), or a preview.

    `reasons` is what stands against it now: `open-hold`, `debt`, `open-redemption`, `pending-return`, `household`.
    """

    outcome: Literal["erased", "scheduled", "replayed", "preview"]
    reasons: tuple[str, ...]
    due_on: date | None = None


def erase_member(
    conn: Conn, plan: Plan, member_id: UUID, *, by: str, at: datetime, due_on: date | None = None, preview: bool = False
) -> Erased:
    """Forget a member and whoever was merged into them, now or from a day on.

    Names, identifiers, references to orders, texts and everything that was drawn from them go; amounts, points and
    their sums stay under an id that names nobody. A preview changes nothing and tells what stands against it.

    Raises:
        ErasureBlocked: something stands against it now. Facts: reasons.
        MemberNotFound: there is no such member.

    Source: quality/privacy (17); quality/cases 136, 137.
    """
    program_id, today = plan.program.program_id, plan.program.local_date(at)
    standing = members.lock_standing(conn, program_id, [member_id]).get(member_id)
    if standing is None:
        raise members.MemberNotFound("There is no such member in this program.")
    if standing.status is members.Status.ERASED:
        return Erased(outcome="replayed", reasons=())
    reasons = _against(conn, plan, standing, today)
    if preview:
        return Erased(outcome="preview", reasons=reasons, due_on=due_on)
    if due_on is not None and due_on > today:
        privacy.ask_erasure(conn, program_id, standing.member_id, by=by, due_on=due_on, at=at)
        return Erased(outcome="scheduled", reasons=reasons, due_on=due_on)
    if reasons:
        raise privacy.ErasureBlocked(
            f"This member cannot be forgotten yet: {', '.join(reasons)}.", facts={"reasons": list(reasons)}
        )
    forget_member(conn, plan, standing.member_id, by=by, at=at)
    return Erased(outcome="erased", reasons=())


def forget_member(conn: Conn, plan: Plan, member_id: UUID, *, by: str, at: datetime) -> None:
    """Forget a member whatever stands against it: what was promised before a backup was restored is done again."""
    program_id, today = plan.program.program_id, plan.program.local_date(at)
    everybody = [member_id, *members.followers(conn, member_id)]
    members.lock_standing(conn, program_id, everybody)
    known = [one for who in members.several(conn, program_id, everybody).values() for one in who.identifiers]
    keys = [answers.member_key(program_id, identifier) for identifier in known]
    activities.forget_parked(conn, program_id, keys, everybody)
    for one in everybody:
        access.forget_results_of(conn, program_id, one)
    for part in REGISTER:
        personal.erase(conn, part, everybody)
    for one in everybody:
        privacy.note_erased(conn, program_id, one, by=by, on_date=today, at=at)
        note(conn, plan, "member.erased", one, at=at)


def _against(conn: Conn, plan: Plan, standing: members.Standing, today: date) -> tuple[str, ...]:
    account_id = standing.account_id
    found = []
    if account_id != standing.member_id:
        found.append("household")
    else:
        held = ledger.all_balances(conn, [account_id], wallets=plan.wallets, today=today)
        if any(of[account_id].debt for of in held.values()):
            found.append("debt")
        if ledger.holds.find(conn, [account_id]):
            found.append("open-hold")
    if rewards.redemptions(
        conn, plan.program.program_id, states=rewards.OPEN, member_id=standing.member_id, limit=1
    ):  # fmt: skip
        found.append("open-redemption")
    return tuple(found)


def erase_due(conn: Conn, plan: Plan, due: Sequence[privacy.Erasure], *, at: datetime) -> int:
    """Carry out what was scheduled; what is blocked waits, with its reasons. Answers how many members are gone."""
    gone = 0
    for one in due:
        try:
            with conn.transaction():
                erase_member(conn, plan, one.member_id, by=one.asked_by, at=at)
            gone += 1
        except privacy.ErasureBlocked as blocked:
            privacy.note_blocked(conn, one.member_id, [str(reason) for reason in blocked.facts["reasons"]])
    return gone
