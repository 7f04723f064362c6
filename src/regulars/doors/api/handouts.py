"""What staff does with redemptions: the queue, every step of a parcel, a look at one with its history."""

from typing import Any
from uuid import UUID

from regulars import flows
from regulars.program import rewards
from regulars.records import access

from . import paging
from . import reward_samples as samples
from .call import Answer, Call, Operation, Parameter, flaw, one_of
from .catalog import found_redemption
from .refusals import Invalid
from .reward_asked import DecideAsked, StepTakenAsked
from .reward_tells import FulfilledTold, RedemptionShown, RedemptionsTold

_STATES = ("any", "open", *(state.name.lower() for state in rewards.State))


def queue(call: Call, _: None) -> Answer:
    """GET /v1/redemptions."""
    asked = one_of(call, "state", _STATES, "open")
    states: dict[str, tuple[rewards.State, ...] | None] = {"any": None, "open": rewards.OPEN}
    if asked not in states:
        states[asked] = (rewards.State[asked.upper()],)
    limit = paging.limit(call)
    found = rewards.redemptions(
        call.conn,
        call.program_id,
        limit=limit + 1,
        member_id=_id(call, "member_id"),
        reward_id=_id(call, "reward_id"),
        states=states[asked],
        before=paging.cursor(call),
    )
    shown = found[:limit]
    end = paging.named((shown[-1].redeemed_at, shown[-1].redemption_id)) if len(found) > limit else None
    return Answer(status=200, content={"redemptions": [_listed(one) for one in shown], "next_cursor": end})


def _id(call: Call, name: str) -> UUID | None:
    given = call.query.get(name)
    try:
        return UUID(given) if given is not None else None
    except ValueError:
        raise Invalid(f"{name} is not an id of ours.", flaws=[flaw(f"/query/{name}")]) from None


def _listed(one: rewards.Redemption) -> dict[str, Any]:
    return {
        "redemption_id": one.external_id,
        "member_id": str(one.member_id),
        "reward_id": str(one.reward_id),
        "quantity": one.quantity,
        "points": one.points,
        "money_minor": one.money_minor,
        "code": one.code,
        "state": one.state.name.lower(),
        "redeemed_at": one.redeemed_at.isoformat(),
        "carrier": one.carrier,
        "tracking": one.tracking,
    }


def show(call: Call, _: None) -> Answer:
    """GET /v1/rewards/{reward_id}/purchases/{redemption_id}."""
    member_id = _id(call, "member_id")
    if member_id is None:
        raise Invalid("Say whose redemption it is.", flaws=[flaw("/query/member_id", "missing")])
    found = found_redemption(call, member_id)
    way = [
        {
            "step": one.step,
            "happened_at": one.happened_at.isoformat(),
            "actor": one.actor,
            "carrier": one.carrier,
            "tracking": one.tracking,
            "note": one.note,
        }
        for one in rewards.way(call.conn, found)
    ]
    return Answer(status=200, content={"redemption": _listed(found), "way": way})


def fulfill(call: Call, asked: DecideAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/purchases/{redemption_id}/fulfill."""
    return _moved(call, asked.member_id, rewards.Move.HAND_OUT)


def step(call: Call, asked: StepTakenAsked) -> Answer:
    """POST /v1/rewards/{reward_id}/purchases/{redemption_id}/steps."""
    told = {"carrier": asked.carrier, "tracking": asked.tracking, "note": asked.note}
    return _moved(call, asked.member_id, rewards.Move(asked.step), **told)


def _moved(call: Call, member_id: UUID, move: rewards.Move, **told: str) -> Answer:
    redemption = found_redemption(call, member_id)
    is_new = flows.fulfill_redemption(
        call.conn,
        call.plan,
        member_id,
        redemption.redemption_id,
        at=call.at,
        move=move,
        actor=call.key.actor.name,
        **told,
    )
    now = found_redemption(call, member_id)
    if now.state is rewards.State.UNDONE:
        raise rewards.AlreadyUndone("This redemption was undone; it cannot be handed out.")
    content = {"redemption_id": now.external_id, "state": now.state.name.lower()}
    return Answer(status=200, content=content, is_replay=not is_new)


_MEMBER = Parameter(name="member_id", description="Whose redemptions.", schema={"type": "string", "format": "uuid"})

OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/redemptions",
        tag="Rewards",
        summary="Show redemptions",
        description="What waits to be handed out, or any other state; the newest first.",
        run=queue,
        tells=RedemptionsTold,
        scope=access.Scope.ADMIN,
        query=(
            Parameter(
                name="state",
                description="`open` is issued, preparing or shipped.",
                schema={"type": "string", "enum": list(_STATES), "default": "open"},
            ),
            _MEMBER,
            Parameter(name="reward_id", description="Of this reward.", schema={"type": "string", "format": "uuid"}),
            *paging.PARAMETERS,
        ),
        example={"redemptions": [samples.REDEMPTION_LISTED], "next_cursor": None},
        problems=("validation-failed",),
    ),
    Operation(
        method="GET",
        path="/v1/rewards/{reward_id}/purchases/{redemption_id}",
        tag="Rewards",
        summary="Show a redemption",
        description="Where it stands, and every step of its way: who, when, with which parcel.",
        run=show,
        tells=RedemptionShown,
        query=(Parameter(name="member_id", description="Whose it is.", required=True, schema=_MEMBER.schema),),
        example={"redemption": samples.REDEMPTION_LISTED, "way": [samples.WAY]},
        problems=("not-found", "validation-failed"),
    ),
    Operation(
        method="POST",
        path="/v1/rewards/{reward_id}/purchases/{redemption_id}/steps",
        tag="Rewards",
        summary="Move a redemption on",
        description=(
            "It is in preparation, shipped (with carrier and number), delivered or collected. The same step again "
            "changes nothing."
        ),
        run=step,
        asks=StepTakenAsked,
        tells=FulfilledTold,
        scope=access.Scope.ADMIN,
        sample=samples.STEP,
        example={"redemption_id": "RD-55", "state": "shipped"},
        statuses={200: "Moved on, now or before."},
        problems=("not-found", "already-fulfilled", "already-decided", "forbidden"),
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
        sample=samples.WHOSE,
        example={"redemption_id": "RD-55", "state": "fulfilled"},
        statuses={200: "Handed out, now or before."},
        problems=("not-found", "already-decided", "forbidden"),
        name="redemption_id",
    ),
)
