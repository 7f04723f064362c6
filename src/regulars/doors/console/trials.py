"""Trial runs: drafts of the program on the shop's own past orders, side by side."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.analytics import twin
from regulars.doors.console import csv_export, refusals
from regulars.doors.console import format as write
from regulars.doors.console import trial_words as words
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Row, Table, badge, meter
from regulars.doors.console.trial_forms import TrialForm
from regulars.kit.errors import Refusal

_LISTED = 30


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Those that were run, and the form that asks for one."""
    form = TrialForm(desk, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                made = flows.ask_trial(
                    desk.conn, desk.plan, form.trial_id(desk), form.asked(), by=desk.operator, at=desk.at
                )
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("trial-asked", trial=str(made.trial_id))
            return redirect("trials_show", made.trial_id)
    found = twin.trials(desk.conn, desk.program_id, limit=_LISTED)
    rows = [
        Row(
            cells=[
                desk.moment(one.asked_at),
                words.days(one),
                " · ".join(words.draft(desk, draft) for draft in one.asked.drafts),
                write.number(one.orders),
                one.asked_by,
                _state(one),
            ],
            href=reverse("trials_show", args=[one.trial_id]),
        )
        for one in found
    ]
    table = Table(
        caption=_("Trial runs"),
        columns=[
            Column(label=_("When")),
            Column(label=_("Days")),
            Column(label=_("Drafts")),
            Column(label=_("Orders decided"), end=True),
            Column(label=_("Who")),
            Column(label=_("State")),
        ],
        rows=rows,
        empty=EmptyState(
            title=_("Nothing was tried yet"),
            text=_(
                "A trial run decides your own past orders by a draft: what it costs is known before it is promised."
            ),
            icon="flask-conical",
        ),
    )
    page = render(request, "console/trials.html", {"form": form, "trials": table})
    return wrong(page) if form.errors else page


def _state(one: twin.Trial) -> SafeString:
    tone = {"done": "good", "failed": "bad", "running": "info", "waiting": "info"}.get(one.state, "calm")
    return badge(words.state_names()[one.state], tone)


@on_desk
def one(request: HttpRequest, desk: Desk, trial_id: UUID) -> HttpResponse:
    """How far it is, or what came out."""
    found = twin.trial(desk.conn, desk.program_id, trial_id)
    is_over = found.state not in ("waiting", "running")
    page = {
        "trial": found,
        "is_over": is_over,
        "state": _state(found),
        "days": words.days(found),
        "assumed": words.assumed(found),
        "drafts": words.drafts(desk, found),
        "progress": meter(found.orders_done, max(found.orders, 1), _("Orders decided"), _progress(found)),
        "problem": found.problem,
    }
    if found.outcomes:
        page |= {
            "figures": words.figures(desk, found),
            "points_chart": words.points_chart(desk, found),
            "open_chart": words.open_chart(desk, found),
            "tiers": words.tier_table(desk, found),
            "rules": words.rule_table(desk, found),
            "spread": words.spread_table(found),
        }
    return render(request, "console/trial.html", page)


def _progress(found: twin.Trial) -> str:
    return f"{write.number(found.orders_done)} / {write.number(found.orders)}"


@require_POST
@on_desk
def cancel(request: HttpRequest, desk: Desk, trial_id: UUID) -> HttpResponse:
    """Stop it; one that is over stays as it is."""
    found = twin.trial(desk.conn, desk.program_id, trial_id)
    if twin.end(desk.conn, found, "cancelled", at=desk.at):
        messages.success(request, _("It is cancelled."))
    return redirect("trials_show", trial_id)


@on_desk
def export(request: HttpRequest, desk: Desk, trial_id: UUID) -> HttpResponseBase:
    """The months of every draft as a file."""
    del request
    found = twin.trial(desk.conn, desk.program_id, trial_id)
    head = [
        _("Draft"),
        _("Month"),
        _("Orders"),
        _("Revenue kept"),
        _("Points"),
        _("Points that ended"),
        _("Points open"),
    ]
    rows = [
        [
            words.draft(desk, outcome.draft),
            month.month_on,
            month.orders,
            csv_export.money(month.revenue_minor, desk.program.currency),
            month.points,
            month.ended_points,
            month.open_points,
        ]
        for outcome in found.outcomes
        for month in outcome.months
    ]
    return csv_export.answer(f"trial-{found.asked.from_on}-{found.asked.to_on}", head, rows)
