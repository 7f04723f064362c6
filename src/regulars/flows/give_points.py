"""A member gives points to another: the lots keep their end, so a gift renews nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.kit.errors import Flaw, Kind, Refusal
from regulars.records import activities, ledger, members

from . import answers, changes
from .guard_members import judge_spending
from .hold_points import PointsOutOfRange
from .plan import Plan
from .spending import spend

CONTACT_HOURS = 24
"""So long after a phone or e-mail was added, a membership gives nothing away: it may have been taken over."""


class InvalidRecipient(Refusal):
    """Points cannot be given to oneself, nor within one shared account."""

    code = "invalid-recipient"


class TransferLimit(Refusal):
    """More than the wallet lets members give. Facts: limit, and left for the rest of the day."""

    kind = Kind.CONFLICT
    code = "transfer-limit"


class CoolDown(Refusal):
    """The membership is too new, or its phone or e-mail was just changed. Facts: until."""

    kind = Kind.CONFLICT
    code = "cool-down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A gift's outcome: `created`, or `replayed` (the same again)."""

    outcome: Literal["created", "replayed"]
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What is given: the shop's id of the gift, from whom to whom, in which wallet, with which words."""

    gift_id: str
    giver_id: UUID
    to: UUID | members.Identifier
    points: int
    wallet: str = ""
    message: str = ""


def give_points(conn: Conn, plan: Plan, gift: Gift, *, at: datetime, preview: bool = False) -> Given:
    """Carry out a gift, once per `gift_id`. With `preview` nothing is written and the answer says what would happen.

    What a shared account gave counts for all its members together.

    Raises:
        PointsOutOfRange, InsufficientPoints, WalletUnknown, WalletNotSpendable, TransferLimit, CoolDown, UnderReview,
        ChallengeRequired: as named.
        InvalidRecipient: to oneself, or into the account it comes from.
        MemberNotFound, MemberFrozen, MemberErased: the giver or the recipient is not there or takes no part.
        EventConflict: the id names another gift.

    Source: quality/cases 61-64; quality/threats TM3.
    """
    if gift.points < 1:
        raise PointsOutOfRange("Give at least 1 point.", flaws=[_flaw("/points", "quantity-out-of-range")])
    activities.check_text("/gift_id", gift.gift_id, required=True)
    activities.check_text("/message", gift.message)
    with conn.transaction(force_rollback=preview):
        return _give(conn, plan, gift, at=at)


def _flaw(pointer: str, code: str) -> Flaw:
    return Flaw(pointer=pointer, code=code, detail="not usable")


def _give(conn: Conn, plan: Plan, gift: Gift, *, at: datetime) -> Given:
    program_id, wallet = plan.program.program_id, plan.wallet_of(gift.wallet)
    to_id = _recipient(conn, program_id, gift.to)
    standings = members.lock_standing(conn, program_id, sorted({gift.giver_id, to_id}))
    if not {gift.giver_id, to_id} <= standings.keys():
        raise members.MemberNotFound("There is no such member in this program.")
    giver, receiver = standings[gift.giver_id], standings[to_id]
    key = ids.key_of(program_id, "gift", gift.gift_id)
    digest = ids.digest(msgspec.msgpack.encode((gift, to_id if isinstance(gift.to, UUID) else None)))
    if not activities.remember(conn, program_id, [(key, giver.member_id, key, digest)]):
        if activities.seen(conn, [key])[key].content_digest != digest:
            raise activities.EventConflict("This gift id was used before for something else; the first one stands.")
        return Given(outcome="replayed", answer=_answer(conn, plan, gift, giver, receiver, wallet, at))
    taking_part(giver)
    taking_part(receiver)
    if giver.account_id == receiver.account_id:
        raise InvalidRecipient(
            "These points are in one account already; give them to somebody else.",
            flaws=[_flaw("/to", "invalid-recipient")],
        )
    _check_limits(conn, plan, gift, giver, wallet, at)
    judge_spending(conn, plan, giver, gift.points, at=at)
    _move(conn, plan, gift, key, giver, receiver, wallet, at)
    return Given(outcome="created", answer=_answer(conn, plan, gift, giver, receiver, wallet, at))


