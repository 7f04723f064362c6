"""One campaign: review with the value lint and the count of its audience, live with budget and lines, its history."""

from math import isfinite
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.analytics import effects
from regulars.doors.console import (
    campaign_bundle,
    campaign_lines,
    condition_reach,
    lint_words,
    refusals,
)
from regulars.doors.console import campaign_words as words
from regulars.doors.console import format as write
from regulars.doors.console.campaign_forms import StepForm
from regulars.doors.console.charts import Chart, Series
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Column, Facts, Row, Table, badge, meter
from regulars.kit.errors import Refusal
from regulars.program import campaigns

State = campaigns.State


@on_desk
def show(request: HttpRequest, desk: Desk, campaign_id: int) -> HttpResponse:
    """The page: what it says, what it gave, its lines, what happened; and the steps that follow."""
    found = campaigns.get(desk.conn, desk.program_id, campaign_id)
    is_launched = found.launched_on is not None
    page: dict[str, Any] = {
        "campaign": found,
        "title": desk.say(found.terms.name),
        "state": words.state_badge(found.state),
        "steps": _steps(found),
        "form": StepForm(),
        "is_open": found.state is not State.ENDED,
        "why": _why(desk, found),
        "facts": _facts(desk, found),
        "items": campaign_bundle.items(desk, found),
        "lines": campaign_lines.table(desk, found),
        "history": _history(desk, found),
    }
    if is_launched:
        page |= _given(desk, found)
    else:
        page["lint"] = _lint(desk, found)
        page["reach"] = _reach(desk, found)
    return render(request, "console/campaign.html", page)


def _steps(found: campaigns.Campaign) -> list[dict[str, Any]]:
    """What may follow, as buttons: state, label, icon, and whether it takes something away."""
    is_resumed = found.state in (State.PAUSED, State.STOPPED)
    words_of = {
        State.REVIEW: (_("Submit for review"), "check", "btn btn-primary"),
        State.LIVE: (_("Resume") if is_resumed else _("Launch"), "play", "btn btn-primary"),
        State.PAUSED: (_("Pause"), "pause", "btn"),
        State.DRAFT: (_("Back to draft"), "undo-2", "btn"),
        State.ENDED: (_("End"), "x", "btn btn-takes"),
    }
    order = (State.ENDED, State.DRAFT, State.PAUSED, State.REVIEW, State.LIVE)
    return [
        {"state": to.value, "label": words_of[to][0], "icon": words_of[to][1], "button": words_of[to][2]}
        for to in order
        if to in campaigns.NEXT[found.state]
    ]


def _why(desk: Desk, found: campaigns.Campaign) -> str:
    """Why it does not run now, where somebody or something stopped it."""
    if found.state not in (State.PAUSED, State.STOPPED):
        return ""
    last = next((c for c in campaigns.changes(desk.conn, desk.program_id, found.campaign_id) if c.from_state), None)
    if last is None:
        return ""
    facts = {"who": words.who(last), "when": desk.moment(last.changed_at), "why": words.note(desk, last)}
    return _("%(why)s (%(who)s, %(when)s)") % facts


def _facts(desk: Desk, found: campaigns.Campaign) -> Facts:
    terms = found.terms
    audience = flows.audience_said(desk.plan, terms)
    rows = {
        _("Validity"): words.span(terms),
        _("Audience"): desk.say(audience) if audience else _("Everybody"),
        _("Holdout"): write.percent(terms.holdout_percent / 100, digits=0),
        _("Budget"): words.limits(desk, terms.budget),
        _("Code of the campaign"): found.code,
    }
    if found.launched_on:
        rows[_("Launched")] = write.day(found.launched_on)
        if audience:
            rows[_("In the audience")] = write.number(campaigns.seated(desk.conn, found, desk.today))
    if terms.store_budgets:
        stores = [f"{store}: {words.limits(desk, one)}" for store, one in terms.store_budgets.items()]
        rows[_("Budgets of stores")] = _(", ").join(stores)
    if terms.goal:
        goal = words.goal_names()[terms.goal.metric]
        rows[_("Goal")] = f"{goal}: {write.number(terms.goal.target)}"
    return Facts(rows=rows)


