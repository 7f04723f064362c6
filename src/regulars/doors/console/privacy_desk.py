"""The privacy desk: who is to be forgotten, what members are asked, what is kept for how long."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import format as write
from regulars.doors.console import people
from regulars.doors.console import privacy_words as words
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Row, Table, badge
from regulars.doors.console.shared_fields import texts
from regulars.records import privacy

_LISTED = 100
_LINES = {"rows": 4}


class WordingForm(forms.Form):
    """A new version of what members are asked."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"), choices=lambda: [(str(one), words.PURPOSES[one][0]) for one in privacy.Purpose]
    )
    body_en = forms.CharField(
        label=gettext_lazy("Text in English"), max_length=4000, required=False, widget=forms.Textarea(attrs=_LINES)
    )
    body_zh = forms.CharField(
        label=gettext_lazy("Text in Chinese"), max_length=4000, required=False, widget=forms.Textarea(attrs=_LINES)
    )

    def clean(self) -> dict[str, Any]:
        """One language is enough, none is not."""
        given: dict[str, Any] = super().clean() or {}
        if not texts(given, "body"):
            raise forms.ValidationError(_("Write the text in at least one language."))
        return given


class KeepForm(forms.Form):
    """How long rows of a table are kept."""

    table = forms.CharField(max_length=80)
    days = forms.IntegerField(min_value=1, max_value=36500)


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page."""
    return _page(request, desk, WordingForm())


def _page(request: HttpRequest, desk: Desk, form: WordingForm) -> HttpResponse:
    needs = privacy.needs_yes(desk.conn, desk.program_id)
    kept = list(flows.retention(desk.conn, desk.program_id, at=desk.at))
    page = render(
        request,
        "console/privacy_desk.html",
        {
            "erasures": _erasures(desk),
            "wording_form": form,
            "wordings": [
                (words.PURPOSES[one.purpose][0], one.version, desk.moment(one.published_at), desk.say(one.body))
                for one in privacy.wordings(desk.conn, desk.program_id)
            ],
            "bases": [(str(one), *words.PURPOSES[one], needs[one]) for one in privacy.Purpose],
            "kept": [(one.part.table, one.keep_days, write.number(one.overdue)) for one in kept],
            "register": _register({one.part.table: one.keep_days for one in kept}),
        },
    )
    return wrong(page) if form.errors else page


def _erasures(desk: Desk) -> Table:
    found = privacy.erasures(desk.conn, desk.program_id, limit=_LISTED)
    return Table(
        caption=_("Members to be forgotten"),
        columns=[
            Column(label=_("Member")),
            Column(label=_("Asked on")),
            Column(label=_("Day")),
            Column(label=_("State")),
        ],
        rows=[
            Row(
                cells=[
                    people.link_to(one.member_id, _short(one.member_id)),
                    desk.local_day(one.asked_at),
                    write.day(one.due_on),
                    badge(_("Forgotten"), "good")
                    if one.done_at
                    else badge(words.reasons(one.blocked), "warn")
                    if one.blocked
                    else badge(_("Waits for its day")),
                ]
            )
            for one in found
        ],
        empty=EmptyState(
            title=_("Nobody asked to be forgotten"),
            text=_("It is asked on a member's privacy page."),
            icon="shield-check",
        ),
    )


def _short(member_id: UUID) -> str:
    return f"{str(member_id)[:8]}…"


def _register(days: Mapping[str, int]) -> Table:
    return Table(
        caption=_("What is kept of members"),
        columns=[
            Column(label=_("Table")),
            Column(label=_("What for")),
            Column(label=_("What it tells")),
            Column(label=_("How long")),
            Column(label=_("When somebody is forgotten")),
        ],
        rows=[
            Row(
                cells=[
                    part.table,
                    str(words.KEPT_FOR[part.purpose]),
                    str(words.CLASSES[part.privacy]),
                    _("%(days)s days") % {"days": write.number(days[part.table])}
                    if part.table in days
                    else _("as long as the books"),
                    str(words.FATES[part.fate]),
                ]
            )
            for part in flows.REGISTER
        ],
    )


@require_POST
@on_desk
def publish(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A new version of what members are asked."""
    form = WordingForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, form)
    purpose = privacy.Purpose(form.cleaned_data["purpose"])
    body = texts(form.cleaned_data, "body")
    version = privacy.publish(desk.conn, desk.program_id, purpose, body, by=desk.operator, at=desk.at)
    desk.note("consent-text-published", purpose=str(purpose), version=version)
    messages.success(request, _("Version %(number)s is published.") % {"number": version})
    return redirect("privacy")


@require_POST
@on_desk
def set_basis(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Which purposes wait for a yes."""
    for purpose in privacy.Purpose:
        needs = request.POST.get(str(purpose)) == "yes"
        privacy.set_needs_yes(desk.conn, desk.program_id, purpose, needs=needs)
    desk.note("consent-basis-changed")
    messages.success(request, _("Saved. It holds for everybody who did not choose themselves."))
    return redirect("privacy")


@require_POST
@on_desk
def keep(request: HttpRequest, desk: Desk) -> HttpResponse:
    """How long rows of a table are kept."""
    form = KeepForm(request.POST)
    aged = {part.table for part in flows.REGISTER if part.aged}
    if form.is_valid() and form.cleaned_data["table"] in aged:
        table, days = form.cleaned_data["table"], form.cleaned_data["days"]
        privacy.set_retention(desk.conn, desk.program_id, table, days)
        desk.note("retention-changed", table=table, days=days)
        messages.success(request, _("Saved. What is older is forgotten tonight."))
    else:
        messages.error(request, _("Say from 1 to 36500 days."))
    return redirect("privacy")
