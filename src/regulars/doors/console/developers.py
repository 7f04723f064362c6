"""Developers: API keys, the first order as a command, and input that was refused."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.doors.console import once, refusals
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.once import OnceForm
from regulars.doors.console.parts import Column, EmptyState, Row, Table, badge
from regulars.records import access, activities

_INBOX = 50
_OVERLAP_DAYS = 7
_AMOUNT_MINOR = 24_986


def scope_names() -> dict[str, str]:
    """What a key may do."""
    return {
        access.Scope.CHECKOUT: _("Checkout: orders, returns, points and reading members"),
        access.Scope.ADMIN: _("Everything"),
    }


class KeyForm(OnceForm):
    """A new API key."""

    label = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=100, help_text=gettext_lazy("Such as: till of the main store")
    )
    scope = forms.ChoiceField(label=gettext_lazy("May do"), choices=lambda: scope_names().items())
    days = forms.IntegerField(
        label=gettext_lazy("Ends after days"),
        min_value=1,
        max_value=3650,
        required=False,
        help_text=gettext_lazy("Empty lasts until it is revoked."),
    )
    networks = forms.CharField(
        label=gettext_lazy("Only from these networks"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Addresses or networks such as 203.0.113.0/24, with commas between them; empty is any."),
    )
    minute_max = forms.IntegerField(
        label=gettext_lazy("Requests a minute"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy("Empty is no limit."),
    )


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page; a POST issues a key and shows its secret this once."""
    form = KeyForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        if not once.is_first(form.cleaned_data["token"]):
            messages.warning(request, _("This key was issued already; its secret was shown once and is kept nowhere."))
            return redirect("developers")
        try:
            with desk.conn.transaction():
                secret = _issued(desk, form.cleaned_data)
        except access.NetworkInvalid as refusal:
            form.add_error("networks", refusals.words(refusal))
        else:
            form = KeyForm()
    page = render(request, "console/developers.html", _context(request, desk, form, secret))
    page["Cache-Control"] = "no-store"
    return wrong(page) if form.errors else page


def _context(request: HttpRequest, desk: Desk, form: KeyForm, secret: str) -> dict[str, Any]:
    return {
        "keys": _keys(desk),
        "form": form,
        "secret": secret,
        "example": _example(request, desk, secret),
        "inbox": _inbox(desk),
    }


def _issued(desk: Desk, given: dict[str, Any]) -> str:
    days = given["days"]
    key, secret = access.issue(
        desk.conn,
        program_id=desk.program_id,
        label=given["label"].strip(),
        scopes=[access.Scope(given["scope"])],
        at=desk.at,
        issued_by=desk.actor.person,
        expires_at=desk.at + timedelta(days=days) if days else None,
        networks=[one for one in given["networks"].replace(",", " ").split() if one],
        minute_max=given["minute_max"],
    )
    desk.note("api-key-issued", api_key_id=str(key.key_id))
    return secret


@require_POST
@on_desk
def rotate(request: HttpRequest, desk: Desk, key_id: UUID) -> HttpResponse:
    """Issue a successor that may do the same; the key works for a week more."""
    found = next((one for one in access.keys(desk.conn, desk.program_id) if one.key_id == key_id), None)
    if found is None or found.revoked_at or (found.expires_at and found.expires_at <= desk.at):
        messages.info(request, _("This key was not in force; nothing was changed."))
        return redirect("developers")
    ends_at = desk.at + timedelta(days=_OVERLAP_DAYS)
    made, secret = access.rotate(desk.conn, found, at=desk.at, ends_at=ends_at, by=desk.actor.person)
    desk.note("api-key-rotated", api_key_id=str(key_id), successor=str(made.key_id))
    page = render(request, "console/developers.html", _context(request, desk, KeyForm(), secret))
    page["Cache-Control"] = "no-store"
    return page


def _keys(desk: Desk) -> Table:
    names = scope_names()
    return Table(
        caption=_("API keys"),
        columns=[
            Column(label=_("What it is for")),
            Column(label=_("Begins with")),
            Column(label=_("May do")),
            Column(label=_("Issued on")),
            Column(label=_("Last used")),
            Column(label=_("State")),
            Column(label=_("Actions"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    key.label,
                    format_html("<code>{}…</code>", key.hint),
                    _may(key, names),
                    desk.local_day(key.created_at),
                    desk.moment(key.used_at) if key.used_at else _("never"),
                    _state(desk, key),
                    "–" if key.revoked_at else desk.markup("console/key_button.html", key=key),
                ]
            )
            for key in access.keys(desk.conn, desk.program_id)
        ],
        empty=EmptyState(title=_("No keys yet"), text=_("A shop or till needs one to send orders."), icon="key-round"),
    )


def _may(key: access.ApiKey, names: dict[str, str]) -> str:
    parts = [names[scope] for scope in sorted(key.scopes)]
    parts += [_("from %(networks)s") % {"networks": ", ".join(key.networks)}] if key.networks else []
    parts += [_("%(count)s a minute") % {"count": key.minute_max}] if key.minute_max else []
    return " · ".join(parts)


def _state(desk: Desk, key: access.ApiKey) -> SafeString:
    if key.revoked_at:
        return badge(_("Revoked"))
    if key.expires_at and key.expires_at <= desk.at:
        return badge(_("Over"))
    if key.expires_at:
        return badge(_("Until %(day)s") % {"day": desk.local_day(key.expires_at)}, "good")
    return badge(_("In force"), "good")


@require_POST
@on_desk
def revoke(request: HttpRequest, desk: Desk, key_id: UUID) -> HttpResponse:
    """Take a key out of force at once."""
    if access.revoke(desk.conn, desk.program_id, key_id, at=desk.at):
        desk.note("api-key-revoked", api_key_id=str(key_id))
        messages.success(request, _("Revoked: requests with this key are refused from now on."))
    else:
        messages.info(request, _("This key was not in force; nothing was changed."))
    return redirect("developers")


def _example(request: HttpRequest, desk: Desk, secret: str) -> str:
    """The first order as a command to paste."""
    address = request.build_absolute_uri("/v1/orders")
    body = (
        f'{{"order_id": "TEST-1", "member": {{"external_id": "M1"}}, "on_unknown": "enroll",\n'
        f'       "currency": "{desk.program.currency}", "total_minor": {_AMOUNT_MINOR},\n'
        f'       "occurred_at": "{desk.at.isoformat(timespec="seconds")}"}}'
    )
    return (
        f"curl {address} \\\n"
        f"  -H 'Authorization: Bearer {secret or 'rk_…'}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n"
        f"  -d '{body}'"
    )


def _inbox(desk: Desk) -> Table:
    found = activities.refused(desk.conn, desk.program_id, limit=_INBOX)
    return Table(
        caption=_("Refused input"),
        columns=[Column(label=_("When")), Column(label=_("Address")), Column(label=_("Why")), Column(label=_("Id"))],
        rows=[
            Row(
                cells=[
                    desk.moment(at),
                    format_html("<code>{}</code>", path),
                    format_html("<code>{}</code>", code),
                    format_html("<code>{}</code>", inbox_id),
                ]
            )
            for inbox_id, path, code, _sealed, at in found
        ],
        empty=EmptyState(
            title=_("Nothing was refused"),
            text=_("Input with a valid key that cannot be taken is kept here for 30 days, encrypted."),
            icon="badge-check",
        ),
    )
