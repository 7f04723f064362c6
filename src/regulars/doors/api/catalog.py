"""Rewards: the catalogue, redemptions, and undoing them. Redemptions are named by the shop's own ids."""

from typing import Any

from regulars import flows
from regulars.program import rewards
from regulars.records import access

from . import samples
from .asked import DecideAsked, PurchaseAsked
from .call import Answer, Call, Operation
from .tells import FulfilledTold, RedemptionTold, RewardsTold, UndoneTold


def catalogue(call: Call, _: None) -> Answer:
    """GET /v1/rewards: what is live."""
    found = [reward for reward in rewards.catalogue(call.conn, call.program_id) if reward.is_live]
    return Answer(status=200, content={"rewards": [_told(reward) for reward in found]})


def _told(reward: rewards.Reward) -> dict[str, Any]:
    return {
        "reward_id": str(reward.reward_id),
        "code": reward.code,
        "name": reward.name,
        "description": reward.description,
        "type": reward.type,
        "category": reward.category,
        "points": reward.price_points,
        "rank_min": reward.rank_min,
        "member_limit": reward.member_limit,
        "limit_days": reward.limit_days,
        "starts_at": reward.starts_at.isoformat() if reward.starts_at else None,
        "ends_at": reward.ends_at.isoformat() if reward.ends_at else None,
        "units_left": reward.units_left,
    }


def purchase(call: Call, asked: PurchaseAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/purchases."""
    done = flows.redeem_reward(
        call.conn,
        call.plan,
        asked.member_id,
        call.path_id("reward_id"),
        external_id=asked.redemption_id,
        at=call.at,
        quantity=asked.quantity,
        max_points=asked.max_points,
    )
    is_replay = done.outcome == "replayed"
    return Answer(status=200 if is_replay else 201, content=done.answer, is_replay=is_replay)


def undo(call: Call, asked: DecideAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/purchases/{redemption_id}/refund."""
    redemption = _redemption(call, asked)
    content = flows.undo_redemption(call.conn, call.plan, asked.member_id, redemption.redemption_id, at=call.at)
    return Answer(status=200, content=content, is_replay=redemption.state is rewards.State.UNDONE)


def fulfill(call: Call, asked: DecideAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/purchases/{redemption_id}/fulfill."""
    redemption = _redemption(call, asked)
    is_new = flows.fulfill_redemption(call.conn, call.plan, asked.member_id, redemption.redemption_id, at=call.at)
    if not is_new and redemption.state is rewards.State.UNDONE:
        raise rewards.AlreadyUndone("This redemption was undone; it cannot be handed out.")
    content = {"redemption_id": redemption.external_id, "state": "fulfilled"}
    return Answer(status=200, content=content, is_replay=not is_new)


def _redemption(call: Call, asked: DecideAsked) -> rewards.Redemption:
    found = rewards.find(call.conn, asked.member_id, external_id=call.path["redemption_id"])
    if found is None or found.program_id != call.program_id or found.reward_id != call.path_id("reward_id"):
        raise rewards.RedemptionNotFound("There is no such redemption.")
    return found


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/rewards",
        tag="Rewards",
        summary="Show the catalogue",
        description="Every reward that is live, cheapest first, with its names in all languages.",
        run=catalogue,
        tells=RewardsTold,
        example={"rewards": [samples.REWARD]},
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/purchases",
        tag="Rewards",
        summary="Redeem a reward",
        description=(
            "Spends points on a reward, once for each `redemption_id`. Send `max_points`, the price the member saw: "
            "a higher one is refused."
        ),
        run=purchase,
        asks=PurchaseAsked,
        tells=RedemptionTold,
        sample=samples.PURCHASE,
        example=samples.REDEMPTION,
        statuses={201: "Redeemed.", 200: "Redeemed before: the first answer again."},
        problems=(
            "insufficient-points", "reward-sold-out", "reward-not-available", "redemption-limit-reached",
            "price-changed", "quantity-out-of-range", "event-conflict", "not-found", "member-frozen",
        ),
        name="redemption_id",
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/purchases/{redemption_id}/refund",
        tag="Rewards",
        summary="Undo a redemption",
        description="Gives the points back to the lots they came from and the units back to stock.",
        run=undo,
        asks=DecideAsked,
        tells=UndoneTold,
        sample={"member_id": samples.MEMBER_ID},
        example=samples.UNDONE,
        statuses={200: "Undone, now or before."},
        problems=("already-fulfilled", "not-found"),
        name="redemption_id",
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/purchases/{redemption_id}/fulfill",
        tag="Rewards",
        summary="Note that a reward was handed out",
        description="From then on the redemption can only be undone by a person in the console.",
        run=fulfill,
        asks=DecideAsked,
        tells=FulfilledTold,
        scope=access.Scope.ADMIN,
        sample={"member_id": samples.MEMBER_ID},
        example={"redemption_id": "RD-55", "state": "fulfilled"},
        statuses={200: "Handed out, now or before."},
        problems=("not-found", "already-decided", "forbidden"),
        name="redemption_id",
    ),
)  # fmt: skip
