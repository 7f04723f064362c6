"""Many items in one request: each is recorded, told and refused by itself, in its place.

Items of one kind that stand next to each other are written together, one transaction a group; groups follow each
other in the order they were sent. When a group fails as a whole it falls apart into single items, so that the one to
blame fails alone.

Source: quality/cases 1-29; design/architecture, "the crown".
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from psycopg import errors

from regulars import flows
from regulars.kit import clock
from regulars.kit.db import Conn
from regulars.kit.errors import Refusal

from . import events, group_commit, orders, returns, strict_json
from .asked import Asked, EventAsked, EventItem, OrderItem, ReturnItem
from .call import Answer, Operation, Told, flaw, told
from .connections import Connections
from .problems import understood
from .refusals import Busy, Invalid, NotAnObject, TooManyItems, pointed

ITEMS_MAX = 1000
ONE_BY_ONE_SECONDS_MAX = 30.0
_RETURNS_MAX = 100
"""Returns of one transaction: each locks its member until the transaction ends."""
_DEADLOCK_TRIES = 3
_DOWN = frozenset({"db-unavailable", "overloaded", "read-only", "storage-full"})

log = logging.getLogger("regulars.api")


@dataclass(slots=True)
class Item:
    """One item on its way: `place` is its line from 1, or its index from 0; `kind` is empty while it is unreadable."""

    place: int
    raw: bytes
    kind: str = ""
    asked: Any = None
    intake: Any = None
    outcome: Told | Exception | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What can be sent among others: how it is read, recorded, and pointed at."""

    shape: type[Asked]
    intake: Callable[[Any], Any]
    record: Callable[[Conn, flows.Plan, Sequence[Any], datetime], Sequence[Answer | Exception]]
    pointers: Callable[[Any], Mapping[str, str]]
    group_max: int = ITEMS_MAX


def _orders(conn: Conn, plan: flows.Plan, intakes: Sequence[Any], at: datetime) -> list[Answer | Exception]:
    found = flows.record_activities(conn, plan, intakes, at=at)
    return [one if isinstance(one, Refusal) else group_commit.answer_to(one) for one in found]


def _events(conn: Conn, plan: flows.Plan, intakes: Sequence[Any], at: datetime) -> list[Answer | Exception]:
    found = flows.record_events(conn, plan, intakes, at=at)
    return [one if isinstance(one, Refusal) else events.answer_to(one) for one in found]


def _returns(conn: Conn, plan: flows.Plan, intakes: Sequence[Any], at: datetime) -> list[Answer | Exception]:
    found: list[Answer | Exception] = []
    for returned in intakes:
        try:
            with conn.transaction():
                found.append(returns.answer_to_return(flows.refund_order(conn, plan, returned, at=at)))
        except Refusal as refusal:
            found.append(refusal)
    return found


KINDS: Mapping[str, Kind] = {
    "order": Kind(
        shape=OrderItem, intake=orders.intake, record=_orders, pointers=lambda _: {"/external_id": "/order_id"}
    ),
    "return": Kind(
        shape=ReturnItem,
        intake=lambda asked: returns.return_of(asked, source=asked.source, order_id=asked.order_id),
        record=_returns,
        pointers=lambda _: {"/external_id": "/return_id", "/order_external_id": "/order_id"},
        group_max=_RETURNS_MAX,
    ),
    "event": Kind(shape=EventItem, intake=events.intake, record=_events, pointers=events.pointers),
}


def holds_many(operation: Operation, raw: bytes) -> bool:
    """Whether a body is to be taken apart into items."""
    return operation.many == "lines" or (operation.many == "array" and raw.lstrip(b" \t\r\n")[:1] == b"[")


def read(operation: Operation, raw: bytes) -> list[Item]:
    """The items of a body; one that cannot be read is refused where it stands.

    Raises:
        NotAnObject: there is no item.
        TooManyItems: there are more than 1,000.
        MalformedJson, DuplicateKey, TextInvalid: an array that is no JSON as a whole.
    """
    if operation.many == "lines":
        lines = enumerate(raw.split(b"\n"), start=1)
        items = [Item(place, line) for place, line in lines if line.strip(b" \t\r")]
        _count(items)
        for item in items:
            with _noted(item):
                _understand(item, strict_json.parse(item.raw))
        return items
    trees = strict_json.parse(raw)
    items = [Item(place, strict_json.written(tree), kind="event") for place, tree in enumerate(trees)]
    _count(items)
    for item, tree in zip(items, trees, strict=True):
        with _noted(item):
            item.asked = strict_json.fitted(tree, EventAsked)
            item.intake = events.intake(item.asked)
    return items


