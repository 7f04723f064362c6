"""The terms of points: when they become usable, when they end, what they cost, and what happens to a debt."""

from dataclasses import replace

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import refusals, wallet_words
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.figures import point_value
from regulars.kit.errors import Refusal
from regulars.records import ledger, programs

_MICROS = 1_000_000


class TermsForm(forms.Form):
    """The terms of the first wallet's points."""

    return_window_days = forms.IntegerField(
        label=gettext_lazy("Points become usable after (days)"),
        min_value=0,
        max_value=365,
        help_text=gettext_lazy("The return window: 0 makes points usable at once."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Points end"),
        choices=lambda: wallet_words.end_sentences().items(),
    )
    count = forms.IntegerField(label=gettext_lazy("How many later"), min_value=0, max_value=3650)
    grace_days = forms.IntegerField(
        label=gettext_lazy("Grace for points given back after they ended (days)"), min_value=0, max_value=365
    )
    debt_policy = forms.ChoiceField(
        label=gettext_lazy("A return takes back points that were spent"),
        choices=lambda: wallet_words.debt_sentences().items(),
    )
    point_value = forms.DecimalField(
        label=gettext_lazy("What a point costs the shop"), min_value=0, max_value=1000, decimal_places=6
    )


def sentences(desk: Desk) -> list[str]:
    """The terms as a shop would say them."""
    wallet = desk.plan.wallet
    return [
        _("Points become usable %(days)s days after the purchase.") % {"days": desk.program.return_window_days}
        if desk.program.return_window_days
        else _("Points can be used at once."),
        wallet_words.expiry(wallet.expiry),
        _("A point costs the shop %(value)s.") % {"value": point_value(desk)},
        _("Spent points of a returned order are owed.")
        if wallet.debt_policy == "debt"
        else _("Spent points of a returned order are forgiven."),
    ]


@on_desk
def edit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The return window, expiry, debt and point value."""
    wallet, program = desk.plan.wallet, desk.program
    form = TermsForm(
        request.POST or None,
        initial={
            "return_window_days": program.return_window_days,
            "kind": wallet.expiry.kind,
            "count": wallet.expiry.count,
            "grace_days": wallet.expiry.grace_days,
            "debt_policy": wallet.debt_policy,
            "point_value": f"{wallet.point_value_micros / _MICROS:f}".rstrip("0").rstrip("."),
        },
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        expiry = replace(wallet.expiry, kind=given["kind"], count=given["count"], grace_days=given["grace_days"])
        micros = int(given["point_value"] * _MICROS)
        wanted = replace(wallet, expiry=expiry, debt_policy=given["debt_policy"], point_value_micros=micros)
        try:
            with desk.conn.transaction():
                _save_terms(desk, wanted, given["return_window_days"])
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            messages.success(request, _("Saved. Points already earned keep the dates they have."))
            return redirect("rules")
    page = render(
        request,
        "console/form_page.html",
        {
            "title": _("Validity and value of points"),
            "back": reverse("rules"),
            "back_label": _("Earning rules"),
            "form": form,
            "fields": "console/plain_form.html",
        },
    )
    return wrong(page) if form.errors else page


def _save_terms(desk: Desk, wallet: ledger.Wallet, return_window_days: int) -> None:
    program = desk.program
    ledger.save_wallet(desk.conn, wallet)
    programs.change(
        desk.conn,
        desk.program_id,
        name=program.name,
        time_zone=program.time_zone,
        language=program.language,
        return_window_days=return_window_days,
    )
    desk.note("terms-of-points-saved")
