"""What a member allows, what is kept of them, and how they are forgotten: one page for the rights of one person."""

import io
import json
import zipfile
from collections.abc import Sequence
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
from regulars.doors.console import csv_export, people, refusals
from regulars.doors.console import privacy_words as words
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Row, Table, badge
from regulars.doors.console.shared_fields import day_input
from regulars.kit.errors import Refusal
from regulars.records import members, privacy

_HISTORY = 50


class ConsentForm(forms.Form):
    """Yes or no for every purpose and channel, as the member told it."""

    place = forms.CharField(
        label=gettext_lazy("Where it was told"),
        max_length=100,
        help_text=gettext_lazy("Such as: by phone, at the till"),
    )
    proof = forms.CharField(
        label=gettext_lazy("What shows it"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("The number of a form or of a call; nothing personal."),
    )


class RestrictForm(forms.Form):
    """Why data is kept and not used."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=400)


class EraseForm(forms.Form):
    """The last word before somebody is forgotten."""

    due_on = forms.DateField(
        label=gettext_lazy("From this day on"),
        required=False,
        widget=day_input(),
        help_text=gettext_lazy("Empty is now. A later day waits, and is done once nothing stands against it."),
    )
    is_sure = forms.BooleanField(label=gettext_lazy("I know that this cannot be undone"))


@on_desk
def show(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """The page."""
    return _page(request, desk, member_id)


def _page(request: HttpRequest, desk: Desk, member_id: UUID, **given: forms.Form) -> HttpResponse:
    member = members.get(desk.conn, desk.program_id, member_id)
    lead = members.followed(desk.conn, desk.program_id, member_id)
    is_gone = lead.status is members.Status.ERASED
    against = () if is_gone else _against(desk, lead.member_id)
    page = render(
        request,
        "console/member_privacy.html",
        {
            "member": member,
            "title": people.title_of(member),
            "is_gone": is_gone,
            "choices": _choices(desk, lead.member_id),
            "history": _history(desk, lead.member_id),
            "restriction": privacy.restriction(desk.conn, lead.member_id),
            "erasure": privacy.erasure(desk.conn, lead.member_id),
            "against": words.reasons(against),
            "consent_form": given.get("consent_form") or ConsentForm(),
            "restrict_form": given.get("restrict_form") or RestrictForm(),
            "erase_form": given.get("erase_form") or EraseForm(),
            "tables": [(table, len(rows)) for table, rows in flows.of_member(desk.conn, lead.member_id).items()],
        },
    )
    return wrong(page) if any(form.errors for form in given.values()) else page


def _against(desk: Desk, member_id: UUID) -> tuple[str, ...]:
    done = flows.erase_member(desk.conn, desk.plan, member_id, by=desk.actor.code, at=desk.at, preview=True)
    return done.reasons


def _choices(desk: Desk, member_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "field": f"{one.purpose}.{one.channel}",
            "name": words.name_of(one.purpose, one.channel),
            "note": words.PURPOSES[one.purpose][1],
            "is_allowed": one.is_allowed,
            "since": desk.moment(one.since_at) if one.since_at else "",
        }
        for one in privacy.standings(desk.conn, desk.program_id, member_id)
    ]


def _history(desk: Desk, member_id: UUID) -> Table:
    found = privacy.history(desk.conn, member_id, limit=_HISTORY)
    return Table(
        caption=_("Every yes and no"),
        columns=[
            Column(label=_("When")),
            Column(label=_("What for")),
            Column(label=_("Answer")),
            Column(label=_("Where")),
            Column(label=_("What shows it")),
            Column(label=_("Text")),
        ],
        rows=[
            Row(
                cells=[
                    desk.moment(one.given_at),
                    words.name_of(one.purpose, one.channel),
                    badge(_("Yes"), "good") if one.is_given else badge(_("No"), "bad"),
                    f"{one.place} · {one.told_by}",
                    one.proof or "–",
                    _("version %(number)s") % {"number": one.version} if one.version else "–",
                ]
            )
            for one in found
        ],
        empty=EmptyState(
            title=_("Nothing was chosen yet"), text=_("What holds is what the shop set."), icon="shield-check"
        ),
    )


@require_POST
@on_desk
def choose(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Write down what the member told."""
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, member_id, consent_form=form)
    newest = privacy.versions(desk.conn, desk.program_id)
    choices = []
    for one in privacy.standings(desk.conn, desk.program_id, member_id):
        told = request.POST.get(f"{one.purpose}.{one.channel}", "")
        if told in {"yes", "no"}:
            choices.append(
                privacy.Choice(
                    purpose=one.purpose,
                    channel=one.channel,
                    is_given=told == "yes",
                    version=newest[one.purpose] if told == "yes" else 0,
                    place=form.cleaned_data["place"],
                    proof=form.cleaned_data["proof"],
                    told_by=desk.operator,
                    given_at=desk.at,
                )
            )
    if choices and _attempt(desk, form, lambda: flows.give_consent(
        desk.conn, desk.plan, member_id, choices, at=desk.at
    )):  # fmt: skip
        desk.note("consent-told", member=member_id, choices=len(choices))
        messages.success(request, _("Written down; it holds from now on."))
    elif form.errors:
        return _page(request, desk, member_id, consent_form=form)
    return redirect("members_privacy", member_id)


