"""The program itself: its names, time zone, language, and the versions of its terms."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import allowances, refusals
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.founding import LANGUAGES, zones
from regulars.doors.console.shared_fields import texts
from regulars.kit.errors import Refusal
from regulars.records import programs

_LINES = {"rows": 6}


class ProgramForm(forms.Form):
    """What may change; the currency stays, as amounts are stored in it."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_zh = forms.CharField(label=gettext_lazy("Name in Chinese"), max_length=80, required=False)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone of the shop"), choices=zones)
    language = forms.ChoiceField(label=gettext_lazy("Language members read"), choices=LANGUAGES)

    def clean(self) -> dict[str, str]:
        """One of the names is there."""
        given: dict[str, str] = super().clean() or {}
        if not (given.get("name_en") or given.get("name_zh")):
            raise forms.ValidationError(_("The program needs a name in one of the languages."))
        return given


class TermsForm(forms.Form):
    """A new version of the terms."""

    body_en = forms.CharField(
        label=gettext_lazy("Terms in English"), required=False, max_length=50_000, widget=forms.Textarea(attrs=_LINES)
    )
    body_zh = forms.CharField(
        label=gettext_lazy("Terms in Chinese"), required=False, max_length=50_000, widget=forms.Textarea(attrs=_LINES)
    )

    def clean(self) -> dict[str, str]:
        """One of the texts is there."""
        given: dict[str, str] = super().clean() or {}
        if not (given.get("body_en") or given.get("body_zh")):
            raise forms.ValidationError(_("Terms without a text bind nobody: write them in one of the languages."))
        return given


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page; a POST changes the program."""
    program = desk.program
    start = {
        "name_en": program.name.get("en", ""),
        "name_zh": program.name.get("zh", ""),
        "time_zone": program.time_zone,
        "language": program.language,
    }
    form = ProgramForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            return _change(request, desk, form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    return _page(request, desk, form, None)


def _change(request: HttpRequest, desk: Desk, given: dict[str, str]) -> HttpResponse:
    with desk.conn.transaction():
        programs.change(
            desk.conn,
            desk.program_id,
            name=texts(given, "name"),
            time_zone=given["time_zone"],
            language=given["language"],
            return_window_days=desk.program.return_window_days,
        )
    desk.note("program-changed")
    messages.success(request, _("Saved. Days already closed stay as they were."))
    return redirect("settings")


@on_desk
def terms(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Publish a new version of the terms; the same text again is no new version."""
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, None, form)
    body = texts(form.cleaned_data, "body")
    _version, newest, _at = programs.terms(desk.conn, desk.program_id)[0]
    if body == dict(newest):
        messages.info(request, _("These are the terms already in force; there is no new version."))
        return redirect("settings")
    version = programs.publish_terms(desk.conn, desk.program, body, at=desk.at)
    desk.note("terms-published", version=version)
    messages.success(
        request, _("Version %(number)s is published; who joins from now on accepts it.") % {"number": version}
    )
    return redirect("settings")


def _page(request: HttpRequest, desk: Desk, form: ProgramForm | None, terms_form: TermsForm | None) -> HttpResponse:
    program = desk.program
    versions = programs.terms(desk.conn, desk.program_id)
    newest = versions[0][1]
    page = render(
        request,
        "console/settings.html",
        {
            "form": form
            or ProgramForm(
                initial={
                    "name_en": program.name.get("en", ""),
                    "name_zh": program.name.get("zh", ""),
                    "time_zone": program.time_zone,
                    "language": program.language,
                }
            ),
            "terms_form": terms_form
            or TermsForm(initial={"body_en": newest.get("en", ""), "body_zh": newest.get("zh", "")}),
            "currency": program.currency,
            "limits": allowances.summary(desk),
            "versions": [
                (number, desk.moment(at), desk.say(body) if body else _("No text yet")) for number, body, at in versions
            ],
        },
    )
    return wrong(page) if (form and form.errors) or (terms_form and terms_form.errors) else page
