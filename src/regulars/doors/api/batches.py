"""Batches: orders, returns and events in one request, a line each; and the answer to many items, whatever they are."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from regulars.kit import clock, crypto
from regulars.records import access, activities

from . import many
from .asked import EventItem, OrderItem, ReturnItem
from .call import KIB, Operation, Told, encoded
from .connections import Connections
from .event_samples import ITEM, ITEM_TOLD
from .event_tells import ItemTold
from .events import REFUSED_EVENTS
from .idempotency import Claim, again, kept
from .orders import REFUSED_ORDERS
from .problems import belongs_in_inbox, problem
from .returns import REFUSED_RETURNS

NDJSON = "application/x-ndjson"

log = logging.getLogger("regulars.api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose items they are, and what the door lends for them."""

    connections: Connections
    sealer: crypto.Sealer
    program_id: int
    claim: Claim | None
    path: str
    request_id: str
    language: str
    home: str


def answer(operation: Operation, raw: bytes, sender: Sender) -> Told:
    """What became of every item, a line each, in order.

    An Idempotency-Key is held by a transaction of its own while the items are written in theirs. Its answer is kept
    unless an item failed for a reason that may pass.

    Raises:
        Refusal: nothing of the body was taken.
    """
    items = many.read(operation, raw)
    if sender.claim is None:
        return _recorded(items, sender)
    with sender.connections.transaction() as held:
        before = again(held, sender.program_id, {0: sender.claim}).get(0)
        if isinstance(before, Exception):
            raise before
        if before is not None:
            return before
        found = _recorded(items, sender)
        if not any(isinstance(item.outcome, Exception) and _problem(item, sender).status >= 500 for item in items):
            access.keep_results(held, sender.program_id, [kept(sender.claim, found)], at=clock.now())
        return found


def as_array(lines: bytes) -> bytes:
    """The same answer as one JSON array."""
    return b"[" + b",".join(lines.splitlines()) + b"]"


def _recorded(items: Sequence[many.Item], sender: Sender) -> Told:
    many.record(sender.connections, sender.program_id, items)
    inbox = _kept(items, sender)
    return Told(status=200, body=b"".join(_line(item, inbox.get(item.place, "none"), sender) + b"\n" for item in items))


def _line(item: many.Item, kept_as: str, sender: Sender) -> bytes:
    content: dict[str, Any] = {"place": item.place, "duplicate": False}
    if item.kind:
        content["item"] = item.kind
    if isinstance(item.outcome, Told):
        found = item.outcome
        outcome = "replayed" if found.is_replay else {201: "created", 202: "parked"}[found.status]
        content |= {"status": found.status, "outcome": outcome, "duplicate": found.is_replay}
        content["answer"] = msgspec.Raw(found.body)
    else:
        refused = _problem(item, sender, kept_as)
        content |= {"status": refused.status, "outcome": "refused", "problem": msgspec.Raw(refused.body)}
    return encoded(content)


def _problem(item: many.Item, sender: Sender, kept_as: str = "none") -> Any:
    return problem(
        many.refusal_of(item),
        instance=sender.path,
        request_id=sender.request_id,
        kept=kept_as,
        language=sender.language,
        home=sender.home,
    )


def _kept(items: Sequence[many.Item], sender: Sender) -> dict[int, str]:
    """The bytes of refused items go to the inbox, each by itself; answers where, by place."""
    refused = [(item, many.refusal_of(item)) for item in items if isinstance(item.outcome, Exception)]
    for item, refusal in refused:
        if refusal.code == "internal" and isinstance(item.outcome, Exception):
            log.error("request %s failed at item %s", sender.request_id, item.place, exc_info=item.outcome)
    usable = [(item, refusal) for item, refusal in refused if belongs_in_inbox(refusal)]
    if not usable:
        return {}
    try:
        with sender.connections.transaction() as conn:
            return {
                item.place: "inbox:"
                + str(
                    activities.keep_refused(
                        conn,
                        sender.program_id,
                        path=sender.path,
                        code=refusal.code,
                        body_sealed=sender.sealer.seal(item.raw, purpose="inbox"),
                        at=clock.now(),
                    )
                )
                for item, refusal in usable
            }
    except Exception:
        log.exception("the inbox took nothing of request %s", sender.request_id)
        return {}


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/batches",
        tag="Batches",
        summary="Send many at once",
        description=(
            "Up to 1,000 orders, returns and events as NDJSON: a line each, with `item` saying which. The answer is "
            "NDJSON too, a line for each item in its order; with `Accept: application/json` it is one array. An item "
            "that is refused, or a line that cannot be read, touches no other. Items of one kind that follow each "
            "other are written in one transaction; what comes later in the batch sees what came before. Send the "
            "whole batch again when its answer was cut off: what was recorded is told again as `duplicate`."
        ),
        asks=OrderItem | ReturnItem | EventItem,
        tells=ItemTold,
        sample=ITEM,
        example=ITEM_TOLD,
        statuses={200: "What became of every item."},
        problems=tuple(dict.fromkeys(("too-many-items", *REFUSED_ORDERS, *REFUSED_RETURNS, *REFUSED_EVENTS))),
        body_bytes_max=4096 * KIB,
        keeps_refused=True,
        takes=(NDJSON, "application/ndjson"),
        many="lines",
    ),
)
