"""The guard over HTTP: rules, cases, decisions, drafts on past days."""

from typing import Any

from regulars import flows
from regulars.program import guard
from regulars.records import access

from . import guard_shapes as shapes
from .call import Answer, Call, Operation, Parameter, one_of

_LISTED = 200
_STATES = ("", "open", "confirmed", "released")


def rules(call: Call, _: None) -> Answer:
    """GET /v1/guard/rules."""
    records = guard.records(call.conn, call.program_id)
    told = [_rule(one, records[one.rule_id]) for one in guard.every(call.conn, call.program_id)]
    types = {name: {n: list(span) for n, span in kind.PARAMS.items()} for name, kind in guard.TYPES.items()}
    return Answer(status=200, content={"rules": told, "types": types})


def save(call: Call, asked: shapes.GuardRuleAsked) -> Answer:
    """POST /v1/guard/rules."""
    if asked.rule_id:
        guard.find(call.conn, call.program_id, asked.rule_id)
    wanted = guard.Rule(
        program_id=call.program_id,
        rule_id=asked.rule_id,
        type=asked.type,
        params=dict(asked.params),
        mode=guard.Mode(asked.mode),
        verdict=guard.Verdict(asked.verdict),
    )
    saved = guard.save(call.conn, wanted, by=call.key.actor.name, at=call.at)
    records = guard.records(call.conn, call.program_id)
    return Answer(status=200 if asked.rule_id else 201, content=_rule(saved, records[saved.rule_id]))


def _rule(rule: guard.Rule, record: guard.Record) -> dict[str, Any]:
    return {
        "rule_id": rule.rule_id,
        "type": rule.type,
        "params": dict(rule.params),
        "mode": str(rule.mode),
        "verdict": str(rule.verdict),
        "text": {language: guard.sentence(rule, language) for language in ("en", "zh")},
        "open": record.open,
        "confirmed": record.confirmed,
        "released": record.released,
        "precision": record.precision,
        "advised": record.advised,
    }


def cases(call: Call, _: None) -> Answer:
    """GET /v1/guard/cases."""
    asked = one_of(call, "state", _STATES, "")
    state = guard.State(asked) if asked else None
    found = guard.cases(call.conn, call.program_id, limit=_LISTED, state=state)
    return Answer(status=200, content={"cases": [_case(one) for one in found]})


def _case(one: guard.Case) -> dict[str, Any]:
    return {
        "case": str(one.case_id),
        "member_id": str(one.member_id),
        "rule_id": one.rule_id,
        "type": one.type,
        "verdict": str(one.verdict),
        "state": str(one.state),
        "measured": one.measured,
        "evidence": dict(one.evidence),
        "found_at": one.found_at.isoformat(),
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
        "decided_by": one.decided_name,
        "reason": one.reason,
    }


def decide(call: Call, asked: shapes.DecisionAsked) -> Answer:
    """POST /v1/guard/cases/{case}/decision."""
    told = {"is_abuse": asked.is_abuse, "freezes": asked.freezes}
    return _decided(call, asked.reason, **told)


def passed(call: Call, asked: shapes.PassedAsked) -> Answer:
    """POST /v1/guard/cases/{case}/passed."""
    return _decided(call, asked.how, is_abuse=False, freezes=False)


def _decided(call: Call, reason: str, *, is_abuse: bool, freezes: bool) -> Answer:
    case_id, by = call.path_id("case"), call.key.actor
    told = flows.decide_case(
        call.conn, call.plan, case_id, is_abuse=is_abuse, reason=reason, freezes=freezes, by=by, at=call.at
    )
    return Answer(status=200, content=_case(told))


def reopen(call: Call, _: shapes.ReopenAsked) -> Answer:
    """POST /v1/guard/cases/{case}/reopen."""
    return Answer(status=200, content=_case(flows.reopen_case(call.conn, call.plan, call.path_id("case"), at=call.at)))


