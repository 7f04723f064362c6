"""A member spends points on a reward, and money beside them where it asks for some."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from regulars.kit import ids
from regulars.kit.db import Conn
from regulars.program import rewards, tiers
from regulars.records import activities, ledger

from . import answers, bundling, changes
from .eligibility import check_audience
from .grant_reward import Occasion, grant
from .guard_members import judge_spending
from .plan import Plan
from .spending import lock_active, spend

__all__ = ["Redeemed", "lock_active", "redeem_reward", "spend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed:
    """A redemption's outcome: `created`, or `replayed` (the same again: the first answer)."""

    outcome: Literal["created", "replayed"]
    redemption: rewards.Redemption
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for. `max_points` is the price of one unit the member saw: a dearer unit is refused.

    `money_minor` chooses the price with this part in money for one unit; `money_wallet` is the wallet that pays it:
    empty, it is paid in the shop.
    """

    reward_id: UUID
    external_id: str
    quantity: int = 1
    max_points: int | None = None
    money_minor: int | None = None
    money_wallet: str = ""
    store: str = ""


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
    money_minor: int | None = None,
    money_wallet: str = "",
    store: str = "",
    actor: str = "",
) -> Redeemed:
    """Spend points on a reward, once per `external_id`; `Wish` says what is asked.

    Raises:
        RewardNotFound, RewardNotAvailable, RewardSoldOut, RedemptionLimitReached, PriceChanged,
        RedemptionQuantityOutOfRange, InsufficientPoints, MemberNotFound, MemberFrozen, WalletUnknown,
        WalletNotLoadable, CampaignPaused, BudgetExhausted, UnderReview, ChallengeRequired: as named; no points moved.

    Source: capability B3, B9; quality/cases 47-54, 78c, 78d.
    """
    rewards.check_quantity(quantity)
    activities.check_text("/redemption_id", external_id, required=True)
    wish = Wish(
        reward_id=reward_id,
        external_id=external_id,
        quantity=quantity,
        max_points=max_points,
        money_minor=money_minor,
        money_wallet=money_wallet,
        store=store,
    )
    person = lock_active(conn, plan, member_id)
    earlier = _earlier(conn, wish, person.member_id, member_id)
    if earlier is not None:
        return Redeemed(outcome="replayed", redemption=earlier, answer=earlier.answer or {})
    reward = rewards.get(conn, plan.program.program_id, reward_id)
    cost = _cost(conn, plan, reward, person.member_id, wish, at=at)
    redemption = replace(_new(plan, person.member_id, reward, wish, cost, at), redeemed_by=actor)
    judge_spending(conn, plan, person, redemption.points, at=at)
    return _made(conn, plan, person.account_id, reward, redemption, store=store, at=at)


def _made(
    conn: Conn,
    plan: Plan,
    account_id: UUID,
    reward: rewards.Reward,
    redemption: rewards.Redemption,
    *,
    store: str,
    at: datetime,
) -> Redeemed:
    """Pay, take the units, give what the type gives, take its cost of the campaign, and write it all down."""
    _pay(conn, plan, account_id, reward, redemption, at=at)
    if not rewards.has_list(reward) and not rewards.claim(conn, reward, redemption.quantity):
        raise rewards.RewardSoldOut("No unit of this reward is left; no points were taken.")
    occasion = Occasion(conn=conn, plan=plan, reward=reward, redemption=redemption, account_id=account_id, at=at)
    redemption = grant(occasion)
    if reward.campaign_id is not None:
        minor, on = redemption.cost_minor, redemption.on_date
        member_id = redemption.member_id
        bundling.take(conn, plan, reward.campaign_id, member_id, minor=minor, on=on, at=at, store=store)
    redemption = replace(redemption, answer=_answer(conn, plan, account_id, redemption, at))
    rewards.add(conn, redemption)
    changes.redeemed(conn, plan, "reward.redeemed", redemption, at=at)
    return Redeemed(outcome="created", redemption=redemption, answer=redemption.answer or {})


def _earlier(conn: Conn, wish: Wish, member_id: UUID, asked_as: UUID) -> rewards.Redemption | None:
    """The same redemption, made before.

    Raises:
        EventConflict: its id names another reward or number of units.
    """
    earlier = rewards.find(conn, member_id, external_id=wish.external_id)
    if earlier is None and asked_as != member_id:
        earlier = rewards.find(conn, asked_as, external_id=wish.external_id)
    if earlier is not None and (earlier.reward_id != wish.reward_id or earlier.quantity != wish.quantity):
        raise activities.EventConflict("This redemption id was used before for something else.")
    return earlier


def _cost(
    conn: Conn, plan: Plan, reward: rewards.Reward, member_id: UUID, wish: Wish, *, at: datetime
) -> rewards.Asked:
    """What it costs this member now; where the price moves with the stock, the stock stands still from here on."""
    holding = tiers.holdings(conn, [member_id]).get(member_id)
    rank = (plan.ladder.tier(holding.tier_id) if holding else plan.ladder.tiers[0]).rank
    rewards.check_open(reward, rank=rank, at=at, store=wish.store)
    bundling.check_reward(conn, plan, reward, member_id, at=at)
    check_audience(conn, plan, reward, member_id, at=at)
    if reward.member_limit is not None:
        taken = rewards.taken(conn, reward, member_id, at=at, days=reward.limit_days)
        rewards.check_limit(reward, taken, wish.quantity)
    had, left = 0, reward.units_left
    if reward.steps and reward.steps.by == "had":
        had = sum(count for _, count in rewards.taken(conn, reward, member_id, at=at, days=reward.steps.days))
    elif reward.steps:
        left = rewards.lock_units(conn, reward)
        if left is not None and left < wish.quantity:
            raise rewards.RewardSoldOut("No unit of this reward is left; no points were taken.")
    cost = rewards.asked(reward, wish.quantity, rank=rank, had=had, left=left, money_minor=wish.money_minor)
    rewards.check_price(cost, wish.max_points)
    return cost


def _answer(conn: Conn, plan: Plan, account_id: UUID, redemption: rewards.Redemption, at: datetime) -> dict[str, Any]:
    return {
        "redemption_id": redemption.external_id,
        "member_id": str(redemption.member_id),
        "reward_id": str(redemption.reward_id),
        "quantity": redemption.quantity,
        "points": redemption.points,
        "money_minor": redemption.money_minor,
        "paid_from": redemption.paid_from or None,
        "code": redemption.code,
        "state": redemption.state.name.lower(),
        "balance": answers.balance_of(conn, plan, account_id, at=at),
    }


def _new(
    plan: Plan, member_id: UUID, reward: rewards.Reward, wish: Wish, cost: rewards.Asked, at: datetime
) -> rewards.Redemption:
    redemption_id = ids.uuid7()
    kind = rewards.TYPES[reward.type]
    return rewards.Redemption(
        member_id=member_id,
        redemption_id=redemption_id,
        program_id=plan.program.program_id,
        reward_id=reward.reward_id,
        external_id=wish.external_id,
        quantity=wish.quantity,
        points=cost.points,
        money_minor=cost.money_minor,
        paid_from=plan.wallet_of(wish.money_wallet).code if wish.money_wallet and cost.money_minor else "",
        price=rewards.as_kept(cost),
        cost_minor=reward.cost_minor * wish.quantity,
        state=rewards.State.FULFILLED if kind.IS_INSTANT else rewards.State.ISSUED,
        code=kind.code(redemption_id),
        redeemed_at=at,
        on_date=plan.program.local_date(at),
    )


def _pay(
    conn: Conn, plan: Plan, account_id: UUID, reward: rewards.Reward, redemption: rewards.Redemption, *, at: datetime
) -> None:
    """Take the points, and the money where a wallet pays it."""
    cost = redemption.points
    spend(conn, plan, _burn("burn", plan.wallet, account_id, reward, redemption, cost, at), at=at)
    if redemption.paid_from:
        wallet = plan.wallet_of(redemption.paid_from)
        if not wallet.is_money or wallet is plan.wallet:
            raise ledger.WalletNotSpendable(f"The part in money is paid from a wallet of money; {wallet.code} is none.")
        cost = redemption.money_minor
        spend(conn, plan, _burn("burn-money", wallet, account_id, reward, redemption, cost, at), at=at)


def _burn(
    key: str,
    wallet: ledger.Wallet,
    account_id: UUID,
    reward: rewards.Reward,
    redemption: rewards.Redemption,
    points: int,
    at: datetime,
) -> ledger.Transfer:
    return ledger.Transfer(
        member_id=account_id,
        transfer_id=ids.key_of(key, redemption.redemption_id),
        movement=ledger.Movement.BURN,
        points=points,
        occurred_at=at,
        on_date=redemption.on_date,
        reason=ledger.Reason(
            "burn.reward", {"reward": reward.name, "quantity": redemption.quantity, "redemption": redemption.code}
        ),
        wallet_id=wallet.wallet_id,
        subject_id=redemption.redemption_id,
    )
