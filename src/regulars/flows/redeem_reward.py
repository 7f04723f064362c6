"""A member spends points on a reward; it can be handed out, or undone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from regulars.kit import ids, text
from regulars.kit.db import Conn
from regulars.program import rewards, tiers
from regulars.records import activities, ledger, members

from . import answers, changes
from .hand_over import keeper
from .plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed:
    """A redemption's outcome: `created`, or `replayed` (the same again: the first answer)."""

    outcome: Literal["created", "replayed"]
    redemption: rewards.Redemption
    answer: Mapping[str, Any]


def redeem_reward(
    conn: Conn,
    plan: Plan,
    member_id: UUID,
    reward_id: UUID,
    *,
    external_id: str,
    at: datetime,
    quantity: int = 1,
    max_points: int | None = None,
) -> Redeemed:
    """Spend points on a reward, once per `external_id`.

    `max_points` is the price of one unit the member saw; a higher present price is refused.

    Raises:
        RewardNotFound, RewardNotAvailable, RewardSoldOut, RedemptionLimitReached, PriceChanged,
        RedemptionQuantityOutOfRange, InsufficientPoints, MemberNotFound, MemberFrozen: as named; nothing changed.

    Source: capability B3; quality/cases 47-54.
    """
    rewards.check_quantity(quantity)
    activities.check_text("/redemption_id", external_id, required=True)
    person = lock_active(conn, plan, member_id)
    asked_as, member_id, account_id = member_id, person.member_id, person.account_id
    earlier = rewards.find(conn, member_id, external_id=external_id)
    if earlier is None and asked_as != member_id:
        earlier = rewards.find(conn, asked_as, external_id=external_id)
    if earlier is not None:
        if earlier.reward_id != reward_id or earlier.quantity != quantity:
            raise activities.EventConflict("This redemption id was used before for something else.")
        return Redeemed(outcome="replayed", redemption=earlier, answer=earlier.answer or {})
    reward = rewards.get(conn, plan.program.program_id, reward_id)
    holding = tiers.holdings(conn, [member_id]).get(member_id)
    rank = plan.ladder.held(holding).rank
    rewards.check_open(reward, rank=rank, at=at)
    rewards.check_price(reward, max_points)
    rewards.check_limit(reward, rewards.taken(conn, reward, member_id, at=at), quantity)
    redemption = _new(plan, member_id, reward, external_id, quantity, at)
    _burn(conn, plan, account_id, reward, redemption, at=at)
    if not rewards.claim(conn, reward, quantity):
        raise rewards.RewardSoldOut("No unit of this reward is left; no points were taken.")
    redemption = replace(redemption, answer=_answer(conn, plan, account_id, redemption, at))
    rewards.add(conn, redemption)
    changes.redeemed(conn, plan, "reward.redeemed", redemption, at=at)
    return Redeemed(outcome="created", redemption=redemption, answer=redemption.answer or {})


def _answer(conn: Conn, plan: Plan, account_id: UUID, redemption: rewards.Redemption, at: datetime) -> dict[str, Any]:
    return {
        "redemption_id": redemption.external_id,
        "member_id": str(redemption.member_id),
        "reward_id": str(redemption.reward_id),
        "quantity": redemption.quantity,
        "points": redemption.points,
        "code": redemption.code,
        "state": redemption.state.name.lower(),
        "balance": answers.balance_of(conn, plan, account_id, at=at),
    }


def lock_active(conn: Conn, plan: Plan, member_id: UUID) -> members.Standing:
    """Lock one member who takes part.

    Raises:
        MemberNotFound, MemberFrozen, MemberErased: as named.
    """
    standing = members.lock_standing(conn, plan.program.program_id, [member_id]).get(member_id)
    if standing is None:
        raise members.MemberNotFound("There is no such member.")
    if standing.status is members.Status.FROZEN:
        raise members.MemberFrozen("This membership is frozen: nothing can be spent until it is released.")
    if standing.status is members.Status.ERASED:
        raise members.MemberErased("This member was erased.")
    return standing


