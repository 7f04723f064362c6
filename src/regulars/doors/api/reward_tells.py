"""What callers read about rewards."""

from typing import Annotated, Any, Literal

from msgspec import Meta

from .tells import BalanceTold, Tells


class PriceTold(Tells):
    """One way to pay for a unit."""

    points: int
    money_minor: int
    rank_min: int


class StepTold(Tells):
    """From so many units on, a unit costs so many percent of its points."""

    units: int
    percent: int


class StepsTold(Tells):
    """How the price moves."""

    by: Literal["had", "left"]
    steps: list[StepTold]
    days: int | None


class PictureTold(Tells):
    """Where the picture is; it never changes at its address."""

    path: Annotated[str, Meta(description="At the server's own address.")]
    alt: dict[str, str]


class RewardTold(Tells):
    """A reward of the catalogue."""

    reward_id: str
    code: str
    name: dict[str, str]
    description: dict[str, str]
    type: str
    category: str
    points: int
    money_minor: int
    prices: list[PriceTold]
    steps: StepsTold | None
    rank_min: int
    for_whom: Annotated[dict[str, str], Meta(description="Its condition as a sentence; empty is everybody.")]
    stores: list[str]
    member_limit: int | None
    limit_days: int | None
    starts_at: str | None
    ends_at: str | None
    units_left: Annotated[int | None, Meta(description="null is unlimited.")]
    picture: PictureTold | None
    amount_minor: Annotated[int | None, Meta(description="What a gift card or cashback pays in.")]
    pool: Annotated[str | None, Meta(description="The pool a coupon is issued from.")]
    experience: Annotated[str | None, Meta(description="The experience a ticket is for.")]
    winners: Annotated[int | None, Meta(description="How many win a sweepstake.")]
    campaign_id: Annotated[int | None, Meta(description="The campaign it belongs to.")]
    version: int


class RewardsTold(Tells):
    """Every reward that is live."""

    rewards: list[RewardTold]


class TotalsTold(Tells):
    """What became of it, of redemptions that stand."""

    members: int
    units: int
    points: int
    given_minor: Annotated[int | None, Meta(description="Of a donation: what the points were turned into.")]


class RewardShown(Tells):
    """A reward and what became of it."""

    reward: RewardTold
    totals: TotalsTold


class CategoryTold(Tells):
    """A shelf of the catalogue."""

    code: str
    name: dict[str, str]
    place: int


class CategoriesTold(Tells):
    """The shelves, in their order."""

    categories: list[CategoryTold]


class ChangeTold(Tells):
    """Who changed what of a reward."""

    version: int
    changed_at: str
    changed_by: str
    changes: Annotated[dict[str, list[Any]], Meta(description="Field: what it was, what it is.")]


class HistoryTold(Tells):
    """The changes of a reward, the newest first."""

    changes: list[ChangeTold]


class CodesTold(Tells):
    """What became of the codes that were sent."""

    reward_id: str
    added: int
    units_left: int


class WinnerTold(Tells):
    """Who won."""

    place: int
    entry: Annotated[int, Meta(description="Its number among all entries, from 1.")]
    member_id: str
    redemption: Annotated[str, Meta(description="Our id of the redemption, as the list of entries names it.")]


class DrawTold(Tells):
    """A draw: the hash before, the seed after. With both and the list of entries, anybody can do it again."""

    reward_id: str
    state: Literal["open", "drawn"]
    seed_hash: Annotated[str, Meta(description="SHA-256 of the seed's bytes, in hex.")]
    committed_at: str
    seed: Annotated[str | None, Meta(description="In hex; null until it was drawn.")]
    drawn_at: str | None
    outside: str
    entries: int
    entries_hash: str
    winners: list[WinnerTold]


class RedemptionTold(Tells):
    """Points spent on a reward; `code` is what the member shows."""

    redemption_id: str
    member_id: str
    reward_id: str
    quantity: int
    points: int
    money_minor: int
    paid_from: Annotated[str | None, Meta(description="The wallet that paid the money; null: the shop collects it.")]
    code: str
    state: Literal["issued", "fulfilled"]
    balance: BalanceTold


class UndoneTold(Tells):
    """A redemption that was undone."""

    redemption_id: str
    state: Literal["undone"]
    points_restored: int
    money_restored_minor: Annotated[int, Meta(description="Back in the wallet that paid it.")]
    money_to_return_minor: Annotated[int, Meta(description="Collected by the shop, which gives it back.")]
    balance: BalanceTold


class FulfilledTold(Tells):
    """A redemption that was moved on."""

    redemption_id: str
    state: Literal["preparing", "shipped", "fulfilled"]


class WayTold(Tells):
    """One step of a redemption."""

    step: str
    happened_at: str
    actor: str
    carrier: str
    tracking: str
    note: str


class RedemptionListed(Tells):
    """A redemption as the queue shows it."""

    redemption_id: str
    member_id: str
    reward_id: str
    quantity: int
    points: int
    money_minor: int
    code: str
    state: Literal["issued", "preparing", "shipped", "fulfilled", "undone"]
    redeemed_at: str
    carrier: str
    tracking: str


class RedemptionShown(Tells):
    """A redemption and every step of its way."""

    redemption: RedemptionListed
    way: list[WayTold]


class RedemptionsTold(Tells):
    """Redemptions, the newest first."""

    redemptions: list[RedemptionListed]
    next_cursor: str | None
