"""Rewards as members and tills see them: the catalogue, redeeming, undoing. Named by the shop's own ids."""

from collections.abc import Mapping
from typing import Any

import msgspec

from regulars import flows
from regulars.program import rewards

from . import reward_samples as samples
from .call import Answer, Call, Operation, Parameter
from .reward_asked import DecideAsked, PurchaseAsked
from .reward_tells import DrawTold, RedemptionTold, RewardShown, RewardsTold, UndoneTold


def catalogue(call: Call, _: None) -> Answer:
    """GET /v1/rewards: what is live."""
    shelf = call.query.get("category")
    found = [
        reward
        for reward in rewards.catalogue(call.conn, call.program_id)
        if reward.is_live and shelf in (None, reward.category)
    ]
    kinds = picture_types(call, found)
    return Answer(status=200, content={"rewards": [told(call, reward, kinds) for reward in found]})


def picture_types(call: Call, found: list[rewards.Reward]) -> Mapping[str, str]:
    """The media types of the pictures of these rewards."""
    return rewards.picture_types(call.conn, [reward.picture_id for reward in found if reward.picture_id])


def told(call: Call, reward: rewards.Reward, kinds: Mapping[str, str]) -> dict[str, Any]:
    """A reward as the API tells it; `kinds` are the media types of pictures by their names."""
    path = rewards.pictures.path(reward.picture_id, kinds[reward.picture_id]) if reward.picture_id else None
    return {
        "reward_id": str(reward.reward_id),
        "code": reward.code,
        "name": reward.name,
        "description": reward.description,
        "type": reward.type,
        "category": reward.category,
        "points": reward.price_points,
        "money_minor": reward.price_minor,
        "prices": msgspec.to_builtins(reward.prices),
        "steps": msgspec.to_builtins(reward.steps),
        "rank_min": reward.rank_min,
        "for_whom": flows.for_whom(call.plan, reward),
        "stores": list(reward.stores),
        "member_limit": reward.member_limit,
        "limit_days": reward.limit_days,
        "starts_at": reward.starts_at.isoformat() if reward.starts_at else None,
        "ends_at": reward.ends_at.isoformat() if reward.ends_at else None,
        "units_left": reward.units_left,
        "picture": {"path": path, "alt": reward.picture_alt} if path else None,
        "amount_minor": reward.params.get("amount_minor"),
        "pool": reward.params.get("pool"),
        "experience": reward.params.get("experience"),
        "winners": reward.params.get("winners"),
        "campaign_id": reward.campaign_id,
        "version": reward.version,
    }


def show(call: Call, _: None) -> Answer:
    """GET /v1/rewards/{reward_id}."""
    reward = found_reward(call)
    totals = rewards.totals(call.conn, reward)
    return Answer(
        status=200,
        content={
            "reward": told(call, reward, picture_types(call, [reward])),
            "totals": {
                "members": totals.members,
                "units": totals.units,
                "points": totals.points,
                "given_minor": totals.cost_minor if reward.type == "donation" else None,
            },
        },
    )


def found_reward(call: Call) -> rewards.Reward:
    """The reward the address names."""
    return rewards.get(call.conn, call.program_id, call.path_id("reward_id"))


def draw(call: Call, _: None) -> Answer:
    """GET /v1/rewards/{reward_id}/draw."""
    return Answer(status=200, content=told_draw(call, found_reward(call)))


def told_draw(call: Call, reward: rewards.Reward) -> dict[str, Any]:
    """A sweepstake's draw as the API tells it."""
    found = rewards.draw_of(call.conn, reward)
    if found is None:
        raise rewards.RewardNotFound("This reward is no sweepstake.")
    return {
        "reward_id": str(reward.reward_id),
        "state": "drawn" if found.drawn_at else "open",
        "seed_hash": found.seed_hash,
        "committed_at": found.committed_at.isoformat(),
        "seed": found.seed.hex() if found.seed is not None else None,
        "drawn_at": found.drawn_at.isoformat() if found.drawn_at else None,
        "outside": found.outside,
        "entries": found.entries,
        "entries_hash": found.entries_hash,
        "winners": [
            {
                "place": one.place,
                "entry": one.entry,
                "member_id": str(one.member_id),
                "redemption": str(one.redemption_id),
            }
            for one in found.winners
        ],
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
        money_minor=asked.money_minor,
        money_wallet=asked.money_wallet,
        store=asked.store,
        actor=call.key.actor.name,
    )
    is_replay = done.outcome == "replayed"
    return Answer(status=200 if is_replay else 201, content=done.answer, is_replay=is_replay)


