"""What travels to a lane and back, as tagged structs that msgspec packs in C."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec

from regulars.flows import Goods as ReturnedGoods
from regulars.records import activities, members


class Purchase(msgspec.Struct, frozen=True, tag="purchase"):
    """An order of a member. `rows` are the places it was read from, for the report of what was refused."""

    member: members.Identifier
    order: activities.Order
    rows: tuple[int, ...] = ()

    @property
    def occurred_at(self) -> datetime:
        """When it happened in the shop."""
        return self.order.occurred_at


class Goods(msgspec.Struct, frozen=True, tag="goods"):
    """Goods that came back without word of their order; `rows` stand beside `lines`."""

    member: members.Identifier
    source: str
    external_id: str
    occurred_at: datetime
    lines: tuple[ReturnedGoods, ...]
    rows: tuple[int, ...] = ()


class Returned(msgspec.Struct, frozen=True, tag="returned"):
    """A return that names its order."""

    member: members.Identifier
    returned: activities.Return

    @property
    def occurred_at(self) -> datetime:
        """When it happened in the shop."""
        return self.returned.occurred_at


class Redemption(msgspec.Struct, frozen=True, tag="redemption"):
    """A member takes a reward; later it is handed out, or undone."""

    member: members.Identifier
    reward_id: UUID
    external_id: str
    occurred_at: datetime
    decided_at: datetime | None = None
    is_undone: bool = False


Document: TypeAlias = Purchase | Goods | Returned | Redemption


class Batch(msgspec.Struct, frozen=True):
    """What a lane does in one transaction; `at` is now for it, None is the time of its latest document."""

    documents: list[Document]
    at: datetime | None = None


class Rejected(msgspec.Struct, frozen=True):
    """Rows that were refused, why, and a pointer to the field."""

    rows: tuple[int, ...]
    pointer: str
    code: str
    detail: str


class Report(msgspec.Struct):
    """What a batch did. `points` were awarded, `burned_points` spent on rewards, `restored_points` given back."""

    documents: int = 0
    orders: int = 0
    lines: int = 0
    amount_minor: int = 0
    points: int = 0
    returns: int = 0
    replayed: int = 0
    redemptions: int = 0
    burned_points: int = 0
    restored_points: int = 0
    rss_bytes: int = 0
    rejected: list[Rejected] = []
    failure: str = ""

    def add(self, other: "Report") -> None:
        """Sum up, the rejected ones apart: they can be many."""
        for name in _COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))


_COUNTS = (
    "documents", "orders", "lines", "amount_minor", "points", "returns", "replayed", "redemptions", "burned_points",
    "restored_points",
)  # fmt: skip
