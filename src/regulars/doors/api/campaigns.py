"""Campaigns: made, launched, paused, measured, stopped by their lines. Named by the shop's own codes."""

from math import isfinite
from typing import Any

import msgspec

from regulars import flows
from regulars.analytics import effects, value
from regulars.kit import money
from regulars.program import campaigns
from regulars.records import access, activities

from . import campaign_shapes as shapes
from .call import Answer, Call

_MICROS = 1_000_000


def show(call: Call, _: None) -> Answer:
    """GET /v1/campaigns."""
    found = campaigns.every(call.conn, call.program_id)
    return Answer(status=200, content={"campaigns": [told(call, one) for one in reversed(found)]})


def one(call: Call, _: None) -> Answer:
    """GET /v1/campaigns/{campaign}."""
    return Answer(status=200, content=told(call, _named(call)))


def save(call: Call, asked: shapes.CampaignAsked) -> Answer:
    """POST /v1/campaigns: a new draft, or other terms of the one with this code."""
    activities.check_text("/note", asked.note)
    known = next((c for c in campaigns.every(call.conn, call.program_id) if c.code == asked.code), None)
    by, at = call.key.actor, call.at
    if asked.template and known is None:
        made = flows.start_campaign(call.conn, call.plan, asked.template, code=asked.code, by=by, at=at)
        return Answer(status=201, content=told(call, made))
    if asked.template and known is not None and not asked.name:
        return Answer(status=200, content=told(call, known), is_replay=True)
    terms = _terms(call, asked, known)
    if known is None:
        made = campaigns.draft(call.conn, call.program_id, asked.code, terms, by=by, at=at, note=asked.note)
        return Answer(status=201, content=told(call, made))
    currency = call.plan.program.currency
    after = campaigns.change(
        call.conn, call.program_id, known.campaign_id, terms, currency=currency, by=by, at=at, note=asked.note
    )
    return Answer(status=200, content=told(call, after), is_replay=after == known)


def _terms(call: Call, asked: shapes.CampaignAsked, known: campaigns.Campaign | None) -> campaigns.Terms:
    return campaigns.Terms(
        name=dict(asked.name),
        template=known.terms.template if known else "",
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        audience_mode=asked.audience_mode,
        holdout_percent=asked.holdout_percent,
        budget=msgspec.convert(msgspec.to_builtins(asked.budget), campaigns.Budget),
        store_budgets=msgspec.convert(msgspec.to_builtins(asked.store_budgets), dict[str, campaigns.Budget]),
        goal=msgspec.convert(msgspec.to_builtins(asked.goal), campaigns.Goal) if asked.goal else None,
        **flows.audience_terms(call.plan, asked.audience),
    )


def move(call: Call, asked: shapes.CampaignStateAsked) -> Answer:
    """POST /v1/campaigns/{campaign}/state."""
    activities.check_text("/reason", asked.reason)
    before = _named(call)
    after = flows.run_campaign(
        call.conn,
        call.plan,
        before.campaign_id,
        campaigns.State(asked.state),
        by=call.key.actor,
        at=call.at,
        note=asked.reason,
    )
    return Answer(status=200, content=told(call, after), is_replay=after == before)


def history(call: Call, _: None) -> Answer:
    """GET /v1/campaigns/{campaign}/history."""
    found = campaigns.changes(call.conn, call.program_id, _named(call).campaign_id)
    return Answer(status=200, content={"history": [_changed(change) for change in found]})


def undo(call: Call, asked: shapes.CampaignUndoAsked) -> Answer:
    """POST /v1/campaigns/{campaign}/undo."""
    before = _named(call)
    after = campaigns.undo(
        call.conn,
        call.program_id,
        before.campaign_id,
        asked.change_no,
        currency=call.plan.program.currency,
        by=call.key.actor,
        at=call.at,
    )
    return Answer(status=200, content=told(call, after), is_replay=after == before)


def set_line(call: Call, asked: shapes.StopLineAsked) -> Answer:
    """POST /v1/campaigns/{campaign}/stop-lines."""
    campaign = _named(call)
    campaigns.set_line(
        call.conn,
        call.program_id,
        campaign.campaign_id,
        _line(asked),
        by=call.key.actor,
        at=call.at,
        line_id=asked.line,
        is_on=asked.is_on,
    )
    return Answer(status=200, content=told(call, campaign))


def dry_run(call: Call, asked: shapes.StopLineAsked) -> Answer:
    """POST /v1/campaigns/{campaign}/stop-lines/dry-run."""
    found = flows.dry_run_line(call.conn, call.plan, _named(call).campaign_id, _line(asked), at=call.at)
    days = [
        {
            "on": reading.on.isoformat(),
            "value": reading.value,
            "low": reading.low,
            "high": reading.high,
            "sample": reading.sample,
            "verdict": verdict.value,
        }
        for reading, verdict in found
    ]
    fires = [day["on"] for day in days if day["verdict"] == campaigns.Verdict.FIRES.value]
    return Answer(status=200, content={"days": days, "fires_on": fires})


def watch(call: Call, asked: shapes.WatchAsked) -> Answer:
    """POST /v1/campaigns/{campaign}/watch."""
    campaign = _named(call)
    flows.watch_campaigns(call.conn, call.plan, at=call.at, campaign_id=campaign.campaign_id, line_id=asked.line)
    return Answer(status=200, content=told(call, _named(call)))


def _line(asked: shapes.StopLineAsked) -> campaigns.LineTerms:
    kept = msgspec.to_builtins(asked)
    return msgspec.convert({n: v for n, v in kept.items() if n not in {"line", "is_on"}}, campaigns.LineTerms)