def _recipient(conn: Conn, program_id: int, to: UUID | members.Identifier) -> UUID:
    if isinstance(to, UUID):
        return to
    found = members.find(conn, program_id, [to])
    if to not in found:
        raise members.MemberNotFound("There is no such member to give points to.")
    return found[to]


def taking_part(standing: members.Standing | None) -> members.Standing:
    """The standing of somebody who takes part.

    Raises:
        MemberNotFound, MemberFrozen, MemberErased: as named.
    """
    if standing is None:
        raise members.MemberNotFound("There is no such member in this program.")
    if standing.status is members.Status.ERASED:
        raise members.MemberErased("This member was erased.")
    if standing.status is members.Status.FROZEN:
        raise members.MemberFrozen("This membership is frozen: it gives and receives nothing until it is released.")
    return standing


def _check_limits(
    conn: Conn, plan: Plan, gift: Gift, giver: members.Standing, wallet: ledger.Wallet, at: datetime
) -> None:
    today, rules = plan.program.local_date(at), wallet.giving
    if rules is None:
        raise TransferLimit("Points of this wallet cannot be given away.", facts={"limit": 0, "left": 0})
    old_enough_on = giver.enrolled_on + timedelta(days=rules.member_days_min)
    if today < old_enough_on:
        raise CoolDown(
            f"A membership gives points from its day {rules.member_days_min} on.",
            facts={"until": old_enough_on.isoformat()},
        )
    changed_at = members.contact_changed_at(conn, members.get(conn, plan.program.program_id, giver.member_id))
    if changed_at is not None and at < (until := changed_at + timedelta(hours=CONTACT_HOURS)):
        raise CoolDown(
            f"Nothing is given away for {CONTACT_HOURS} hours after a phone or e-mail was added.",
            facts={"until": until.isoformat(timespec="seconds")},
        )
    left = rules.day_max - ledger.given_points(conn, giver.account_id, wallet=wallet, on=today)
    if gift.points > min(rules.transfer_max, left):
        raise TransferLimit(
            f"At most {rules.transfer_max} points are given at once, and {max(0, left)} more today.",
            facts={"limit": rules.transfer_max, "left": max(0, left)},
        )


def _move(
    conn: Conn,
    plan: Plan,
    gift: Gift,
    key: UUID,
    giver: members.Standing,
    receiver: members.Standing,
    wallet: ledger.Wallet,
    at: datetime,
) -> None:
    """The journal keeps whose gift it was and no name; a screen says a masked one while there is one."""
    today = plan.program.local_date(at)

    def leg(movement: ledger.Movement, account_id: UUID, other: UUID, lots: tuple[tuple[ledger.Lot, int], ...]) -> Any:
        code = ledger.GIFT if movement is ledger.Movement.GIVE else "receive"
        return ledger.Transfer(
            member_id=account_id,
            transfer_id=ids.key_of(code, key),
            movement=movement,
            points=gift.points,
            occurred_at=at,
            on_date=today,
            reason=ledger.Reason(code, {"member": str(other), "message": gift.message, "points": gift.points}),
            wallet_id=wallet.wallet_id,
            lots=lots,
            subject_id=key,
        )

    given = spend(conn, plan, leg(ledger.Movement.GIVE, giver.account_id, receiver.member_id, ()), at=at)
    lots = tuple((lot, -points) for lot, points, _ in given.moves)
    received = leg(ledger.Movement.RECEIVE, receiver.account_id, giver.member_id, lots)
    ledger.post(conn, [received], wallets=plan.wallets, today=today, recorded_at=at)
    about = {"gift_id": gift.gift_id, "wallet": wallet.code, "points": gift.points}
    for type, one, other in (("points.given", giver, receiver), ("points.received", receiver, giver)):
        changes.note(conn, plan, type, one.member_id, subject_id=key, at=at, **about, member=str(other.member_id))


def _answer(
    conn: Conn,
    plan: Plan,
    gift: Gift,
    giver: members.Standing,
    receiver: members.Standing,
    wallet: ledger.Wallet,
    at: datetime,
) -> dict[str, Any]:
    """What the giver is told: their own balance, never the other's."""
    return {
        "gift_id": gift.gift_id,
        "from_member": str(giver.member_id),
        "to_member": str(receiver.member_id),
        "wallet": wallet.code,
        "points": gift.points,
        "balance": answers.balance_of(conn, plan, giver.account_id, at=at, wallet=wallet),
    }
