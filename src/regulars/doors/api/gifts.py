"""Gifts: points one member gives another."""

from uuid import UUID

from regulars import flows
from regulars.records import members

from . import account_samples as samples
from .asked import GiftAsked, WhichMember
from .call import Answer, Call, Operation, flaw
from .orders import identifier
from .refusals import Invalid
from .tells_accounts import GiftTold


def give(call: Call, asked: GiftAsked) -> Answer:
    """POST /v1/gifts."""
    gift = flows.Gift(
        gift_id=asked.gift_id,
        giver_id=asked.from_member,
        to=_recipient(asked.to),
        points=asked.points,
        wallet=asked.wallet,
        message=asked.message,
    )
    done = flows.give_points(call.conn, call.plan, gift, at=call.at, preview=asked.preview)
    is_replay = done.outcome == "replayed"
    content = {**done.answer, "preview": asked.preview and not is_replay}
    return Answer(status=200 if is_replay or asked.preview else 201, content=content, is_replay=is_replay)


def _recipient(to: WhichMember) -> UUID | members.Identifier:
    if (to.id is None) == (to.identifier is None):
        raise Invalid("Name the recipient by id or by identifier, one of the two.", flaws=[flaw("/to")])
    return to.id if to.id is not None else identifier(to.identifier or "", "/to/identifier")


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/gifts",
        tag="Gifts",
        summary="Give points",
        description=(
            "Moves points from one member to another; they keep the day on which they end. How many may be given at "
            "once and in a day, and how old the membership must be, the wallet says. With `preview` nothing moves."
        ),
        retells=True,
        run=give,
        asks=GiftAsked,
        tells=GiftTold,
        sample=samples.GIFT,
        example=samples.GIFT_TOLD,
        statuses={201: "Given.", 200: "Given before, or a preview."},
        problems=(
            "invalid-recipient", "transfer-limit", "cool-down", "insufficient-points", "under-review",
            "challenge-required", "unknown-wallet", "wallet-not-spendable",
            "event-conflict", "not-found", "member-frozen", "member-erased",
        ),
        name="gift_id",
    ),
)  # fmt: skip
