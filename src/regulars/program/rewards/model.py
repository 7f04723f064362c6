"""Rewards: what points buy, and what became of each redemption."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Any, Literal
from uuid import UUID

QUANTITY_MAX = 100
LOW_UNITS = 5
STORES_MAX = 200
PRICES_MAX = 20
STEPS_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """One way to pay for a unit: points, and money beside them; for members from the tier rank `rank_min`."""

    points: int
    money_minor: int = 0
    rank_min: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From `units` on, a unit costs `percent` of its points."""

    units: int
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How the price moves with what was had, or with what is left. Every unit has a price of its own.

    `by` "had": once a member has had `units` of it (in `days` days, or ever), the next ones cost `percent`.
    `by` "left": while at most `units` are in stock, the one taken costs `percent`.
    """

    by: Literal["had", "left"]
    steps: tuple[Step, ...]
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """An item of the catalogue. `units_left` None is unlimited; `rank_min` is the lowest tier rank that may have it;
    a member may redeem it `member_limit` times (in `limit_days` days, or ever).

    `price_points` and `price_minor` are the standard price, `prices` further ones, `steps` how all of them move.
    `audience` is the tree of a condition over members; `stores` empty is every store; `params` are the type's own.
    `campaign_id`: it is offered while that campaign runs, out of its budget.
    """

    program_id: int
    reward_id: UUID
    code: str
    name: Mapping[str, str]
    description: Mapping[str, str]
    category: str
    type: str
    price_points: int
    cost_minor: int
    price_minor: int = 0
    prices: tuple[Price, ...] = ()
    steps: Steps | None = None
    rank_min: int = 0
    audience: Mapping[str, Any] | None = None
    stores: tuple[str, ...] = ()
    member_limit: int | None = None
    limit_days: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    picture_id: str | None = None
    picture_alt: Mapping[str, str] = field(default_factory=dict)
    is_live: bool = True
    campaign_id: int | None = None
    version: int = 0
    created_at: datetime | None = None
    units_left: int | None = None

    @property
    def is_low(self) -> bool:
        """Whether it is offered and nearly or wholly gone."""
        return self.is_live and self.units_left is not None and self.units_left <= LOW_UNITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a redemption costs. `parts` are runs of units of one price: how many, points each."""

    points: int
    money_minor: int
    parts: tuple[tuple[int, int], ...]
    price: Price

    @property
    def dearest_points(self) -> int:
        """The points of its dearest unit."""
        return max(points for _, points in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A shelf of the catalogue, shown in the order of `place`."""

    program_id: int
    code: str
    name: Mapping[str, str]
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of a reward: by whom, and field by field from what to what. The first one made it."""

    reward_id: UUID
    version: int
    changed_at: datetime
    changed_by: str
    changes: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of a reward; `picture_id` is the SHA-256 of its bytes."""

    picture_id: str
    media_type: str
    width: int
    height: int
    content: bytes = b""


class State(IntEnum):
    """Where a redemption stands. The number is stored."""

    ISSUED = 1
    FULFILLED = 2
    UNDONE = 3
    PREPARING = 4
    SHIPPED = 5


OPEN = (State.ISSUED, State.PREPARING, State.SHIPPED)
"""States that wait for somebody to do something."""


class Grant(StrEnum):
    """What a redemption gives: a code of its own, money in a wallet, a coupon, a seat, a partner's code, an entry."""

    NOTHING = "nothing"
    STORED_VALUE = "stored_value"
    CASHBACK = "cashback"
    COUPON = "coupon"
    SEAT = "seat"
    PARTNER_CODE = "partner_code"
    ENTRY = "entry"


class Move(StrEnum):
    """What can be done with a redemption."""

    PREPARE = "prepare"
    SHIP = "ship"
    DELIVER = "deliver"
    COLLECT = "collect"
    HAND_OUT = "hand-out"
    UNDO = "undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption:
    """Points spent on a reward. `code` is what the member shows; `external_id` names it for ever to the shop.

    `money_minor` was paid beside the points: from the wallet `paid_from`, or in the shop where that is empty.
    """

    member_id: UUID
    redemption_id: UUID
    program_id: int
    reward_id: UUID
    external_id: str
    quantity: int
    points: int
    cost_minor: int
    state: State
    code: str
    redeemed_at: datetime
    on_date: date
    money_minor: int = 0
    paid_from: str = ""
    price: Mapping[str, Any] | None = None
    redeemed_by: str = ""
    carrier: str = ""
    tracking: str = ""
    answer: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One step of a redemption's way."""

    step: str
    happened_at: datetime
    actor: str
    carrier: str = ""
    tracking: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """Who won a draw: the place, the entry's number among all entries, and whose redemption it is."""

    place: int
    entry: int
    member_id: UUID
    redemption_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A sweepstake's draw. `seed` is None until it was drawn; `seed_hash` is its SHA-256, known before."""

    reward_id: UUID
    seed_hash: str
    committed_at: datetime
    seed: bytes | None = None
    drawn_at: datetime | None = None
    drawn_by: str = ""
    outside: str = ""
    entries: int = 0
    entries_hash: str = ""
    winners: tuple[Winner, ...] = ()
