"""Households: members who share one account of points. They are named by the shop's own ids."""

from regulars import flows

from . import account_samples as samples
from .asked import DissolveAsked, HouseholdAsked, JoinAsked
from .call import Answer, Call, Operation
from .samples import MEMBER_ID
from .tells_accounts import HouseholdTold


def found(call: Call, asked: HouseholdAsked) -> Answer:
    """POST /v1/households."""
    done = flows.found_household(
        call.conn, call.plan, asked.household_id, asked.member_ids, at=call.at, name=asked.name
    )
    return _answer(done, created=201)


def show(call: Call, _: None) -> Answer:
    """GET /v1/households/{household_id}."""
    return Answer(status=200, content=flows.show_household(call.conn, call.plan, call.path["household_id"], at=call.at))


def join(call: Call, asked: JoinAsked) -> Answer:
    """POST /v1/households/{household_id}/members."""
    done = flows.join_household(call.conn, call.plan, call.path["household_id"], asked.member_id, at=call.at)
    return _answer(done, created=201)


def leave(call: Call, asked: JoinAsked) -> Answer:
    """POST /v1/households/{household_id}/leave."""
    done = flows.leave_household(call.conn, call.plan, call.path["household_id"], asked.member_id, at=call.at)
    return _answer(done, created=200)


def dissolve(call: Call, asked: DissolveAsked) -> Answer:
    """POST /v1/households/{household_id}/dissolve."""
    done = flows.dissolve_household(call.conn, call.plan, call.path["household_id"], at=call.at, to=asked.to)
    return _answer(done, created=200)


def _answer(done: flows.Pooled, *, created: int) -> Answer:
    is_replay = done.outcome == "replayed"
    return Answer(status=200 if is_replay else created, content=done.answer, is_replay=is_replay)


_OF_MEMBERS = ("not-found", "member-frozen", "member-erased", "already-in-household")

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/households",
        tag="Households",
        summary="Found a household",
        description=(
            "Up to eight members share one account from now on. Everything they have moves into it, pending and owed "
            "points and holds, too; what they earn and spend is earned and spent there."
        ),
        retells=True,
        run=found,
        asks=HouseholdAsked,
        tells=HouseholdTold,
        sample=samples.HOUSEHOLD,
        example=samples.HOUSEHOLD_TOLD,
        statuses={201: "Founded.", 200: "Founded before."},
        problems=(*_OF_MEMBERS, "event-conflict"),
        name="household_id",
    ),
    Operation(
        method="GET",
        path="/v1/households/{household_id}",
        tag="Households",
        summary="Show a household",
        description="Who belongs to it and what they have together.",
        run=show,
        tells=HouseholdTold,
        example=samples.HOUSEHOLD_TOLD,
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/households/{household_id}/members",
        tag="Households",
        summary="Join a household",
        description="A member joins with everything they have.",
        run=join,
        asks=JoinAsked,
        tells=HouseholdTold,
        sample={"member_id": MEMBER_ID},
        example=samples.HOUSEHOLD_TOLD,
        statuses={201: "Joined.", 200: "Belongs to it already."},
        problems=(*_OF_MEMBERS, "household-full"),
        name="household_id",
    ),
    Operation(
        method="POST",
        path="/v1/households/{household_id}/leave",
        tag="Households",
        summary="Leave a household",
        description="A member leaves with an empty account of their own. The points stay; their open holds go back.",
        run=leave,
        asks=JoinAsked,
        tells=HouseholdTold,
        sample={"member_id": MEMBER_ID},
        example=samples.HOUSEHOLD_TOLD,
        statuses={200: "Left."},
        problems=("not-found", "last-member"),
        name="household_id",
    ),
    Operation(
        method="POST",
        path="/v1/households/{household_id}/dissolve",
        tag="Households",
        summary="Dissolve a household",
        description=(
            "What is left goes to the member named in `to`, or is split evenly: whole points, every lot with its end."
        ),
        run=dissolve,
        asks=DissolveAsked,
        tells=HouseholdTold,
        sample={},
        example={**samples.HOUSEHOLD_TOLD, "state": "dissolved", "members": []},
        statuses={200: "Dissolved, now or before."},
        problems=("not-found",),
        name="household_id",
    ),
)
