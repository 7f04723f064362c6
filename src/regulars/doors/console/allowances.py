"""How many points one account or key may move by hand alone; above it a second person approves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import format as write
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Facts
from regulars.records import access, ledger

_MAX = 1_000_000_000
_EMPTY = gettext_lazy("Empty is no limit; 0 always needs a second person.")


def _points(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=_MAX, required=False, help_text=_EMPTY)


class AllowanceForm(forms.Form):
    """For people and for keys: at once, and in a day."""

    staff_once = _points(gettext_lazy("Staff account: points at once"))
    staff_day = _points(gettext_lazy("Staff account: points in a day"))
    key_once = _points(gettext_lazy("API key: points at once"))
    key_day = _points(gettext_lazy("API key: points in a day"))


def summary(desk: Desk) -> Facts:
    """The limits as they are."""
    found = ledger.adjustments.allowances(desk.conn, desk.program_id)
    names = {access.ActorKind.STAFF: _("Staff account"), access.ActorKind.KEY: _("API key")}
    return Facts(rows={names[kind]: _said(found[kind]) for kind in access.ActorKind})


def _said(allowance: ledger.adjustments.Allowance) -> str:
    return _("%(once)s points at once, %(day)s in a day") % {
        "once": _number(allowance.once_points_max),
        "day": _number(allowance.day_points_max),
    }


def _number(points: int | None) -> str:
    return _("any number of") if points is None else write.number(points)


@on_desk
def edit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The limits; a POST changes them."""
    found = ledger.adjustments.allowances(desk.conn, desk.program_id)
    start = {
        f"{kind.value}_{span}": getattr(found[kind], f"{span}_points_max")
        for kind in access.ActorKind
        for span in ("once", "day")
    }
    form = AllowanceForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        wanted = {
            kind: ledger.adjustments.Allowance(
                once_points_max=given[f"{kind.value}_once"], day_points_max=given[f"{kind.value}_day"]
            )
            for kind in access.ActorKind
        }
        ledger.adjustments.set_allowances(desk.conn, desk.program_id, wanted)
        desk.note("allowances-changed", **{name: given[name] for name in start})
        messages.success(request, _("Saved. They hold from now on; what waits goes on waiting."))
        return redirect("settings")
    page = render(
        request,
        "console/form_page.html",
        {
            "title": _("Limits of adjustments by hand"),
            "back": reverse("settings"),
            "back_label": _("Settings"),
            "form": form,
            "fields": "console/plain_form.html",
            "lead_text": _lead(desk),
        },
    )
    return wrong(page) if form.errors else page


def _lead(desk: Desk) -> str:
    text = _("Added and taken points count alike. Above a limit a second person must approve.")
    if any(wallet.is_money for wallet in desk.plan.wallets.values()):
        text += " " + _("In a wallet of money, every %(amount)s counts as a point.") % {"amount": desk.amount(1)}
    return text