def _attempt(desk: Desk, form: forms.Form, act: Any) -> bool:
    try:
        with desk.conn.transaction():
            act()
    except Refusal as refusal:
        form.add_error(None, refusals.words(refusal))
        return False
    return True


@require_POST
@on_desk
def restrict(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Keep the data and use it for nothing, or end that."""
    is_restricted = request.POST.get("what") == "restrict"
    form = RestrictForm(request.POST)
    if is_restricted and not form.is_valid():
        return _page(request, desk, member_id, restrict_form=form)
    reason = form.cleaned_data["reason"] if is_restricted else ""
    by, at = desk.operator, desk.at
    flows.restrict_member(desk.conn, desk.plan, member_id, is_restricted=is_restricted, reason=reason, by=by, at=at)
    desk.note("data-restricted" if is_restricted else "restriction-lifted", member=member_id)
    messages.success(
        request,
        _("From now on the data is kept and used for nothing but the books.") if is_restricted else _("Lifted."),
    )
    return redirect("members_privacy", member_id)


@require_POST
@on_desk
def erase(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Forget the member, now or from a day on; or take that back."""
    if request.POST.get("what") == "withdraw":
        if privacy.withdraw_erasure(desk.conn, member_id):
            desk.note("erasure-withdrawn", member=member_id)
            messages.success(request, _("Taken back: nothing will be erased."))
        return redirect("members_privacy", member_id)
    form = EraseForm(request.POST)
    if not form.is_valid():
        return _page(request, desk, member_id, erase_form=form)
    due_on = form.cleaned_data["due_on"]
    is_done = _attempt(
        desk,
        form,
        lambda: flows.erase_member(desk.conn, desk.plan, member_id, by=desk.actor.code, at=desk.at, due_on=due_on),
    )
    if not is_done:
        return _page(request, desk, member_id, erase_form=form)
    is_later = due_on is not None and due_on > desk.today
    desk.note("erasure-set" if is_later else "member-erased", member=member_id)
    messages.success(request, _("Set for that day.") if is_later else _("Forgotten: what named this member is gone."))
    return redirect("members_privacy", member_id)


@on_desk
def export(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Everything about the member: JSON, or with `?as=csv` a file for each table."""
    lead = members.followed(desk.conn, desk.program_id, member_id)
    tables = flows.of_member(desk.conn, lead.member_id)
    desk.note("member-exported", member=lead.member_id)
    name = f"member-{lead.member_id}"
    if request.GET.get("as") == "csv":
        answer = HttpResponse(_zipped(tables), content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{name}.zip"'
        return answer
    told = {"member_id": str(lead.member_id), "told_at": desk.at.isoformat(), "tables": tables}
    answer = HttpResponse(json.dumps(told, ensure_ascii=False, indent=1), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return answer


def _zipped(tables: dict[str, list[dict[str, Any]]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, rows in tables.items():
            head: Sequence[str] = list(rows[0])
            cells = [["" if row.get(n) is None else _plain(row[n]) for n in head] for row in rows]
            archive.writestr(f"{table}.csv", "".join(csv_export.lines(head, cells)))
    return packed.getvalue()


def _plain(value: Any) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