def _count(items: Sequence[Item]) -> None:
    if not items:
        raise NotAnObject("There is no item in the body.", flaws=[flaw("", "empty")])
    if len(items) > ITEMS_MAX:
        raise TooManyItems(
            f"At most {ITEMS_MAX:,} items are taken at once; this is number {ITEMS_MAX + 1:,}.",
            facts={"items_max": ITEMS_MAX},
            flaws=pointed(TooManyItems(""), {}, prefix=f"/{items[ITEMS_MAX].place}").flaws,
        )


def _understand(item: Item, tree: Any) -> None:
    """Read a line as the kind of item it says it is."""
    if not isinstance(tree, dict):
        raise NotAnObject("Every line is a JSON object.", flaws=[flaw("", "no object")])
    if tree.get("item") not in KINDS:
        raise Invalid(f"item is one of {', '.join(KINDS)}.", flaws=[flaw("/item")])
    item.kind = tree["item"]
    item.asked = strict_json.fitted(tree, KINDS[item.kind].shape)
    item.intake = KINDS[item.kind].intake(item.asked)


@contextmanager
def _noted(item: Item) -> Iterator[None]:
    """A refusal in here is the item's own."""
    try:
        yield
    except Refusal as refusal:
        item.outcome = refusal


def record(connections: Connections, program_id: int, items: Sequence[Item]) -> None:
    """Record what can be recorded; every item has its outcome afterwards.

    Raises:
        Exception: the database took nothing at all, so the whole request may be sent again.
    """
    down: Exception | None = None
    for is_first, group in _groups(items):
        outcomes = [down] * len(group) if down else _together(connections, program_id, group)
        for item, outcome in zip(group, outcomes, strict=True):
            item.outcome = outcome
        if down is None and _is_down(outcomes[-1]):
            down = outcomes[-1] if isinstance(outcomes[-1], Exception) else None
            if is_first and down and all(_is_down(one) for one in outcomes):
                raise down


def _groups(items: Sequence[Item]) -> Iterator[tuple[bool, list[Item]]]:
    """Readable items of one kind next to each other, and whether they are the first; unreadable ones part nothing."""
    is_first = True
    for kind, run in groupby((item for item in items if item.outcome is None), key=lambda item: item.kind):
        whole, size = list(run), KINDS[kind].group_max
        for start in range(0, len(whole), size):
            yield is_first, whole[start : start + size]
            is_first = False


def _together(connections: Connections, program_id: int, group: Sequence[Item]) -> Sequence[Told | Exception]:
    try:
        return _written(connections, program_id, group)
    except Exception as broken:
        if len(group) == 1 or _is_down(broken):
            return [broken] * len(group)
    until = time.monotonic() + ONE_BY_ONE_SECONDS_MAX
    return [_alone(connections, program_id, item, until) for item in group]


def _alone(connections: Connections, program_id: int, item: Item, until: float) -> Told | Exception:
    if time.monotonic() > until:
        return Busy("Others hold what this request needs; send it again.")
    try:
        return _written(connections, program_id, [item])[0]
    except Exception as broken:
        return broken


def _written(connections: Connections, program_id: int, group: Sequence[Item]) -> Sequence[Told | Exception]:
    """Write a group in one transaction, again when it met another in a ring."""
    kind = KINDS[group[0].kind]
    for last in (False, False, True)[-_DEADLOCK_TRIES:]:
        try:
            with connections.transaction() as conn:
                plan = flows.load(conn, program_id)
                found = kind.record(conn, plan, [item.intake for item in group], clock.now())
                return [told(one) if isinstance(one, Answer) else one for one in found]
        except errors.DeadlockDetected:
            if last:
                raise
    raise AssertionError("the last try answers or raises")


def _is_down(outcome: Told | Exception) -> bool:
    return isinstance(outcome, Exception) and understood(outcome).code in _DOWN


def refusal_of(item: Item) -> Refusal:
    """Why an item was refused, as its sender knows its fields; pointers begin with its place."""
    assert isinstance(item.outcome, Exception)
    names = KINDS[item.kind].pointers(item.asked) if item.asked is not None else {}
    return pointed(understood(item.outcome), names, prefix=f"/{item.place}")
