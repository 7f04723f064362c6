"""Earning rules as machines read them."""

from typing import Any

import msgspec

from regulars import flows
from regulars.audience import conditions
from regulars.program import earning

from .call import Call


def told(call: Call, rule: earning.Rule) -> dict[str, Any]:
    """One version."""
    wallet = call.plan.wallet if rule.wallet_id is None else call.plan.wallets[rule.wallet_id]
    return {
        "rule_id": rule.rule_id,
        "version": rule.version,
        "state": str(rule.state),
        "effect": rule.effect,
        "params": rule.params,
        "label": rule.label,
        "because": rule.because,
        "condition": rule.condition,
        "condition_text": conditions.spelled(rule.condition) if rule.condition else "",
        "lines": rule.lines,
        "lines_text": conditions.spelled(rule.lines) if rule.lines else "",
        "wallet": wallet.code,
        "limits": msgspec.to_builtins(rule.limits),
        "priority": rule.priority,
        "group": rule.group,
        "picks": rule.picks,
        "campaign_id": rule.campaign_id,
        "starts_on": rule.starts_on.isoformat() if rule.starts_on else None,
        "ends_on": rule.ends_on.isoformat() if rule.ends_on else None,
        "effective_from": rule.effective_at.isoformat() if rule.effective_at else None,
        "changed_at": rule.created_at.isoformat(),
        "changed_by": rule.created_by,
    }


def now_told(call: Call, rule: earning.Rule) -> dict[str, Any]:
    """The newest version, and what the rule is now."""
    known = [version for version in call.plan.versions if version.rule_id == rule.rule_id]
    versions = known if rule in known else [rule, *known]
    standing = earning.standing(versions, call.at, call.plan.program.local_date(call.at))
    return {**told(call, rule), "standing": standing}


def tried_told(trial: flows.Trial, tried: flows.Tried) -> dict[str, Any]:
    """What one rule did in a dry run."""
    weighed = tried.weighed
    because = weighed.condition
    return {
        "rule_id": weighed.rule.rule_id,
        "version": weighed.rule.version,
        "label": weighed.rule.label,
        "wallet": tried.wallet.code,
        "points": weighed.points,
        "code": weighed.code,
        "text": tried.text,
        "condition": {
            "matched": because.matched,
            "sentence": because.sentence,
            "because": list(because.because),
            "absent": list(because.absent),
        }
        if because
        else None,
        "line_ids": None if weighed.lines is None else [trial.order.lines[place].line_id for place in weighed.lines],
    }
