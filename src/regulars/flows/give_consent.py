"""A member says yes or no: written down with its proof, and it holds for everything from that moment on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from regulars.audience import segments
from regulars.kit.db import Conn
from regulars.records import members, privacy

from .changes import note
from .give_points import taking_part
from .plan import Plan


def give_consent(
    conn: Conn, plan: Plan, member_id: UUID, choices: Sequence[privacy.Choice], *, at: datetime
) -> list[privacy.Standing]:
    """Write down choices; answers what holds now. Who says no to profiling leaves every segment in this transaction.

    A no costs nothing: points, tiers and what is offered to everybody go on as before.

    Raises:
        ConsentInvalid: a channel its purpose does not have, or a text that was never published.
        MemberNotFound, MemberErased: as named. Whose membership is frozen may still choose.

    Source: quality/privacy (7, 15, 21); quality/threats TM27.
    """
    program_id = plan.program.program_id
    lead_id = _locked(conn, plan, member_id)
    privacy.choose(conn, program_id, lead_id, choices, at=at)
    if privacy.Purpose.PROFILING in privacy.withdrawn(choices):
        segments.leave(conn, program_id, [lead_id], at=at)
    for choice in choices:
        note(
            conn, plan, "consent.changed", lead_id, at=at,
            purpose=str(choice.purpose), channel=str(choice.channel), is_given=choice.is_given,
        )  # fmt: skip
    return privacy.standings(conn, program_id, lead_id)


def _locked(conn: Conn, plan: Plan, member_id: UUID) -> UUID:
    standing = members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id)
    if standing is None or standing.status is not members.Status.FROZEN:
        standing = taking_part(standing)
    return standing.member_id


def may_reach(
    conn: Conn, plan: Plan, member_ids: Sequence[UUID], purpose: privacy.Purpose, channel: privacy.Channel
) -> set[UUID]:
    """Whom of these one may reach now. They are locked until the transaction ends: a no that comes meanwhile waits for
    what is handed over in it, and whatever is asked after a no is refused.

    Raises:
        ConsentInvalid: the purpose has no such channel.
    """
    privacy.check_channel(purpose, channel)
    standings = members.lock_standing(conn, plan.program.program_id, sorted(set(member_ids)))
    active = [one for one in member_ids if one in standings and standings[one].status is members.Status.ACTIVE]
    leads = {one: standings[one].member_id for one in active}
    allowed = privacy.allowed(conn, plan.program.program_id, sorted(set(leads.values())), purpose, channel)
    return {one for one, lead in leads.items() if lead in allowed}


def confirm_consent(conn: Conn, plan: Plan, token: str, *, at: datetime) -> privacy.Ask:
    """The second yes, by a link. Again it changes nothing.

    Raises:
        LinkOver: too old, or never was.
        MemberNotFound, MemberErased: as named.
    """
    asked = privacy.asked(conn, token, at=at)
    if privacy.use_ask(conn, token, at=at):
        choice = privacy.Choice(
            purpose=asked.purpose,
            channel=asked.channel,
            is_given=True,
            version=asked.version,
            place="link",
            proof=f"confirmed by a link of {asked.asked_at.isoformat(timespec='seconds')}",
            told_by="member",
            given_at=at,
        )
        give_consent(conn, plan, asked.member_id, [choice], at=at)
    return asked


def ask_consent(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    purpose: privacy.Purpose,
    channel: privacy.Channel,
    version: int,
    *,
    at: datetime,
) -> str:
    """The token of a link by which a member confirms a yes.

    Raises:
        ConsentInvalid: a channel the purpose does not have, or a text that was never published.
        MemberNotFound, MemberErased: as named.
    """
    lead_id = _locked(conn, plan, member_id)
    return privacy.ask(conn, plan.program.program_id, lead_id, purpose, channel, version=version, at=at)


def stop_token(
    conn: Conn, plan: Plan, member_id: UUID, purpose: privacy.Purpose, channel: privacy.Channel, *, at: datetime
) -> str:
    """The token of a link by which a member says no at any time.

    Raises:
        MemberNotFound, MemberErased: as named.
    """
    lead_id = _locked(conn, plan, member_id)
    return privacy.stop_token(conn, plan.program.program_id, lead_id, purpose, channel, at=at)


def stop_consent(conn: Conn, plan: Plan, token: str, *, at: datetime) -> privacy.Stop:
    """The member says no by a link. Again it changes nothing.

    Raises:
        LinkOver: it never was.
    """
    stop = privacy.find_stop(conn, token)
    standing = members.lock_standing(conn, plan.program.program_id, [stop.member_id]).get(stop.member_id)
    if standing is not None and standing.status is not members.Status.ERASED:
        holds = privacy.standings(conn, plan.program.program_id, standing.member_id)
        if any(o.is_allowed for o in holds if (o.purpose, o.channel) == (stop.purpose, stop.channel)):
            choice = privacy.Choice(
                purpose=stop.purpose, channel=stop.channel, is_given=False, version=0, place="link",
                told_by="member", given_at=at,
            )  # fmt: skip
            give_consent(conn, plan, standing.member_id, [choice], at=at)
    return stop


def restrict_member(
    conn: Conn, plan: Plan, member_id: UUID, *, is_restricted: bool, reason: str, by: str, at: datetime
) -> bool:
    """Keep a member's data and use it for nothing but the books, or end that; False when it was so before.

    Raises:
        MemberNotFound, MemberErased: as named.

    Source: quality/privacy (18).
    """
    program_id = plan.program.program_id
    lead_id = _locked(conn, plan, member_id)
    if not is_restricted:
        return privacy.lift(conn, lead_id)
    is_new = privacy.restrict(conn, program_id, lead_id, reason=reason, by=by, at=at)
    segments.leave(conn, program_id, [lead_id], at=at)
    return is_new
