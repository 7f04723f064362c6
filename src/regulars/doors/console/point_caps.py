"""The most points a member gets of all rules together, by period; and the rules that could not be asked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.doors.console import earning_words, people, refusals
from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, Row, Table
from regulars.kit.errors import Refusal
from regulars.program import earning
from regulars.records import members

_ERRORS = 20


class CapsForm(forms.Form):
    """A number of points for each period; empty is without a cap."""

    def __init__(self, desk: Desk, data: Any = None) -> None:
        known: dict[str, int] = {cap.period: cap.points_max for cap in desk.plan.caps}
        super().__init__(data, initial=known)
        for period in earning.CAPPED:
            name = earning_words.period_names()[period]
            self.fields[period] = forms.IntegerField(
                label=_("At most so many points %(period)s") % {"period": name}, min_value=1, required=False
            )

    def caps(self) -> list[earning.Cap]:
        """What was asked for."""
        return [
            earning.Cap(period=period, points_max=most)
            for period in earning.CAPPED
            if (most := self.cleaned_data[period]) is not None
        ]


@on_desk
def edit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The caps; saving them holds for what is recorded from now on."""
    form = CapsForm(desk, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                earning.save_caps(desk.conn, desk.program_id, form.caps(), by=desk.operator, at=desk.at)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("caps-saved", caps={cap.period: cap.points_max for cap in form.caps()})
            messages.success(request, _("Saved. Points already earned stay as they are."))
            return redirect("rules")
    page = render(
        request,
        "console/form_page.html",
        {
            "title": _("The most over all rules"),
            "lead_text": _("What one member gets of all rules together. Empty: no limit."),
            "back": reverse("rules"),
            "back_label": _("Earning rules"),
            "form": form,
            "fields": "console/plain_form.html",
        },
    )
    return wrong(page) if form.errors else page


def sentences(desk: Desk) -> list[str]:
    """The caps as a shop would say them."""
    names = earning_words.period_names()
    return [
        _("Over all rules a member gets at most %(points)s points %(period)s.")
        % {"points": write.number(cap.points_max), "period": names[cap.period]}
        for cap in desk.plan.caps
    ]


def broken(desk: Desk) -> Table | None:
    """Orders and events that were recorded without a rule, and why it could not be asked; None when there are none."""
    found = earning.errors(desk.conn, desk.program_id, limit=_ERRORS)
    if not found:
        return None
    known = members.several(desk.conn, desk.program_id, list({one.member_id for one in found}))
    labels = {rule.rule_id: desk.say(rule.label) for rule in desk.plan.rules}
    return Table(
        caption=_("Rules that could not be asked"),
        columns=[
            Column(label=_("Member")),
            Column(label=_("Rule")),
            Column(label=_("Why")),
            Column(label=_("When"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    people.title_of(known[one.member_id]) if one.member_id in known else "–",
                    labels.get(one.rule_id, str(one.rule_id)),
                    one.detail,
                    desk.moment(one.happened_at),
                ],
                href=reverse("members_show", args=[one.member_id]),
            )
            for one in found
        ],
    )
