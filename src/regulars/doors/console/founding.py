"""The first page of a fresh installation: it founds the program."""

import re
from functools import cache
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.doors.console import database, refusals
from regulars.doors.console.accounts import display_name
from regulars.doors.console.desk import arrived, came_from, wrong
from regulars.kit import money
from regulars.kit.errors import Refusal
from regulars.records import access, audit, programs

_COMMON = ("CNY", "USD", "EUR", "GBP", "HKD", "JPY", "SGD")
LANGUAGES = (("en", "English"), ("zh", "简体中文"))


def currencies() -> list[tuple[str, str]]:
    """Every currency, the common ones first."""
    return [(code, code) for code in (*_COMMON, *sorted(set(money.EXPONENTS) - set(_COMMON)))]


@cache
def zones() -> list[tuple[str, str]]:
    """Every time zone of a place."""
    return [
        (name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name and "Etc" not in name
    ]


class FoundForm(forms.Form):
    """What a program needs to start; everything but the currency can be changed later."""

    name = forms.CharField(label=gettext_lazy("Name of the program"), max_length=80)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=currencies,
        help_text=gettext_lazy("It stays for good: amounts are stored in it."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone of the shop"),
        choices=zones,
        help_text=gettext_lazy("Days begin and points end on this clock."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language members read"), choices=LANGUAGES)


def show(request: HttpRequest) -> HttpResponse:
    """The form; afterwards, or when there is a program, the home page."""
    with database.transaction() as conn:
        if programs.all_of(conn):
            return redirect("home")
        is_chinese = request.LANGUAGE_CODE.startswith("zh")
        start = {
            "currency": "CNY" if is_chinese else "USD",
            "time_zone": "Asia/Shanghai" if is_chinese else "Europe/London",
            "language": "zh" if is_chinese else "en",
        }
        form = FoundForm(request.POST or None, initial=start)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                plan = flows.found_program(
                    conn,
                    code=re.sub(r"[^a-z0-9]+", "-", given["name"].lower()).strip("-")[:40] or "program",
                    name={given["language"]: given["name"]},
                    currency=given["currency"],
                    time_zone=given["time_zone"],
                    language=given["language"],
                    at=arrived(request),
                )
            except Refusal as refusal:
                form.add_error(None, refusals.words(refusal))
            else:
                audit.note(
                    conn,
                    plan.program.program_id,
                    "program-founded",
                    by=access.staff(request.user.pk, display_name(request.user)),  # type: ignore[arg-type]
                    at=arrived(request),
                    address=came_from(request),
                )
                messages.success(
                    request, _("The program runs: 1 point per unit of currency, three tiers, five rewards.")
                )
                return redirect("home")
    page = render(request, "console/founding.html", {"form": form})
    return wrong(page) if form.errors else page
