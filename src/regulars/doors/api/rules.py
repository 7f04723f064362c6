"""Earning rules: what they are, in versions; caps over all of them; a dry run; what was recorded without a rule."""

from dataclasses import replace
from typing import Any

import msgspec

from regulars import flows
from regulars.program import earning
from regulars.records import access, activities

from . import rule_shapes as shapes
from .call import Answer, Call, Operation, flaw
from .orders import in_utc, lines
from .refusals import Invalid, NotFound
from .rule_tells import now_told, told, tried_told

ERRORS_MAX = 100
_OWN = {"rule_id": 0, "version": 0, "state": earning.State.LIVE, "effective_at": None, "asks": None}


def show_all(call: Call, _: None) -> Answer:
    """GET /v1/earning-rules."""
    return Answer(status=200, content={"rules": [now_told(call, rule) for rule in call.plan.rules]})


def show(call: Call, _: None) -> Answer:
    """GET /v1/earning-rules/{rule_id}."""
    return Answer(status=200, content=now_told(call, _rule(call)))


def show_versions(call: Call, _: None) -> Answer:
    """GET /v1/earning-rules/{rule_id}/versions."""
    rule = _rule(call)
    found = earning.versions(call.conn, call.program_id, rule.rule_id)
    return Answer(status=200, content={"versions": [told(call, version) for version in found]})


def add(call: Call, asked: shapes.RuleAsked) -> Answer:
    """POST /v1/earning-rules. A rule of the same content that is there already is answered again."""
    state = earning.State(asked.state or "draft")
    wanted = _wanted(call, asked, state=state)
    checked = flows.checked_rule(call.conn, call.plan, wanted, by=call.key.actor.name, at=call.at)
    for known in call.plan.rules:
        if known.state is not earning.State.RETIRED and _content(known) == _content(checked):
            return Answer(status=200, content=now_told(call, known), is_replay=True)
    rule = flows.save_rule(call.conn, call.plan, wanted, by=call.key.actor.name, at=call.at)
    return Answer(status=201, content=now_told(call, rule))


def change(call: Call, asked: shapes.RuleAsked) -> Answer:
    """POST /v1/earning-rules/{rule_id}."""
    before = _rule(call)
    state = earning.State(asked.state) if asked.state else before.state
    wanted = _wanted(call, asked, state=state)
    checked = flows.checked_rule(call.conn, call.plan, wanted, by=call.key.actor.name, at=call.at)
    if (_content(before), before.state) == (_content(checked), state) and asked.effective_from is None:
        return Answer(status=200, content=now_told(call, before), is_replay=True)
    if wanted.effective_at is None and state is not earning.State.DRAFT:
        wanted = msgspec.structs.replace(wanted, effective_at=call.at)
    rule = flows.save_rule(call.conn, call.plan, wanted, by=call.key.actor.name, at=call.at, rule_id=before.rule_id)
    return Answer(status=200, content=now_told(call, rule))


def move(call: Call, asked: shapes.RuleStateAsked) -> Answer:
    """POST /v1/earning-rules/{rule_id}/state."""
    before = _rule(call)
    rule = earning.change_state(
        call.conn,
        call.program_id,
        before.rule_id,
        earning.State(asked.state),
        by=call.key.actor.name,
        at=call.at,
        effective_at=in_utc(asked.effective_from, "/effective_from") if asked.effective_from else None,
    )
    return Answer(status=200, content=now_told(call, rule), is_replay=rule.version == before.version)


def _content(rule: earning.Rule) -> earning.Rule:
    """What the rule says, without what each version has of its own."""
    return replace(rule, created_at=earning.EARLIEST, created_by="", **_OWN)  # type: ignore[arg-type]


def _rule(call: Call) -> earning.Rule:
    for rule in call.plan.rules:
        if str(rule.rule_id) == call.path["rule_id"]:
            return rule
    raise NotFound("There is no such rule.")


def _wanted(call: Call, asked: shapes.RuleAsked, *, state: earning.State) -> flows.RuleWanted:
    return flows.RuleWanted(
        effect=asked.effect,
        label=asked.label,
        params=asked.params,
        state=state,
        effective_at=in_utc(asked.effective_from, "/effective_from") if asked.effective_from else None,
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        wallet_id=call.plan.wallet_of(asked.wallet).wallet_id if asked.wallet else None,
        limits=msgspec.convert(msgspec.to_builtins(asked.limits), earning.Limits) if asked.limits else None,
        condition=asked.condition,
        lines=asked.lines,
        campaign_id=asked.campaign_id,
        because=asked.because,
        priority=asked.priority,
        group=asked.group,
        picks=asked.picks,
    )