def _lint(desk: Desk, found: campaigns.Campaign) -> list[dict[str, Any]]:
    """What the program is worth once the campaign runs."""
    return lint_words.rows(desk, flows.lint_value(desk.conn, desk.plan, at=desk.at, campaign_id=found.campaign_id))


def _reach(desk: Desk, found: campaigns.Campaign) -> str:
    """How many it would reach if it was launched now."""
    if flows.has_stale_audience(desk.plan, found.terms):
        return _("The audience names something that is gone: edit it before the launch.")
    condition = flows.audience_of(desk.plan, found.terms)
    if condition is None:
        return _("Everybody is in the audience.")
    reach = condition_reach.patiently(desk, condition)
    if reach is None:
        return _("Counting takes too long; the launch will do it.")
    facts = {"count": write.number(reach.members), "all": write.number(reach.everybody)}
    return _("%(count)s of %(all)s members are in the audience as of now.") % facts


def _given(desk: Desk, found: campaigns.Campaign) -> dict[str, Any]:
    """What it gave so far, day by day, and what that changed."""
    given = effects.figures(desk.conn, found, to_on=desk.today)
    seen = effects.comparison(desk.conn, found, campaigns.policy(desk.conn, desk.program_id), to_on=desk.today)
    minor = words.cost_minor(desk, given.micros)
    figures = [
        (_("Points given"), write.number(given.points), ""),
        (_("Cost so far"), desk.amount(minor), ""),
        (_("Members who take part"), write.number(given.participants), ""),
        (_("Orders and events"), write.number(given.grants), ""),
    ]
    return {
        "figures": figures,
        "used": words.used(desk, found.terms.budget, given.points, given.micros, given.grants),
        "chart": _chart(given),
        "comparison": _comparison(desk, seen),
        "goal": _goal(desk, found, effects.goal_progress(found, given, seen, today=desk.today)),
        "measured": _measured(seen),
        "measured_note": _measured_note(found, seen),
    }


def _goal(desk: Desk, found: campaigns.Campaign, at: effects.GoalProgress | None) -> dict[str, object] | None:
    """How far it is: a bar, whether it is on time, and what of it the campaign brought."""
    if at is None:
        return None
    say = desk.amount if at.metric == "revenue_minor" else write.number
    text = f"{say(at.value)} / {say(at.target)} ({write.percent(at.share, digits=0)})"
    notes = []
    if at.value >= at.target:
        notes.append(_("The goal is reached."))
    elif at.due is not None:
        over = {"share": write.percent(min(at.due, 1.0), digits=0), "day": write.day(found.last_on)}
        notes.append(
            _("Behind: %(share)s of its days until %(day)s are over.") % over
            if at.is_behind
            else _("On time: %(share)s of its days until %(day)s are over.") % over
        )
    if at.incremental is not None:
        notes.append(_("%(more)s more than without it, measured by the holdout.") % {"more": say(at.incremental)})
    name = words.goal_names()[at.metric]
    return {"name": name, "bar": meter(at.value, at.target, name, text), "notes": notes}


def _chart(given: effects.Figures) -> Chart | None:
    if not given.days:
        return None
    return Chart(
        title=_("Points given by day"),
        labels=[write.short_day(day.on) for day in given.days],
        series=[Series(name=_("Points"), values=[float(day.points) for day in given.days])],
    )


