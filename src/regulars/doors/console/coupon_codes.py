"""Codes of a pool: made, brought in, issued; one of them with its uses and how it changed hands."""

import csv
import io
from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.audience import conditions
from regulars.doors.console import coupon_words, people, refusals
from regulars.doors.console import format as write
from regulars.doors.console.coupon_forms import BringInForm, GenerateForm, IssueForm
from regulars.doors.console.coupon_pools import left, named, page
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.member_together import one_member
from regulars.doors.console.parts import Column, EmptyState, Facts, Row, Table
from regulars.kit.errors import Refusal
from regulars.program import coupons
from regulars.records import activities, members

_FILE_BYTES_MAX = 2_000_000
_MEMBERS_SHOWN = 8


@require_POST
@on_desk
def generate(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Have codes made by the worker."""
    pool, form = named(desk, code), GenerateForm(request.POST)
    if not form.is_valid():
        return page(request, desk, pool, generate=form)
    count = form.cleaned_data["count"]
    try:
        with desk.conn.transaction():
            flows.ask_batch(
                desk.conn, desk.plan, pool, external_id=form.cleaned_data["token"], by=desk.operator, at=desk.at,
                wanted=count,
            )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusals.words(refusal))
        return page(request, desk, pool, generate=form)
    desk.note("coupons-asked", pool=code, count=count)
    messages.success(request, _("%(count)s codes are being made.") % {"count": write.number(count)})
    return redirect("coupons_pool", code)


@require_POST
@on_desk
def bring_in(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Take in the codes of a file or of a list; a file that cannot be read takes in nothing."""
    pool, form = named(desk, code), BringInForm(request.POST, request.FILES)
    found = _typed(form) if form.is_valid() else []
    if not found and not form.errors:
        form.add_error("typed", _("There is no code in it."))
    if form.errors:
        return page(request, desk, pool, bring=form)
    with desk.conn.transaction():
        new, bad = coupons.bring_in(desk.conn, pool, found, at=desk.at, today=desk.today)
    desk.note("coupons-brought-in", pool=code, new=new)
    text = _("%(new)s codes are new, %(known)s were known, %(bad)s are no codes.") % {
        "new": write.number(new),
        "known": write.number(len(found) - new - len(bad)),
        "bad": write.number(len(bad)),
    }
    messages.success(request, text)
    return redirect("coupons_pool", code)


def _typed(form: BringInForm) -> list[str]:
    """The codes of the file's first column, or of the lines; a heading is no code."""
    found = form.cleaned_data["typed"].splitlines()
    file = form.cleaned_data["file"]
    if file is not None:
        if file.size > _FILE_BYTES_MAX:
            form.add_error("file", _("The file is larger than 2 MB."))
            return []
        try:
            rows = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig")), strict=True))
        except (UnicodeDecodeError, csv.Error):
            form.add_error("file", _("This file is no CSV in UTF-8."))
            return []
        column = [row[0] for row in rows if row]
        found += column[1:] if column and column[0].strip().lower() in {"code", "codes", "券码"} else column
    return [one.strip() for one in found if one.strip()]


@require_POST
@on_desk
def issue(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Give a coupon to one member, or to all for whom a condition holds."""
    pool, form = named(desk, code), IssueForm(request.POST)
    if form.is_valid() and bool(form.cleaned_data["who"]) == bool(form.cleaned_data["condition"].strip()):
        form.add_error("who", _("Name a member or a condition, one of the two."))
    member_id = one_member(desk, form, "who") if not form.errors and form.cleaned_data["who"] else None
    if not form.errors:
        _attempt_issue(request, desk, pool, form, member_id)
    return page(request, desk, pool, issue=form) if form.errors else redirect("coupons_pool", code)


def _attempt_issue(
    request: HttpRequest, desk: Desk, pool: coupons.Pool, form: forms.Form, member_id: UUID | None
) -> None:
    token = form.cleaned_data["token"]
    try:
        with desk.conn.transaction():
            if member_id is not None:
                done = flows.issue_coupon(desk.conn, desk.plan, pool, member_id, issue_id=token, at=desk.at)
                text = _("Issued: %(code)s") % {"code": done.coupon.shown}
            else:
                flows.ask_batch(
                    desk.conn, desk.plan, pool, external_id=token, by=desk.operator, at=desk.at,
                    condition=form.cleaned_data["condition"].strip(),
                )  # fmt: skip
                text = _("Every member for whom it holds gets a coupon within minutes.")
    except conditions.RuleInvalid as refusal:
        form.add_error("condition", refusal.detail)
    except Refusal as refusal:
        form.add_error(None, refusals.words(refusal))
    else:
        desk.note("coupons-issued", pool=pool.code)
        messages.success(request, text)


@on_desk
def coupon(request: HttpRequest, desk: Desk, code: str, coupon_code: str) -> HttpResponse:
    """One code: whose it is, what it was used for, how it changed hands; withdraw it."""
    pool = named(desk, code)
    one = coupons.named(desk.conn, desk.program_id, [coupon_code]).get(coupon_code)
    if one is None or one.pool_id != pool.pool_id:
        raise Http404
    if request.method == "POST":
        with desk.conn.transaction():
            is_new = coupons.void(desk.conn, one, by=desk.operator, at=desk.at)
        desk.note("coupon-withdrawn", pool=code)
        messages.success(request, _("Withdrawn.") if is_new else _("This was decided before; nothing was changed."))
        return redirect("coupons_code", code, coupon_code)
    last = coupons.ends_on(pool, one)
    who = members.several(desk.conn, desk.program_id, [one.member_id]) if one.member_id else {}
    facts = {
        _("Pool"): desk.say(pool.terms.name),
        _("What it gives"): coupon_words.gives(desk, pool.terms),
        _("Member"): people.title_of(who[one.member_id]) if one.member_id else "–",
        _("Issued"): desk.moment(one.issued_at) if one.issued_at else _("in stock"),
        _("Last day"): write.day(last) if last else _("without end"),
        _("Uses left"): left(one),
    }
    told = {
        "pool": pool, "coupon": one, "facts": Facts(rows=facts), "uses": _uses(desk, one), "steps": _passed(desk, one),
    }  # fmt: skip
    return render(request, "console/coupon.html", told)


def of_member(desk: Desk, member_id: UUID) -> Table | None:
    """A member's latest coupons; None for somebody who has none."""
    found = flows.member_coupons(desk.conn, desk.plan, member_id, at=desk.at, language=desk.language)
    if not found:
        return None
    rows = [
        Row(
            cells=[
                one["name"],
                one["gives"],
                one["code"],
                write.day(date.fromisoformat(one["ends_on"])) if one["ends_on"] else _("without end"),
                coupon_words.coupon_state(one["state"], one["why_not"]["text"] if one["why_not"] else ""),
            ],
            href=reverse("coupons_code", args=[one["pool"], coupons.normal(one["code"])]),
        )
        for one in found[:_MEMBERS_SHOWN]
    ]
    columns = [
        Column(label=_("Pool")),
        Column(label=_("What it gives")),
        Column(label=_("Code")),
        Column(label=_("Last day")),
    ]
    return Table(caption=_("Coupons"), columns=[*columns, Column(label=_("State"))], rows=rows)


def of_order(desk: Desk, purchase: activities.Purchase) -> SafeString:
    """Each coupon with what it gave, and whether a return gave it back."""
    used = coupons.of_order(desk.conn, [purchase.member_id], purchase.order_id)
    pools = {pool.pool_id: pool for pool in coupons.pools(desk.conn, desk.program_id)} if used else {}
    rows = [
        (
            reverse("coupons_code", args=[pools[use.pool_id].code, use.code]),
            desk.say(pools[use.pool_id].terms.name),
            desk.amount(use.discount_minor),
            _("given back") if use.state is coupons.UseState.GIVEN_BACK else "",
        )
        for use in used
    ]
    return format_html_join(", ", '<a href="{}">{}</a> −{} {}', rows)


def _uses(desk: Desk, one: coupons.Coupon) -> Table:
    found = coupons.of_code(desk.conn, one)
    who = members.several(desk.conn, desk.program_id, list({use.member_id for use in found}))
    rows = [
        Row(
            cells=[
                desk.moment(use.at),
                people.title_of(who[use.member_id]),
                coupon_words.use_state(use.state),
                desk.amount(use.discount_minor) if use.discount_minor else "–",
            ],
            href=reverse("orders_show", args=[use.member_id, use.order_id]) if use.order_id else "",
        )
        for use in found
    ]
    return Table(
        caption=_("Uses"),
        columns=[
            Column(label=_("When")),
            Column(label=_("Member")),
            Column(label=_("State")),
            Column(label=_("Discount given"), end=True),
        ],
        rows=rows,
        empty=EmptyState(title=_("Never used"), icon="ticket"),
    )


def _passed(desk: Desk, one: coupons.Coupon) -> Table | None:
    found = coupons.steps(desk.conn, one)
    if not found:
        return None
    ids = {i for s in found for i in (s.from_member_id, s.to_member_id) if i}
    who = members.several(desk.conn, desk.program_id, list(ids))
    rows = []
    for each in found:
        names = [people.title_of(who[i]) if i else "–" for i in (each.from_member_id, each.to_member_id)]
        text = " → ".join(names) if each.kind == "transferred" else _("Withdrawn")
        rows.append(Row(cells=[desk.moment(each.at), each.by, text]))
    return Table(
        caption=_("History"),
        columns=[Column(label=_("When")), Column(label=_("Who")), Column(label=_("What changed"))],
        rows=rows,
    )