def figures(call: Call, _: None) -> Answer:
    """GET /v1/campaigns/{campaign}/figures."""
    campaign, program = _named(call), call.plan.program
    to_on = program.local_date(call.at)
    found = effects.figures(call.conn, campaign, to_on=to_on)
    seen = effects.comparison(call.conn, campaign, campaigns.policy(call.conn, call.program_id), to_on=to_on)
    content = {
        "campaign": campaign.code,
        "points": found.points,
        "cost_minor": found.micros * 10 ** money.exponent(program.currency) // _MICROS,
        "grants": found.grants,
        "participants": found.participants,
        "given": _group(seen.given),
        "held": _group(seen.held),
        "orders": _difference(seen.orders),
        "net_minor": _difference(seen.net_minor),
        "label": "measured" if seen.is_measured else "association",
        "split_p": seen.mismatch_p,
        "goal": _goal(effects.goal_progress(campaign, found, seen, today=to_on)),
    }
    return Answer(status=200, content=content)


def _goal(at: effects.GoalProgress | None) -> dict[str, Any] | None:
    return {name: getattr(at, name) for name in shapes.GoalTold.__struct_fields__} if at else None


def _group(group: effects.Group) -> dict[str, int]:
    return {
        "members": group.members,
        "buyers": group.buyers,
        "orders": group.orders,
        "net_minor": group.net_minor,
    }


def _difference(found: effects.Difference) -> dict[str, float | None]:
    return {
        "given": found.given,
        "held": found.held,
        "value": found.value,
        "low": found.low if isfinite(found.low) else None,
        "high": found.high if isfinite(found.high) else None,
    }


def lint(call: Call, _: None) -> Answer:
    """GET /v1/campaigns/{campaign}/lint."""
    return _linted(call, _named(call).campaign_id)


def lint_program(call: Call, _: None) -> Answer:
    """GET /v1/lint."""
    return _linted(call, None)


def _linted(call: Call, campaign_id: int | None) -> Answer:
    found = flows.lint_value(call.conn, call.plan, at=call.at, campaign_id=campaign_id)
    language = call.plan.program.language
    findings = [{"code": one.code, "level": one.level.value, **_said(value.words(one, language))} for one in found]
    return Answer(status=200, content={"worst": value.worst(found).value, "findings": findings})


def _said(words: value.Words) -> dict[str, str]:
    return {"figure": words.figure, "why": words.why, "change": words.change}


def set_policy(call: Call, asked: shapes.CampaignPolicyAsked) -> Answer:
    """POST /v1/campaign-policy."""
    wanted = campaigns.Policy(holdout_percent=asked.holdout_percent, needs_second_person=asked.needs_second_person)
    is_same = campaigns.policy(call.conn, call.program_id) == wanted
    if not is_same:
        campaigns.set_policy(call.conn, call.program_id, wanted)
    return Answer(status=200, content=msgspec.to_builtins(asked), is_replay=is_same)


def _named(call: Call) -> campaigns.Campaign:
    return campaigns.find(call.conn, call.program_id, call.path["campaign"])


def told(call: Call, campaign: campaigns.Campaign) -> dict[str, Any]:
    """A campaign as machines read it."""
    terms: dict[str, Any] = msgspec.to_builtins(campaign.terms)
    budgets = {"": terms["budget"], **terms["store_budgets"]}
    same = ("name", "template", "starts_on", "ends_on", "audience_mode", "holdout_percent", "goal")
    return {
        "campaign": campaign.code,
        "campaign_id": campaign.campaign_id,
        "state": campaign.state.value,
        **{name: terms[name] for name in same},
        "audience": terms["audience_text"],
        "budgets": [{"store": store, **budget} for store, budget in budgets.items()],
        "launched_on": campaign.launched_on.isoformat() if campaign.launched_on else None,
        "ended_on": campaign.ended_on.isoformat() if campaign.ended_on else None,
        "stop_lines": [_line_told(line) for line in campaigns.lines(call.conn, call.program_id, campaign.campaign_id)],
    }


def _line_told(line: campaigns.StopLine) -> dict[str, Any]:
    seen = line.reading
    return {
        "line": line.line_id,
        **msgspec.to_builtins(line.terms),
        "is_on": line.is_on,
        "fired_at": line.fired_at.isoformat() if line.fired_at else None,
        "watched_at": line.watched_at.isoformat() if line.watched_at else None,
        "value": seen.value if seen else None,
        "low": seen.low if seen else None,
        "high": seen.high if seen else None,
        "sample": seen.sample if seen else None,
    }


def _changed(change: campaigns.Change) -> dict[str, Any]:
    before: dict[str, Any] = msgspec.to_builtins(change.before) if change.before else {}
    after: dict[str, Any] = msgspec.to_builtins(change.after) if change.after else {}
    differing = [name for name in after if before and before.get(name) != after[name]]
    return {
        "change_no": change.change_no,
        "what": change.what,
        "changed_at": change.changed_at.isoformat(),
        "changed_by": change.changed_name or change.changed_by,
        "note": change.note,
        "from_state": change.from_state.value if change.from_state else None,
        "to_state": change.to_state.value,
        "changes": [{"field": n, "was": _plain(before.get(n)), "now": _plain(after[n])} for n in differing],
    }


def _plain(content: Any) -> str:
    return content if isinstance(content, str) else msgspec.json.encode(content).decode()


SCOPE = access.Scope.ADMIN
"""Everything about campaigns is for keys of operators."""