def backtest(call: Call, asked: shapes.BacktestAsked) -> Answer:
    """POST /v1/guard/backtests."""
    draft = guard.Rule(program_id=call.program_id, rule_id=0, type=asked.type, params=dict(asked.params))
    told = flows.backtest(call.conn, call.plan, draft, days=asked.days, at=call.at)
    content = {
        "members": told.members,
        "confirmed_before": told.confirmed_before,
        "released_before": told.released_before,
        "days": [{"on": on.isoformat(), "members": count} for on, count in told.days],
        "examples": [
            {"member_id": str(one.member_id), "measured": one.measured, "evidence": dict(one.evidence)}
            for one in told.examples
        ],
    }
    return Answer(status=200, content=content)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/guard/rules",
        tag="Guard",
        summary="List the guard's rules",
        description="Every rule in numbers and words, how its cases were decided, and the types there are.",
        run=rules,
        tells=shapes.GuardRulesTold,
        scope=access.Scope.ADMIN,
        example={"rules": [shapes.GUARD_RULE_TOLD], "types": {"velocity": {"orders": [5, 1, 10000]}}},
    ),
    Operation(
        method="POST",
        path="/v1/guard/rules",
        tag="Guard",
        summary="Save a guard rule",
        description="A new rule, or with `rule_id` other numbers, mode or verdict. Begin with `watch`.",
        run=save,
        asks=shapes.GuardRuleAsked,
        tells=shapes.GuardRuleTold,
        scope=access.Scope.ADMIN,
        sample=shapes.GUARD_RULE,
        example=shapes.GUARD_RULE_TOLD,
        statuses={201: "Made.", 200: "Changed."},
        problems=("guard-rule-invalid", "not-found"),
    ),
    Operation(
        method="GET",
        path="/v1/guard/cases",
        tag="Guard",
        summary="List the guard's cases",
        description="Whom the rules found, with what they saw, newest first; the newest two hundred.",
        run=cases,
        tells=shapes.CasesTold,
        scope=access.Scope.ADMIN,
        example={"cases": [shapes.CASE_TOLD]},
        query=(Parameter(name="state", description="open, confirmed or released; left out: all."),),
        problems=("validation-failed",),
    ),
    Operation(
        method="POST",
        path="/v1/guard/cases/{case}/decision",
        tag="Guard",
        summary="Decide on a case",
        description="Abuse or not, with a reason. It teaches the rule, and can be taken back for 30 days.",
        run=decide,
        asks=shapes.DecisionAsked,
        tells=shapes.CaseTold,
        scope=access.Scope.ADMIN,
        sample=shapes.DECISION,
        example={**shapes.CASE_TOLD, "state": "confirmed", "reason": "One card for every customer at till 3"},
        problems=("already-decided", "not-found"),
    ),
    Operation(
        method="POST",
        path="/v1/guard/cases/{case}/passed",
        tag="Guard",
        summary="Tell that a member showed who they are",
        description="Releases the member from a challenge; send what was refused again.",
        run=passed,
        asks=shapes.PassedAsked,
        tells=shapes.CaseTold,
        scope=access.Scope.ADMIN,
        sample={"how": "Code to the old phone"},
        example={**shapes.CASE_TOLD, "state": "released", "reason": "Code to the old phone"},
        problems=("already-decided", "not-found"),
    ),
    Operation(
        method="POST",
        path="/v1/guard/cases/{case}/reopen",
        tag="Guard",
        summary="Open a decided case again",
        description="For 30 days after its decision.",
        run=reopen,
        asks=shapes.ReopenAsked,
        tells=shapes.CaseTold,
        scope=access.Scope.ADMIN,
        sample={},
        example=shapes.CASE_TOLD,
        problems=("already-decided", "not-found"),
    ),
    Operation(
        method="POST",
        path="/v1/guard/backtests",
        tag="Guard",
        summary="Try a guard rule on past days",
        description="What a draft would have found on each of the last days. Nothing is written.",
        run=backtest,
        asks=shapes.BacktestAsked,
        tells=shapes.BacktestTold,
        scope=access.Scope.ADMIN,
        sample=shapes.BACKTEST,
        example=shapes.BACKTEST_TOLD,
        problems=("guard-rule-invalid",),
    ),
)
