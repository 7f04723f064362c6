"""The list of members: search, filter, export, and the form that enrolls one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.analytics import metrics
from regulars.doors.console import csv_export, database, paging, people, refusals
from regulars.doors.console import format as write
from regulars.doors.console.attention import ENDING_DAYS
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.once import OnceForm
from regulars.doors.console.parts import Choice, Column, EmptyState, Row, Table
from regulars.kit.errors import Refusal
from regulars.records import activities, ledger, members

Found = Sequence[members.Member]
_PAGE = 25
_EXPORT_PAGE = 500
_FILTERED_MAX = 200


class EnrollForm(OnceForm):
    """Somebody joins; one identifier is enough."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, required=False)
    phone = forms.CharField(
        label=gettext_lazy("Phone"), max_length=40, required=False, help_text=gettext_lazy("With country code: +86 …")
    )
    email = forms.CharField(label=gettext_lazy("E-mail"), max_length=200, required=False)
    card = forms.CharField(label=gettext_lazy("Card number"), max_length=200, required=False)
    external = forms.CharField(
        label=gettext_lazy("Shop's id"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The id your shop system knows this person by."),
    )
    birth_on = forms.DateField(
        label=gettext_lazy("Birthday"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def identifiers(self) -> tuple[members.Identifier, ...]:
        """What the person is found by, the shop's id first.

        Raises:
            IdentifierInvalid: one of them is not of its kind.
        """
        kinds = members.IdentifierKind
        order = (kinds.EXTERNAL, kinds.PHONE, kinds.EMAIL, kinds.CARD)
        return tuple(
            members.normal(kind, self.cleaned_data[kind.value]) for kind in order if self.cleaned_data[kind.value]
        )


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list. `?q=` searches, `?show=` is ending or owing, `?after=` goes on."""
    text, shown = request.GET.get("q", ""), request.GET.get("show", "")
    extra: Mapping[UUID, str] = {}
    last = None
    if shown in {"ending", "owing"}:
        found, extra = _filtered(desk, shown)
    else:
        found = members.search(desk.conn, desk.program_id, text, limit=_PAGE + 1, before=paging.after_moment(request))
        if len(found) > _PAGE:
            found = found[:_PAGE]
            last = (found[-1].enrolled_at, found[-1].member_id)
    total = members.count(desk.conn, desk.program_id)
    note = _("%(shown)s of %(total)s members, newest first") % {
        "shown": write.number(len(found)),
        "total": write.number(total),
    }
    return render(
        request,
        "console/members.html",
        {
            "members": _table(desk, found, extra, _nothing(total, text)),
            "pages": paging.pager(request, note, last),
            "choices": _choices(shown),
            "form": EnrollForm(),
            "query": text,
        },
    )


def _choices(shown: str) -> list[Choice]:
    labels = {"": _("Everybody"), "ending": _("Points ending soon"), "owing": _("Owing points")}
    return [
        Choice(label=label, href=f"{reverse('members')}?show={key}" if key else reverse("members"),
               is_current=key == shown)
        for key, label in labels.items()
    ]  # fmt: skip


def _filtered(desk: Desk, shown: str) -> tuple[list[members.Member], Mapping[UUID, str]]:
    wallet = desk.plan.wallet
    if shown == "owing":
        owing = ledger.owing(desk.conn, wallet=wallet, limit=_FILTERED_MAX)
        notes = {who: _("owes %(points)s") % {"points": write.number(points)} for who, points in owing}
    else:
        soon = desk.today + timedelta(days=ENDING_DAYS)
        ending = ledger.ending(desk.conn, wallet=wallet, today=desk.today, soon=soon, limit=_FILTERED_MAX)
        notes = {
            who: _("%(points)s end, the first on %(day)s") % {"points": write.number(points), "day": write.day(on)}
            for who, points, on in ending
        }
    found = people.owners(desk, list(notes))
    by_member = {found[account_id].member_id: note for account_id, note in notes.items() if account_id in found}
    return [found[account_id] for account_id in notes if account_id in found], by_member


def _table(desk: Desk, found: Found, extra: Mapping[UUID, str], empty: EmptyState) -> Table:
    who = [member.member_id for member in found]
    tier_of = people.tier_of(desk, who)
    balances = people.balances(desk, who)
    bought = metrics.last_orders(desk.conn, who)
    rows = []
    for member in found:
        orders = bought.get(member.member_id)
        name = format_html(
            '<span class="who"><span class="avatar-round" aria-hidden="true">{}</span>'
            "<span>{}<small>{}</small></span></span>",
            people.initial_of(member),
            people.title_of(member),
            extra.get(member.member_id) or people.hint_of(member),
        )
        rows.append(
            Row(
                cells=[
                    name,
                    people.tier_badge(desk, tier_of[member.member_id]),
                    write.number(balances[member.member_id].spendable),
                    write.number(orders.orders if orders else 0),
                    desk.amount(orders.net_minor, whole=True) if orders else "–",
                    desk.local_day(orders.last_at) if orders else "–",
                    people.status_badge(member.status),
                ],
                href=reverse("members_show", args=[member.member_id]),
            )
        )
    return Table(
        caption=_("Members"),
        columns=[
            Column(label=_("Member")),
            Column(label=_("Tier")),
            Column(label=_("Available points"), end=True),
            Column(label=_("Orders"), end=True),
            Column(label=_("Net spend"), end=True),
            Column(label=_("Last order"), end=True),
            Column(label=_("Status")),
        ],
        rows=rows,
        empty=empty,
    )


def _nothing(total: int, text: str) -> EmptyState:
    if total and text:
        return EmptyState(
            title=_("Nobody is found by “%(text)s”") % {"text": text},
            text=_(
                "Search by a part of the name, the last digits of a phone or card, or the shop's id from its start."
            ),
            icon="search",
            action=_("Show everybody"),
            href=reverse("members"),
        )
    if total:
        return EmptyState(title=_("Nobody, and that is good"), icon="badge-check")
    return EmptyState(
        title=_("No members yet"),
        text=_("Enroll the first one, let orders enroll them, or bring your history in with the import command."),
        icon="users",
        action=_("Enroll a member"),
        href=reverse("members_enroll"),
    )


@on_desk
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The box at the top of every page: one member or order found exactly opens at once, else the list."""
    text = request.GET.get("q", "").strip()
    found = members.search(desk.conn, desk.program_id, text, limit=2) if text else []
    if len(found) == 1:
        return redirect("members_show", found[0].member_id)
    orders = activities.newest(desk.conn, desk.program_id, limit=2, text=text) if text and not found else []
    if len(orders) == 1:
        return redirect("orders_show", orders[0].member_id, orders[0].order_id)
    address = reverse("orders" if orders else "members")
    return redirect(f"{address}?{urlencode({'q': text})}" if text else address)


@on_desk
def export(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Every member the search finds, as a file; without phone numbers and e-mail addresses."""
    desk.note("members-exported", is_searched=bool(request.GET.get("q")))
    head = [
        _("Member id"), _("Shop's id"), _("Name"), _("Tier"), _("Status"), _("Joined"), _("Available points"),
        _("Pending points"), _("Owed points"), _("Orders"), _("Net spend"), _("Last order"),
    ]  # fmt: skip
    return csv_export.answer("members", head, _export_rows(desk, request.GET.get("q", "")))


def _export_rows(desk: Desk, text: str) -> Iterator[list[object]]:
    """A transaction of its own per page: the file is written after the view has ended."""
    before = None
    while True:
        with database.transaction() as conn:
            page = replace(desk, conn=conn)
            found = members.search(conn, desk.program_id, text, limit=_EXPORT_PAGE, before=before)
            yield from _export_page(page, found)
        if len(found) < _EXPORT_PAGE:
            return
        before = (found[-1].enrolled_at, found[-1].member_id)


def _export_page(desk: Desk, found: Found) -> list[list[object]]:
    who = [member.member_id for member in found]
    tier_of = people.tier_of(desk, who)
    balances = people.balances(desk, who)
    bought = metrics.last_orders(desk.conn, who)
    rows: list[list[object]] = []
    for member in found:
        balance, orders = balances[member.member_id], bought.get(member.member_id)
        rows.append(
            [
                member.member_id, member.external_id, member.name, desk.say(tier_of[member.member_id].name),
                member.status.name.lower(), member.enrolled_on, balance.spendable, balance.pending, balance.debt,
                orders.orders if orders else 0,
                csv_export.money(orders.net_minor if orders else 0, desk.program.currency),
                desk.program.local_date(orders.last_at) if orders else "",
            ]
        )  # fmt: skip
    return rows


@on_desk
def enroll(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Enroll somebody; an identifier that is known leads to its member."""
    form = EnrollForm(
        request.POST or None, initial={k: v for k, v in request.GET.items() if k in EnrollForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _enroll(request, desk, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    page = render(
        request,
        "console/form_page.html",
        {
            "title": _("Enroll a member"),
            "back": reverse("members"),
            "back_label": _("Members"),
            "form": form,
            "fields": "console/members_enroll_form.html",
        },
    )
    return wrong(page) if form.errors else page


def _enroll(request: HttpRequest, desk: Desk, form: EnrollForm) -> HttpResponse:
    identifiers = form.identifiers()
    if not identifiers:
        raise members.IdentifierInvalid("no identifier was given")
    birth_on: date | None = form.cleaned_data["birth_on"]
    enrollment = members.Enrollment(
        identifiers=identifiers,
        enrolled_at=desk.at,
        name=form.cleaned_data["name"].strip(),
        birth_on=birth_on,
        channel="console",
    )
    with desk.conn.transaction():
        ((member_id, is_new),) = flows.enroll_member(desk.conn, desk.plan, [enrollment], at=desk.at)
    desk.note("member-enrolled", member=str(member_id), is_new=is_new)
    if is_new:
        messages.success(request, _("Welcome! The membership starts today."))
    else:
        messages.info(request, _("This person is a member already; nothing was changed."))
    return redirect("members_show", member_id)
