"""Campaigns: the list, the templates, the editor, what the program wants of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.analytics import effects
from regulars.audience import segments
from regulars.doors.console import campaign_words as words
from regulars.doors.console import format as write
from regulars.doors.console import refusals
from regulars.doors.console.campaign_forms import CampaignForm, PolicyForm
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Row, Table
from regulars.kit.errors import Refusal
from regulars.program import campaigns


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """All of them, newest first."""
    found = campaigns.every(desk.conn, desk.program_id)[::-1]
    rows = []
    for one in found:
        given = effects.figures(desk.conn, one, to_on=desk.today)
        rows.append(
            Row(
                cells=[
                    desk.say(one.terms.name),
                    words.span(one.terms),
                    words.used(desk, one.terms.budget, given.points, given.micros, given.grants),
                    write.number(given.participants),
                    desk.amount(words.cost_minor(desk, given.micros)),
                    words.state_badge(one.state),
                ],
                href=reverse("campaigns_show", args=[one.campaign_id]),
            )
        )
    table = Table(
        caption=_("Campaigns"),
        columns=[
            Column(label=_("Campaign")),
            Column(label=_("Validity")),
            Column(label=_("Budget used")),
            Column(label=_("Members who take part"), end=True),
            Column(label=_("Cost so far"), end=True),
            Column(label=_("State")),
        ],
        rows=rows,
        empty=EmptyState(
            title=_("No campaigns yet"),
            text=_("A campaign has a time, an audience, a budget, and lines at which it stops itself."),
            icon="megaphone",
            action=_("Choose a template"),
            href=reverse("campaigns_templates"),
        ),
    )
    return render(request, "console/campaigns.html", {"campaigns": table})


@on_desk
def templates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What a campaign can begin with; each button drafts it with its rules and lines. `?segment=` is whom it is for."""
    code = request.GET.get("segment", "")
    segment = segments.find(desk.conn, desk.program_id, code) if code else None
    cards = [
        {
            "code": code,
            "name": desk.say(one.name),
            "lead": desk.say(one.lead),
            "icon": one.icon,
            "facts": [
                words.limits(desk, one.budget),
                *(words.line_sentence(desk, line) for line in one.lines),
            ],
        }
        for code, one in campaigns.TEMPLATES.items()
    ]
    page = {"cards": cards, "segment": segment, "segment_name": desk.say(segment.name) if segment else ""}
    return render(request, "console/campaign_templates.html", page)


@require_POST
@on_desk
def start(request: HttpRequest, desk: Desk, template: str) -> HttpResponse:
    """Draft a campaign from a template, for a segment where one was chosen."""
    code = request.POST.get("segment", "")
    try:
        audience = segments.find(desk.conn, desk.program_id, code).condition if code else ""
        with desk.conn.transaction():
            made = flows.start_campaign(desk.conn, desk.plan, template, audience=audience, by=desk.actor, at=desk.at)
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
        return redirect("campaigns_templates")
    desk.note("campaign-drafted", campaign=made.campaign_id, template=template)
    messages.success(request, _("“%(name)s” is drafted. It gives nothing until it is launched.") % {
        "name": desk.say(made.terms.name)
    })  # fmt: skip
    return redirect("campaigns_show", made.campaign_id)


@on_desk
def edit(request: HttpRequest, desk: Desk, campaign_id: int) -> HttpResponse:
    """What a campaign says; saving leaves a line in its history."""
    before = campaigns.get(desk.conn, desk.program_id, campaign_id)
    form = CampaignForm(desk, before, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                campaigns.change(
                    desk.conn,
                    desk.program_id,
                    campaign_id,
                    form.wanted(before.terms),
                    currency=desk.program.currency,
                    by=desk.actor,
                    at=desk.at,
                    note=form.cleaned_data["note"],
                )
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("campaign-changed", campaign=campaign_id)
            messages.success(request, _("Saved. The history tells what changed."))
            return redirect("campaigns_show", campaign_id)
    page = render(
        request,
        "console/campaign_edit.html",
        {
            "form": form,
            "campaign": before,
            "title": desk.say(before.terms.name),
            "is_fixed": before.launched_on is not None,
        },
    )
    return wrong(page) if form.errors else page


@on_desk
def policy(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What the program wants of all campaigns."""
    before = campaigns.policy(desk.conn, desk.program_id)
    initial = {"holdout_percent": before.holdout_percent, "needs_second_person": before.needs_second_person}
    form = PolicyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with desk.conn.transaction():
            campaigns.set_policy(desk.conn, desk.program_id, campaigns.Policy(**form.cleaned_data))
        desk.note("campaign-policy-saved", **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("campaigns")
    page = render(
        request,
        "console/form_page.html",
        {
            "title": _("All campaigns"),
            "back": reverse("campaigns"),
            "back_label": _("Campaigns"),
            "form": form,
            "fields": "console/plain_form.html",
            "lead_text": "",
        },
    )
    return wrong(page) if form.errors else page