def _comparison(desk: Desk, seen: effects.Comparison) -> Table:
    def interval(found: effects.Difference, say: Any) -> str:
        if not isfinite(found.low):
            return "–"
        return f"{say(found.value)} ({say(found.low)} … {say(found.high)})"

    def orders(amount: float) -> str:
        return f"{amount:.2f}"

    def amount(minor: float) -> str:
        return desk.amount(round(minor))

    return Table(
        caption=_("Given and held out"),
        columns=[
            Column(label=_("By member")),
            Column(label=_("Given"), end=True),
            Column(label=_("Held out"), end=True),
            Column(label=_("Difference (95% interval)"), end=True),
        ],
        rows=[
            Row(cells=[_("Members"), write.number(seen.given.members), write.number(seen.held.members), ""]),
            Row(
                cells=[
                    _("Orders"),
                    orders(seen.orders.given),
                    orders(seen.orders.held),
                    interval(seen.orders, orders),
                ]
            ),
            Row(
                cells=[
                    _("Revenue"),
                    amount(seen.net_minor.given),
                    amount(seen.net_minor.held),
                    interval(seen.net_minor, amount),
                ]
            ),
        ],
    )


def _measured(seen: effects.Comparison) -> SafeString:
    return badge(_("Measured by holdout"), "good") if seen.is_measured else badge(_("Association only"), "warn")


def _measured_note(found: campaigns.Campaign, seen: effects.Comparison) -> str:
    if seen.is_measured:
        return _("Both groups were split by chance before it began.")
    if not found.terms.holdout_percent:
        return _("Without a holdout nobody can tell what would have happened anyway.")
    if min(seen.given.members, seen.held.members) < effects.GROUP_MIN:
        return _("There are too few members on one side to measure.")
    return _("The groups are not split as they should be: something removed members from one of them.")


def _history(desk: Desk, found: campaigns.Campaign) -> Table:
    rows = []
    for change in campaigns.changes(desk.conn, desk.program_id, found.campaign_id):
        can_undo = change.what == "changed" and found.state is not State.ENDED
        undo = desk.markup("console/campaign_undo_button.html", campaign=found, change=change) if can_undo else ""
        cells = [
            desk.moment(change.changed_at),
            words.who(change),
            words.change(change),
            words.note(desk, change) or "–",
            undo or "–",
        ]
        rows.append(Row(cells=cells))
    return Table(
        caption=_("History"),
        columns=[
            Column(label=_("When")),
            Column(label=_("Who")),
            Column(label=_("What changed")),
            Column(label=_("Why")),
            Column(label=_("Actions"), end=True),
        ],
        rows=rows,
    )


@require_POST
@on_desk
def move(request: HttpRequest, desk: Desk, campaign_id: int) -> HttpResponse:
    """Let it take its next step."""
    asked = request.POST.get("state", "")
    if asked not in set(State):
        raise Http404
    note = request.POST.get("note", "").strip()[:200]
    try:
        with desk.conn.transaction():
            flows.run_campaign(desk.conn, desk.plan, campaign_id, State(asked), by=desk.actor, at=desk.at, note=note)
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
    else:
        desk.note("campaign-moved", campaign=campaign_id, state=asked)
        said = {
            "live": _("It is live: purchases earn from it from now on."),
            "paused": _("It is paused: the next purchase earns nothing from it."),
            "ended": _("It has ended. Members keep what they got."),
            "review": _("It waits for its review. Look at what it is worth, then launch it."),
            "draft": _("It is a draft again."),
        }
        messages.success(request, said.get(asked, ""))
    return redirect("campaigns_show", campaign_id)


@require_POST
@on_desk
def undo(request: HttpRequest, desk: Desk, campaign_id: int, change_no: int) -> HttpResponse:
    """Give it the terms it had before a change."""
    try:
        with desk.conn.transaction():
            campaigns.undo(
                desk.conn,
                desk.program_id,
                campaign_id,
                change_no,
                currency=desk.program.currency,
                by=desk.actor,
                at=desk.at,
            )
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
    else:
        desk.note("campaign-undone", campaign=campaign_id, change=change_no)
        messages.success(request, _("Undone by a change of its own; the history keeps both."))
    return redirect("campaigns_show", campaign_id)
