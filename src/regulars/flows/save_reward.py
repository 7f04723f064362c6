"""A reward is written as an operator wants it: held against the program's tiers, wallets and categories."""

import secrets
from datetime import datetime

from regulars.kit.db import Conn
from regulars.program import campaigns, coupons, experiences, rewards
from regulars.records import ledger

from .eligibility import reward_condition
from .plan import Plan

SEED_BYTES = 32
_KINDS = {rewards.Grant.STORED_VALUE: ledger.WalletKind.GIFT_CARD, rewards.Grant.CASHBACK: ledger.WalletKind.CASHBACK}


def save_reward(
    conn: Conn, plan: Plan, reward: rewards.Reward, *, by: str, at: datetime, seen: rewards.Reward | None = None
) -> rewards.Reward:
    """Write a reward; `seen` is what it was when the operator looked. A sweepstake commits to its draw at once.

    Raises:
        RewardInvalid, RewardChanged, RuleInvalid, WalletUnknown, CampaignNotFound: as named; nothing changed.
    """
    rewards.check(reward)
    _check_fit(conn, plan, reward)
    saved = rewards.save(conn, reward, at=at, by=by, seen=seen)
    if rewards.TYPES[reward.type].GRANT is rewards.Grant.ENTRY:
        rewards.open_draw(conn, saved, secrets.token_bytes(SEED_BYTES), at=at)
    return saved


def revert_reward(
    conn: Conn, plan: Plan, reward: rewards.Reward, version: int, *, by: str, at: datetime
) -> rewards.Reward:
    """Undo one change of a reward by a new change.

    Raises:
        RewardInvalid, RuleInvalid, WalletUnknown: there is no such change, or what would be makes no sense.
    """
    restored = rewards.put_back_change(conn, reward, version, at=at, by=by)
    _check_fit(conn, plan, restored)
    return restored


def _check_fit(conn: Conn, plan: Plan, reward: rewards.Reward) -> None:
    """What the room cannot know alone."""
    reward_condition(plan, reward)
    if reward.campaign_id is not None:
        campaigns.get(conn, plan.program.program_id, reward.campaign_id)
    if reward.category and reward.category not in {
        one.code for one in rewards.categories(conn, plan.program.program_id)
    }:
        raise rewards.RewardInvalid(f"There is no category {reward.category!r}.")
    ranks = {tier.rank for tier in plan.ladder.tiers}
    if not {reward.rank_min, *(price.rank_min for price in reward.prices)} <= ranks:
        raise rewards.RewardInvalid("There is no tier of this rank.")
    if reward.picture_id and reward.picture_id not in rewards.picture_types(conn, [reward.picture_id]):
        raise rewards.RewardInvalid("There is no such picture: send it first.")
    if rewards.TYPES[reward.type].GRANT is rewards.Grant.COUPON:
        _check_pool(conn, plan, reward.params["pool"])
    if rewards.TYPES[reward.type].GRANT is rewards.Grant.SEAT:
        _check_experience(conn, plan, reward.params["experience"])
    wanted = _KINDS.get(rewards.TYPES[reward.type].GRANT)
    if wanted and plan.wallet_of(reward.params["wallet"]).kind is not wanted:
        raise rewards.RewardInvalid(f"A reward of this type pays into a wallet of the kind {wanted}.")


def _check_pool(conn: Conn, plan: Plan, code: str) -> None:
    try:
        pool = coupons.pool(conn, plan.program.program_id, code)
    except coupons.PoolNotFound as missing:
        raise rewards.RewardInvalid(f"There is no pool of coupons {code!r}.") from missing
    if pool.terms.codes != "personal":
        raise rewards.RewardInvalid("A reward gives out coupons of a pool whose codes are personal.")


def _check_experience(conn: Conn, plan: Plan, code: str) -> None:
    try:
        experiences.get(conn, plan.program.program_id, code=code)
    except experiences.ExperienceNotFound as missing:
        raise rewards.RewardInvalid(f"There is no experience {code!r}.") from missing