def _new(
    plan: Plan, member_id: UUID, reward: rewards.Reward, external_id: str, quantity: int, at: datetime
) -> rewards.Redemption:
    redemption_id = ids.uuid7()
    kind = rewards.TYPES[reward.type]
    return rewards.Redemption(
        member_id=member_id,
        redemption_id=redemption_id,
        program_id=plan.program.program_id,
        reward_id=reward.reward_id,
        external_id=external_id,
        quantity=quantity,
        points=reward.price_points * quantity,
        cost_minor=reward.cost_minor * quantity,
        state=rewards.State.FULFILLED if kind.IS_INSTANT else rewards.State.ISSUED,
        code=kind.code(redemption_id),
        redeemed_at=at,
        on_date=plan.program.local_date(at),
    )


def _burn(
    conn: Conn, plan: Plan, account_id: UUID, reward: rewards.Reward, redemption: rewards.Redemption, *, at: datetime
) -> None:
    transfer = ledger.Transfer(
        member_id=account_id,
        transfer_id=ids.key_of("burn", redemption.redemption_id),
        movement=ledger.Movement.BURN,
        points=redemption.points,
        occurred_at=at,
        on_date=redemption.on_date,
        reason=ledger.Reason(
            "burn.reward", {"reward": reward.name, "quantity": redemption.quantity, "code": redemption.code}
        ),
        wallet_id=plan.wallet.wallet_id,
        subject_id=redemption.redemption_id,
    )
    spend(conn, plan, transfer, at=at)


def spend(conn: Conn, plan: Plan, transfer: ledger.Transfer, *, at: datetime) -> ledger.Posting:
    """Post one transfer that spends.

    Raises:
        WalletNotSpendable: its points only count.
        InsufficientPoints: with spendable, cost, pending and debt among its facts.
    """
    today, wallet = plan.program.local_date(at), plan.wallets[transfer.wallet_id]
    if not wallet.is_spendable and transfer.movement is not ledger.Movement.ADJUST:
        raise ledger.WalletNotSpendable("Points of this wallet count for tiers; they cannot be spent.")
    posting = ledger.post(conn, [transfer], wallets=plan.wallets, today=today, recorded_at=at)[0]
    if posting.outcome is ledger.Outcome.INSUFFICIENT:
        member_id = transfer.member_id
        found = ledger.balances(conn, [member_id], wallet=wallet, today=today)[member_id]
        raise ledger.InsufficientPoints(
            f"{found.spendable} points can be spent, {abs(transfer.points)} are needed.",
            facts={
                "spendable": found.spendable,
                "cost": abs(transfer.points),
                "pending": found.pending,
                "debt": found.debt,
            },
        )
    return posting


def fulfill_redemption(conn: Conn, plan: Plan, member_id: UUID, redemption_id: UUID, *, at: datetime) -> bool:
    """Note that a reward was handed out; False when it already was.

    Raises:
        RedemptionNotFound: there is no such redemption.
    """
    redemption = _existing(conn, plan, member_id, redemption_id)
    if redemption.state is not rewards.State.ISSUED:
        return False
    is_new = rewards.decide(conn, redemption, rewards.State.FULFILLED, at=at)
    if is_new:
        changes.redeemed(conn, plan, "reward.fulfilled", redemption, at=at)
    return is_new


def undo_redemption(
    conn: Conn, plan: Plan, member_id: UUID, redemption_id: UUID, *, at: datetime, force: bool = False
) -> Mapping[str, Any]:
    """Give the points back to the lots they came from and the units back to stock; twice is once.

    Raises:
        RedemptionNotFound: there is no such redemption.
        AlreadyFulfilled: it was handed out, and `force` (a person's decision) is off.
    """
    redemption = _existing(conn, plan, member_id, redemption_id)
    taken_from, account_id = _kept(conn, plan, redemption)
    redemption = _existing(conn, plan, member_id, redemption_id)
    if redemption.state is rewards.State.FULFILLED and not force:
        raise rewards.AlreadyFulfilled("This reward was handed out; only a person can undo it.")
    if redemption.state is not rewards.State.UNDONE and rewards.decide(conn, redemption, rewards.State.UNDONE, at=at):
        _restore(conn, plan, taken_from, account_id, redemption, at=at)
        rewards.put_back(conn, redemption)
        changes.redeemed(conn, plan, "reward.undone", redemption, at=at)
    return {
        "redemption_id": redemption.external_id,
        "state": "undone",
        "points_restored": redemption.points,
        "balance": answers.balance_of(conn, plan, account_id, at=at),
    }


