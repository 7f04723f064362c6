"""What callers read of events, their types, and requests with many items."""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from .problem_tells import ProblemTold
from .tells import BalanceTold, Day, EffectTold, ReasonTold, Tells, WalletTold


class EventTold(Tells):
    """What an event earned, and why."""

    id: str
    source: str
    type: str
    status: Literal["recorded", "waiting-for-member"]
    points: int
    member_id: str = ""
    pending: bool = False
    usable_on: Day | None = None
    expires_on: Day | None = None
    balance: Annotated[BalanceTold | None, Meta(description="When points moved.")] = None
    wallets: Annotated[list[WalletTold], Meta(description="Wallets other than the first that it earned in.")] = field(
        default_factory=list
    )
    reasons: list[ReasonTold] = field(default_factory=list)
    effects: list[EffectTold] = field(default_factory=list)


class AttributeTold(Tells):
    """One field of the data of an event type."""

    name: str
    type: Literal["text", "integer", "money", "boolean", "date", "instant", "enum"]
    required: bool
    options: list[str]


class EventTypeTold(Tells):
    """A kind of event this program takes."""

    code: str
    name: dict[str, str]
    attributes: list[AttributeTold]
    built_in: Annotated[bool, Meta(description="Every program has it.")]


class EventTypesTold(Tells):
    """Every kind of event this program takes."""

    event_types: list[EventTypeTold]


class ItemTold(Tells):
    """What became of one item of many."""

    place: Annotated[int, Meta(description="The number of its line, from 1; or its index in an array, from 0.")]
    status: Annotated[int, Meta(description="What the single call would have answered.")]
    outcome: Literal["created", "replayed", "parked", "refused"]
    duplicate: Annotated[bool, Meta(description="It was recorded before; `answer` is the first answer again.")]
    item: Annotated[
        Literal["order", "return", "event"] | None, Meta(description="Left out when it could not be read.")
    ] = None
    answer: Annotated[dict[str, Any] | None, Meta(description="As the single call answers.")] = None
    problem: Annotated[
        ProblemTold | None, Meta(description="Why it was refused; pointers begin with the item's place.")
    ] = None