def undo(call: Call, asked: DecideAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/purchases/{redemption_id}/refund."""
    redemption = found_redemption(call, asked.member_id)
    content = flows.undo_redemption(
        call.conn, call.plan, asked.member_id, redemption.redemption_id, at=call.at, actor=call.key.actor.name
    )
    return Answer(status=200, content=content, is_replay=redemption.state is rewards.State.UNDONE)


def found_redemption(call: Call, member_id: Any) -> rewards.Redemption:
    """A member's redemption that the address names.

    Raises:
        RedemptionNotFound: there is none.
    """
    found = rewards.find(call.conn, member_id, external_id=call.path["redemption_id"])
    if found is None or found.program_id != call.program_id or found.reward_id != call.path_id("reward_id"):
        raise rewards.RedemptionNotFound("There is no such redemption.")
    return found


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/rewards",
        tag="Rewards",
        summary="Show the catalogue",
        description=(
            "Every reward that is live, cheapest first, with its names in all languages, its prices and for whom it "
            "is. What one member can have, and why not: `GET /v1/members/{member_id}/rewards`."
        ),
        run=catalogue,
        tells=RewardsTold,
        query=(Parameter(name="category", description="Only this shelf."),),
        example={"rewards": [samples.REWARD]},
    ),
    Operation(
        method="GET",
        path="/v1/rewards/{reward_id}",
        tag="Rewards",
        summary="Show a reward",
        description="A reward, live or not, and how many members had it; of a donation, what was given in all.",
        run=show,
        tells=RewardShown,
        example={"reward": samples.REWARD, "totals": samples.TOTALS},
        problems=("not-found",),
    ),
    Operation(
        method="GET",
        path="/v1/rewards/{reward_id}/draw",
        tag="Rewards",
        summary="Show a draw",
        description=(
            "A sweepstake's draw. The hash of its seed stands from the beginning; seed, entries and winners stand "
            "once it was drawn, and anybody can do it again."
        ),
        run=draw,
        tells=DrawTold,
        example=samples.DRAW_TOLD,
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/purchases",
        tag="Rewards",
        summary="Redeem a reward",
        description=(
            "Spends points on a reward, once for each `redemption_id`. Send `max_points`, the price the member saw: "
            "a unit that costs more is refused. A part in money is taken from `money_wallet`, or collected by the shop."
        ),
        run=purchase,
        asks=PurchaseAsked,
        tells=RedemptionTold,
        sample=samples.PURCHASE,
        example=samples.REDEMPTION,
        statuses={201: "Redeemed.", 200: "Redeemed before: the first answer again."},
        problems=(
            "insufficient-points", "under-review", "challenge-required", "reward-sold-out",
            "reward-not-available", "redemption-limit-reached", "price-changed",
            "quantity-out-of-range", "event-conflict", "not-found", "member-frozen", "unknown-wallet",
            "wallet-not-spendable", "wallet-not-loadable", "campaign-paused", "budget-exhausted",
        ),
        name="redemption_id",
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/purchases/{redemption_id}/refund",
        tag="Rewards",
        summary="Undo a redemption",
        description=(
            "Gives the points back to the lots they came from, money to the wallet that paid it, and the units back to "
            "stock. What was sent or handed out only a person undoes."
        ),
        run=undo,
        asks=DecideAsked,
        tells=UndoneTold,
        sample=samples.WHOSE,
        example=samples.UNDONE,
        statuses={200: "Undone, now or before."},
        problems=("already-fulfilled", "already-decided", "reward-used", "not-found"),
        name="redemption_id",
    ),
)  # fmt: skip