def _existing(conn: Conn, plan: Plan, member_id: UUID, redemption_id: UUID) -> rewards.Redemption:
    redemption = rewards.find(conn, member_id, redemption_id=redemption_id)
    if redemption is None or redemption.program_id != plan.program.program_id:
        raise rewards.RedemptionNotFound("There is no such redemption.")
    return redemption


def _kept(conn: Conn, plan: Plan, redemption: rewards.Redemption) -> tuple[UUID, UUID]:
    """The account a redemption was paid from, and the one that keeps its points today; both locked, with the member."""
    whose = redemption.member_id
    places = [whose, *members.households.ever(conn, [whose])]
    standings = members.lock_standing(conn, plan.program.program_id, places)
    person = standings[whose]
    for place in dict.fromkeys([*places, person.account_id]):
        if _taken(conn, plan, [place], redemption):
            return place, keeper(conn, plan, place, standings.get(place), person)
    return person.account_id, person.account_id


def _taken(
    conn: Conn, plan: Plan, account_ids: list[UUID], redemption: rewards.Redemption
) -> list[tuple[ledger.Lot, int]]:
    return ledger.subject_moves(
        conn, account_ids, redemption.redemption_id, ledger.Contra.REDEMPTION, wallet=plan.wallet
    )


def _restore(
    conn: Conn, plan: Plan, taken_from: UUID, account_id: UUID, redemption: rewards.Redemption, *, at: datetime
) -> None:
    today = plan.program.local_date(at)
    taken = _taken(conn, plan, [taken_from, account_id], redemption)
    filled: dict[ledger.Lot, int] = {}
    for lot, net in taken:
        kept = ledger.in_grace(lot, plan.wallet.expiry, today)
        filled[kept] = filled.get(kept, 0) - net
    reward = rewards.get(conn, plan.program.program_id, redemption.reward_id)
    transfer = ledger.Transfer(
        member_id=account_id,
        transfer_id=ids.key_of("restore", redemption.redemption_id),
        movement=ledger.Movement.RESTORE,
        points=redemption.points,
        occurred_at=at,
        on_date=today,
        reason=ledger.Reason("restore.reward", {"reward": reward.name}),
        wallet_id=plan.wallet.wallet_id,
        lots=tuple(filled.items()),
        subject_id=redemption.redemption_id,
    )
    ledger.post(conn, [transfer], wallets=plan.wallets, today=today, recorded_at=at)


def offers(conn: Conn, plan: Plan, member_id: UUID, *, at: datetime) -> list[dict[str, Any]]:
    """The catalogue as one member sees it: each reward, whether it can be had now, and if not, why."""
    today = plan.program.local_date(at)
    member = members.followed(conn, plan.program.program_id, member_id)
    member_id, language = member.member_id, member.language
    rank = tiers.standing(conn, plan.ladder, member_id, today=today).tier.rank
    account_id = members.accounts(conn, [member_id])[member_id]
    spendable = ledger.balances(conn, [account_id], wallet=plan.wallet, today=today)[account_id].spendable
    found = []
    for reward in rewards.catalogue(conn, plan.program.program_id):
        why = _why_not(conn, reward, member_id, rank=rank, spendable=spendable, at=at)
        if why in {"not-live", "ended"}:
            continue
        found.append(
            {
                "reward_id": str(reward.reward_id),
                "name": text.pick(reward.name, language),
                "points": reward.price_points,
                "can_redeem": why is None,
                "why_not": why,
                "missing": max(0, reward.price_points - spendable),
            }
        )
    return found


def _why_not(
    conn: Conn, reward: rewards.Reward, member_id: UUID, *, rank: int, spendable: int, at: datetime
) -> str | None:
    try:
        rewards.check_open(reward, rank=rank, at=at)
        rewards.check_limit(reward, rewards.taken(conn, reward, member_id, at=at), 1)
    except rewards.RewardNotAvailable as refusal:
        return str(refusal.facts["reason"])
    except rewards.RedemptionLimitReached as refusal:
        return refusal.code
    if reward.units_left == 0:
        return "reward-sold-out"
    return "insufficient-points" if spendable < reward.price_points else None
