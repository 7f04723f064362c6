"""Campaigns in words: states, budgets, stop-loss lines, what happened to them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk
from regulars.doors.console.parts import badge, meter
from regulars.kit import money
from regulars.program import campaigns

State, Verdict = campaigns.State, campaigns.Verdict
_FULL_RATIO = 0.9
_DEAR = 1e12


def state_badge(state: campaigns.State) -> SafeString:
    """Where a campaign stands, in words."""
    tones = {State.LIVE: "good", State.REVIEW: "info", State.DRAFT: "info", State.PAUSED: "warn", State.STOPPED: "warn"}
    return badge(state_names()[state], tones.get(state, "calm"))


def state_names() -> dict[campaigns.State, str]:
    """States as people say them."""
    return {
        State.DRAFT: _("Draft"),
        State.REVIEW: _("In review"),
        State.LIVE: _("Live"),
        State.PAUSED: _("Paused"),
        State.STOPPED: _("Budget used up"),
        State.ENDED: _("Ended"),
    }


def metric_names() -> dict[campaigns.Metric, str]:
    """Figures that lines watch."""
    return {
        "redemption_rate": _("Redemption rate of coupons"),
        "redeemer_rate": _("Members who use their points"),
        "usage_rate": _("Usage rate of points"),
        "budget_burn": _("Budget used"),
        "cost_per_incremental_order": _("Cost of an additional order"),
    }


def action_names() -> dict[str, str]:
    """What a line does."""
    return {"pause": _("Pause the campaign"), "warn": _("Only warn")}


def goal_names() -> dict[str, str]:
    """What a goal counts."""
    return {
        "participants": _("Members who take part"),
        "orders": _("Orders with points of it"),
        "revenue_minor": _("Revenue of the audience"),
        "points": _("Points given"),
    }


def verdict_badge(verdict: campaigns.Verdict) -> SafeString:
    """What a line says of a day."""
    names = {
        Verdict.YOUNG: (_("Too early"), "calm"),
        Verdict.SMALL: (_("Too few"), "calm"),
        Verdict.FINE: (_("Fine"), "good"),
        Verdict.FIRES: (_("Fires"), "bad"),
        Verdict.STILL: (_("Still beyond"), "warn"),
        Verdict.WELL: (_("Well again"), "good"),
    }
    return badge(*names[verdict])


def figure(desk: Desk, metric: str, amount: float | None) -> str:
    """A figure of a line, written out."""
    if amount is None:
        return "–"
    if metric != "cost_per_incremental_order":
        return write.percent(amount / 100, digits=1)
    return _("no end") if amount >= _DEAR else desk.amount(round(amount))


def line_sentence(desk: Desk, terms: campaigns.LineTerms) -> str:
    """What a line says."""
    facts = {
        "figure": metric_names()[terms.metric],
        "threshold": figure(desk, terms.metric, terms.threshold),
        "days": terms.age_min_days,
        "sample": write.number(terms.sample_min),
    }
    if campaigns.IS_BAD_BELOW[terms.metric]:
        return _("%(figure)s below %(threshold)s, after %(days)s days and from %(sample)s members on") % facts
    return _("%(figure)s above %(threshold)s, after %(days)s days and from a sample of %(sample)s on") % facts


def reading(desk: Desk, line: campaigns.StopLine) -> str:
    """What a line was last seen at."""
    seen = line.reading
    if seen is None:
        return "–"
    facts = {"value": figure(desk, line.terms.metric, seen.value), "sample": write.number(seen.sample)}
    return _("%(value)s of %(sample)s") % facts


def span(terms: campaigns.Terms) -> str:
    """From when until when."""
    if terms.starts_on and terms.ends_on:
        return _("%(start)s to %(end)s") % {"start": write.day(terms.starts_on), "end": write.day(terms.ends_on)}
    if terms.starts_on or terms.ends_on:
        on: date = terms.starts_on or terms.ends_on  # type: ignore[assignment]
        said = _("From %(day)s on") if terms.starts_on else _("Until %(day)s")
        return said % {"day": write.day(on)}
    return _("Without end")


def limits(desk: Desk, budget: campaigns.Budget) -> str:
    """A budget, written out."""
    said = []
    if budget.points_max is not None:
        said.append(_("%(count)s points") % {"count": write.number(budget.points_max)})
    if budget.money_minor_max is not None:
        said.append(desk.amount(budget.money_minor_max, whole=True))
    if budget.grants_max is not None:
        said.append(_("%(count)s orders") % {"count": write.number(budget.grants_max)})
    return _(", ").join(said) or _("No limit")


def cost_minor(desk: Desk, micros: int) -> int:
    """What a campaign gave, in minor units of money."""
    unit: int = 10 ** money.exponent(desk.program.currency)
    return micros * unit // 1_000_000


def used(desk: Desk, budget: campaigns.Budget, points: int, micros: int, grants: int) -> SafeString | str:
    """How much of a budget is used, of the limit that is nearest."""

    def amount(minor: int) -> str:
        return desk.amount(minor, whole=True)

    shares: list[tuple[int, int | None, Callable[[int], str]]] = [
        (points, budget.points_max, write.number),
        (cost_minor(desk, micros), budget.money_minor_max, amount),
        (grants, budget.grants_max, write.number),
    ]
    limited = [(spent / most, spent, most, say) for spent, most, say in shares if most]
    if not limited:
        return _("%(count)s points") % {"count": write.number(points)}
    ratio, spent, most, say = max(limited, key=lambda one: one[0])
    tone = "warn" if ratio >= _FULL_RATIO else "accent"
    return meter(spent, most, _("Budget used"), f"{say(spent)} / {say(most)}", tone)


def change(found: campaigns.Change) -> str:
    """What happened, in a line."""
    names = state_names()
    match found.what:
        case "created":
            return _("Drafted")
        case "changed":
            return _("Changed: %(fields)s") % {"fields": _(", ").join(differing(found))}
        case "line":
            return _("Stop-loss line saved")
        case "warned":
            return _("Stop-loss line: warning")
        case "live" if found.from_state in (State.PAUSED, State.STOPPED):
            return _("Resumed")
        case _other:
            return names[found.to_state]


def differing(found: campaigns.Change) -> list[str]:
    """The fields a change touched, from what to what."""
    before: dict[str, Any] = msgspec.to_builtins(found.before) if found.before else {}
    after: dict[str, Any] = msgspec.to_builtins(found.after) if found.after else {}
    names = _field_names()
    return [
        f"{names[name]} {_plain(before.get(name))} → {_plain(now)}"
        for name, now in after.items()
        if before and name in names and before.get(name) != now
    ]


def _field_names() -> dict[str, str]:
    return {
        "name": _("Name"),
        "starts_on": _("From"),
        "ends_on": _("Until"),
        "audience_text": _("Audience"),
        "audience_mode": _("Audience is found"),
        "holdout_percent": _("Holdout"),
        "budget": _("Budget"),
        "store_budgets": _("Budgets of stores"),
        "goal": _("Goal"),
    }


def _plain(told: Any) -> str:
    if told in (None, "", {}):
        return "–"
    if isinstance(told, dict):
        kept = [_plain(one) for one in told.values() if one is not None]
        return " ".join(kept) or "–"
    return str(told)


def who(found: campaigns.Change) -> str:
    """Who did it."""
    machines = {"stop-line": _("Stop-loss line"), "clock": _("Calendar"), "campaigns": _("Budget")}
    return found.changed_name or machines.get(found.changed_by, found.changed_by)


def note(desk: Desk, found: campaigns.Change) -> str:
    """Why it was done; what machines wrote, in words."""
    if found.note == "budget-exhausted":
        return _("The budget is used up")
    if found.note == "over":
        return _("The last day is over")
    if found.note.startswith("undoes "):
        return _("Undoes an earlier change")
    parts = found.note.split(" ")
    if found.changed_by == "stop-line" and parts[0] in campaigns.METRICS:
        metric: Any = parts[0]
        facts = {
            "figure": metric_names()[metric],
            "value": figure(desk, metric, float(parts[1])),
            "threshold": figure(desk, metric, float(parts[3].rstrip(","))),
        }
        return _("%(figure)s %(value)s, line at %(threshold)s") % facts
    return "" if found.what in ("created", "line") else found.note


def choices(desk: Desk) -> list[tuple[Any, str]]:
    """No campaign, or one of the program's; the latest first."""
    found = reversed(campaigns.every(desk.conn, desk.program_id))
    return [("", "–"), *((one.campaign_id, desk.say(one.terms.name)) for one in found)]


def name_of(desk: Desk, campaign_id: int) -> str:
    """The name of a campaign by its number."""
    return desk.say(campaigns.get(desk.conn, desk.program_id, campaign_id).terms.name)


def belonging(desk: Desk, campaign_id: int | None) -> dict[str, SafeString]:
    """The campaign something belongs to, as a fact with a link; nothing where there is none."""
    if campaign_id is None:
        return {}
    address = reverse("campaigns_show", args=[campaign_id])
    return {_("Campaign"): format_html('<a href="{}">{}</a>', address, name_of(desk, campaign_id))}
