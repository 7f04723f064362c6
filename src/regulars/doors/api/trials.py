"""Trials over HTTP: drafts of the program on the shop's own past orders."""

from typing import Any

import msgspec

from regulars import flows
from regulars.analytics import twin
from regulars.kit import ids
from regulars.records import access

from . import trial_shapes as shapes
from .call import Answer, Call, Operation, flaw
from .refusals import Invalid

_LISTED = 20


def show(call: Call, _: None) -> Answer:
    """GET /v1/trials."""
    found = twin.trials(call.conn, call.program_id, limit=_LISTED)
    return Answer(status=200, content={"trials": [_told(one) for one in found]})


def ask(call: Call, asked: shapes.TrialAsked) -> Answer:
    """POST /v1/trials."""
    trial_id = ids.key_of(call.program_id, "trial", asked.trial_id)
    wanted = twin.Asked(
        from_on=asked.from_on,
        to_on=asked.to_on,
        drafts=tuple(_draft(place, one) for place, one in enumerate(asked.drafts)),
        use_percent=asked.use_percent,
        margin_percent=asked.margin_percent,
    )
    known = [one for one in twin.trials(call.conn, call.program_id, limit=1000) if one.trial_id == trial_id]
    made = flows.ask_trial(call.conn, call.plan, trial_id, wanted, by=call.key.actor.name, at=call.at)
    return Answer(status=202, content=_told(made), is_replay=bool(known))


def _draft(place: int, asked: shapes.DraftAsked) -> twin.Draft:
    try:
        thresholds = {int(tier): threshold for tier, threshold in asked.thresholds.items()}
    except ValueError:
        pointer = f"/drafts/{place}/thresholds"
        raise Invalid("A threshold is said by the number of its tier.", flaws=[flaw(pointer)]) from None
    return twin.Draft(
        with_rules=tuple(asked.with_rules), without_rules=tuple(asked.without_rules), thresholds=thresholds
    )


def one(call: Call, _: None) -> Answer:
    """GET /v1/trials/{trial}."""
    return Answer(status=200, content=_told(twin.trial(call.conn, call.program_id, call.path_id("trial"))))


def cancel(call: Call, _: Any) -> Answer:
    """POST /v1/trials/{trial}/cancel."""
    before = twin.trial(call.conn, call.program_id, call.path_id("trial"))
    is_ended = twin.end(call.conn, before, "cancelled", at=call.at)
    after = twin.trial(call.conn, call.program_id, before.trial_id)
    return Answer(status=200, content=_told(after), is_replay=not is_ended)


def _told(one: twin.Trial) -> dict[str, Any]:
    return {
        "trial": str(one.trial_id),
        "state": one.state,
        "from_on": one.asked.from_on.isoformat(),
        "to_on": one.asked.to_on.isoformat(),
        "orders": one.orders,
        "orders_done": one.orders_done,
        "outcomes": [_outcome(one.asked, outcome) for outcome in one.outcomes],
        "problem": one.problem,
    }


def _outcome(asked: twin.Asked, outcome: twin.Outcome) -> dict[str, Any]:
    kept: dict[str, Any] = msgspec.to_builtins(outcome)
    told = {name: kept[name] for name in shapes.OutcomeTold.__struct_fields__ if name in kept}
    return told | {
        "cost_minor": twin.cost_minor(outcome, outcome.points, asked.use_percent),
        "reward_rate": twin.reward_rate(outcome),
        "breakeven_uplift": twin.breakeven_uplift(outcome, asked),
    }


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/trials",
        tag="Trials",
        summary="List the trials",
        description="The newest twenty, with how far they are and what came out.",
        run=show,
        tells=shapes.TrialsTold,
        scope=access.Scope.ADMIN,
        example={"trials": [shapes.TRIAL_TOLD]},
    ),
    Operation(
        method="POST",
        path="/v1/trials",
        tag="Trials",
        summary="Try drafts of the program on past orders",
        description=(
            "The same decisions as in life over the orders of some days, from the lowest tier and no points; nothing "
            "is written but the outcome: points, cost, months, rules, who reaches which tier. Campaigns and events "
            "are left out. A worker runs it; ask for it again until it is done."
        ),
        run=ask,
        asks=shapes.TrialAsked,
        tells=shapes.TrialTold,
        scope=access.Scope.ADMIN,
        sample=shapes.TRIAL,
        example=shapes.TRIAL_TOLD,
        statuses={202: "It will be run; the same id again is the same trial."},
        problems=("validation-failed", "not-found"),
        name="trial_id",
    ),
    Operation(
        method="GET",
        path="/v1/trials/{trial}",
        tag="Trials",
        summary="Show a trial",
        description="How far it is, and once it is done what each draft would have done.",
        run=one,
        tells=shapes.TrialTold,
        scope=access.Scope.ADMIN,
        example=shapes.TRIAL_TOLD,
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/trials/{trial}/cancel",
        tag="Trials",
        summary="Cancel a trial",
        description="It stops within seconds. One that is over stays as it is.",
        run=cancel,
        asks=shapes.CancelTrialAsked,
        sample={},
        tells=shapes.TrialTold,
        scope=access.Scope.ADMIN,
        example={**shapes.TRIAL_TOLD, "state": "cancelled"},
        problems=("not-found",),
    ),
)