def dry_run(call: Call, asked: shapes.RuleTrialAsked) -> Answer:
    """POST /v1/earning-rules/dry-run."""
    if bool(asked.order_id) == (asked.basket is not None):
        raise Invalid("Send an order_id or a basket, one of the two.", flaws=[flaw("/basket")])
    draft = _wanted(call, asked.rule, state=earning.State.LIVE) if asked.rule else None
    more: dict[str, Any] = {"at": call.at, "language": asked.language, "draft": draft, "draft_of": asked.rule_id}
    if asked.basket is None:
        trial = flows.try_past_order(call.conn, call.plan, asked.source, asked.order_id, **more)
    else:
        trial = flows.try_rules(call.conn, call.plan, _basket(call, asked.basket), asked.basket.member_id, **more)
    content = {
        "wallets": [{"wallet": wallet.code, "points": award.points} for wallet, award in trial.awards],
        "stored_points": trial.stored_points,
        "rules": [tried_told(trial, tried) for tried in trial.rules],
    }
    return Answer(status=200, content=content)


def _basket(call: Call, asked: shapes.BasketAsked) -> activities.Order:
    return activities.Order(
        source="dry-run",
        external_id="dry-run",
        currency=call.plan.program.currency,
        total_minor=asked.total_minor,
        occurred_at=in_utc(asked.as_of, "/basket/as_of") if asked.as_of else call.at,
        lines=lines(asked.lines, asked.total_minor),
        points_paid_minor=asked.points_paid_minor,
        store=asked.store,
        channel=asked.channel,
    )


def show_caps(call: Call, _: None) -> Answer:
    """GET /v1/earning-caps."""
    return Answer(status=200, content={"caps": msgspec.to_builtins(call.plan.caps)})


def save_caps(call: Call, asked: shapes.CapsAsked) -> Answer:
    """POST /v1/earning-caps."""
    wanted = [earning.Cap(period=cap.period, points_max=cap.points_max) for cap in asked.caps]
    is_same = sorted(wanted, key=_period) == sorted(call.plan.caps, key=_period)
    if not is_same:
        earning.save_caps(call.conn, call.program_id, wanted, by=call.key.actor.name, at=call.at)
    kept = earning.caps(call.conn, call.program_id)
    return Answer(status=200, content={"caps": msgspec.to_builtins(kept)}, is_replay=is_same)


def _period(cap: earning.Cap) -> str:
    return cap.period


def show_errors(call: Call, _: None) -> Answer:
    """GET /v1/rule-errors."""
    found = [
        {
            "member_id": str(one.member_id),
            "activity_id": str(one.activity_id),
            "rule_id": one.rule_id,
            "version": one.version,
            "code": one.code,
            "detail": one.detail,
            "happened_at": one.happened_at.isoformat(),
        }
        for one in earning.errors(call.conn, call.program_id, limit=ERRORS_MAX)
    ]
    return Answer(status=200, content={"errors": found})


_REFUSED = ("rule-invalid", "rule-too-complex", "rule-too-expensive", "rule-effective-past", "unknown-wallet",
            "unknown-event-type", "forbidden")  # fmt: skip

OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/earning-rules",
        tag="Earning rules",
        summary="Show the earning rules",
        description="Each in its newest version, and what it is at this moment.",
        run=show_all,
        tells=shapes.RulesTold,
        scope=access.Scope.ADMIN,
        example={"rules": [shapes.RULE_TOLD]},
    ),
    Operation(
        method="POST",
        path="/v1/earning-rules",
        tag="Earning rules",
        summary="Make an earning rule",
        description=(
            "A draft, unless `state` says `live`. Conditions are checked in the words of the program; a mistake is "
            "told with line, column and what was probably meant. A rule with the same content that is there already is "
            "answered again."
        ),
        run=add,
        asks=shapes.RuleAsked,
        tells=shapes.RuleNowTold,
        scope=access.Scope.ADMIN,
        sample=shapes.RULE,
        example=shapes.RULE_TOLD,
        statuses={201: "A new rule.", 200: "It was there already."},
        problems=_REFUSED,
    ),
    Operation(
        method="POST",
        path="/v1/earning-rules/dry-run",
        tag="Earning rules",
        summary="Try the earning rules",
        description=(
            "What each rule does to a past order or a basket, and why the others do nothing: conditions with every "
            "answer, lines, limits, exclusive groups. `rule` is tried as if it were live. Nothing is written. A past "
            "order is judged by the rules of its moment, its member as they were then; budgets are those of now."
        ),
        run=dry_run,
        asks=shapes.RuleTrialAsked,
        tells=shapes.RuleTrialTold,
        scope=access.Scope.ADMIN,
        sample=shapes.DRY_RUN,
        example=shapes.DRY_RUN_TOLD,
        problems=(*_REFUSED, "total-mismatch", "not-found"),
    ),
    Operation(
        method="GET",
        path="/v1/earning-rules/{rule_id}",
        tag="Earning rules",
        summary="Show an earning rule",
        description="Its newest version, and what it is at this moment.",
        run=show,
        tells=shapes.RuleNowTold,
        scope=access.Scope.ADMIN,
        example=shapes.RULE_TOLD,
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/earning-rules/{rule_id}",
        tag="Earning rules",
        summary="Change an earning rule",
        description=(
            "A new version with all these settings: what is left out takes its default. It decides about what happens "
            "from `effective_from` on, now when left out; what happened before is decided by the version before, "
            "whenever it is sent, and awards never change. A draft of a live rule changes nothing until it goes live."
        ),
        run=change,
        asks=shapes.RuleAsked,
        tells=shapes.RuleNowTold,
        scope=access.Scope.ADMIN,
        sample=shapes.RULE,
        example=shapes.RULE_TOLD,
        statuses={200: "Changed, or it was so already."},
        problems=(*_REFUSED, "rule-retired", "not-found"),
    ),
    Operation(
        method="GET",
        path="/v1/earning-rules/{rule_id}/versions",
        tag="Earning rules",
        summary="Show who changed an earning rule",
        description="Every version, newest first: what it says, since when, and who wrote it.",
        run=show_versions,
        tells=shapes.VersionsTold,
        scope=access.Scope.ADMIN,
        example={"versions": [shapes.VERSION_TOLD]},
        problems=("not-found",),
    ),
    Operation(
        method="POST",
        path="/v1/earning-rules/{rule_id}/state",
        tag="Earning rules",
        summary="Start, pause or retire an earning rule",
        description=(
            "A new version that says nothing else. A draft that goes live decides about all that is recorded then."
        ),
        run=move,
        asks=shapes.RuleStateAsked,
        tells=shapes.RuleNowTold,
        scope=access.Scope.ADMIN,
        sample=shapes.STATE,
        example={**shapes.RULE_TOLD, "version": 2, "state": "live", "standing": "live"},
        statuses={200: "It stands there, now or before."},
        problems=("rule-invalid", "rule-effective-past", "rule-retired", "not-found", "forbidden"),
    ),
    Operation(
        method="GET",
        path="/v1/earning-caps",
        tag="Earning rules",
        summary="Show the caps",
        description="The most points one member gets of all rules together, in the first wallet.",
        run=show_caps,
        tells=shapes.CapsTold,
        scope=access.Scope.ADMIN,
        example=shapes.CAPS,
    ),
    Operation(
        method="POST",
        path="/v1/earning-caps",
        tag="Earning rules",
        summary="Save the caps",
        description="Exactly these from now on, one for each period.",
        run=save_caps,
        asks=shapes.CapsAsked,
        tells=shapes.CapsTold,
        scope=access.Scope.ADMIN,
        sample=shapes.CAPS,
        example=shapes.CAPS,
        problems=("rule-invalid", "forbidden"),
    ),
    Operation(
        method="GET",
        path="/v1/rule-errors",
        tag="Earning rules",
        summary="Show what was recorded without a rule",
        description="Orders and events whose rule could not be asked, newest first; at most 100.",
        run=show_errors,
        tells=shapes.RuleErrorsTold,
        scope=access.Scope.ADMIN,
        example=shapes.ERRORS,
    ),
)  # fmt: skip
