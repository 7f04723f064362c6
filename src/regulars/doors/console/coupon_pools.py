"""One pool of coupons: its figures, terms, codes and history; made, changed, started, paused, filled and issued."""

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import campaign_words, coupon_words, people, refusals
from regulars.doors.console import format as write
from regulars.doors.console.coupon_forms import BringInForm, GenerateForm, IssueForm, PoolForm
from regulars.doors.console.coupons import issued, rate
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Facts, Kpi, Row, Table, badge
from regulars.kit.errors import Refusal
from regulars.program import coupons
from regulars.records import activities, members

_CODES_SHOWN = 20
_EXAMPLE_MINOR = 25_000


def named(desk: Desk, code: str) -> coupons.Pool:
    """The pool of this code."""
    return coupons.pool(desk.conn, desk.program_id, code)


@on_desk
def show(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """A pool with everything that can be done to it."""
    return page(request, desk, named(desk, code))


def page(
    request: HttpRequest,
    desk: Desk,
    pool: coupons.Pool,
    *,
    generate: GenerateForm | None = None,
    bring: BringInForm | None = None,
    issue: IssueForm | None = None,
) -> HttpResponse:
    """The page of a pool; a form that was not taken shows why."""
    found = coupons.figures(desk.conn, desk.program_id, pool_id=pool.pool_id).get(pool.pool_id, coupons.Figures())
    is_open = pool.state is not coupons.PoolState.ENDED
    shown = render(
        request,
        "console/coupon_pool.html",
        {
            "pool": pool,
            "title": desk.say(pool.terms.name),
            "state": coupon_words.state(pool.state),
            "steps": [(one.value, _STEPS[one](), *_BUTTONS[one]) for one in coupons.STEPS[pool.state]],
            "tiles": _tiles(desk, pool, found),
            "terms": Facts(
                rows=coupon_words.limits(desk, pool.terms) | campaign_words.belonging(desk, pool.campaign_id)
            ),
            "codes": _codes(desk, pool),
            "batches": _batches(desk, pool),
            "history": _history(desk, pool),
            "generate": (generate or GenerateForm()) if is_open and pool.terms.codes != "public" else None,
            "bring": (bring or BringInForm()) if is_open else None,
            "issue": (issue or IssueForm()) if is_open and pool.terms.codes == "personal" else None,
        },
    )
    is_wrong = any(form is not None and form.errors for form in (generate, bring, issue))
    return wrong(shown) if is_wrong else shown


_STEPS = {
    coupons.PoolState.LIVE: lambda: _("Start"),
    coupons.PoolState.PAUSED: lambda: _("Pause"),
    coupons.PoolState.ENDED: lambda: _("End for good"),
}
_BUTTONS = {
    coupons.PoolState.LIVE: ("btn btn-primary", "play"),
    coupons.PoolState.PAUSED: ("btn", "pause"),
    coupons.PoolState.ENDED: ("btn btn-takes", "x"),
}


def _tiles(desk: Desk, pool: coupons.Pool, found: coupons.Figures) -> list[Kpi]:
    return [
        Kpi(
            label=_("Issued"), value=issued(pool, found), definition=_("Codes that members have, or that are printed.")
        ),
        Kpi(label=_("Used"), value=write.number(found.used), definition=_("By orders; less what came back.")),
        Kpi(label=_("Redemption rate"), value=rate(pool, found), definition=_("Used of issued.")),
        Kpi(
            label=_("Discount given"),
            value=desk.amount(found.discount_minor, whole=True),
            definition=_("What used coupons took off, as the lines of their orders say."),
        ),
    ]


def _codes(desk: Desk, pool: coupons.Pool) -> Table:
    found = coupons.listed(desk.conn, pool, limit=_CODES_SHOWN)
    who = members.several(desk.conn, desk.program_id, list({c.member_id for c in found if c.member_id}))
    rows = [
        Row(
            cells=[
                one.shown,
                people.title_of(who[one.member_id]) if one.member_id else "–",
                desk.local_day(one.issued_at) if one.issued_at else _("in stock"),
                left(one),
            ],
            href=reverse("coupons_code", args=[pool.code, one.code]),
        )
        for one in found
    ]
    return Table(
        caption=_("Codes"),
        columns=[
            Column(label=_("Code")),
            Column(label=_("Member")),
            Column(label=_("Issued")),
            Column(label=_("Uses left"), end=True),
        ],
        rows=rows,
        empty=EmptyState(title=_("No codes yet"), text=_("Make, import or issue some."), icon="ticket"),
    )


def left(one: coupons.Coupon) -> str:
    """How many uses a code has left, or why none."""
    if one.is_void:
        return badge(_("Withdrawn"), "bad")
    if one.uses_left is None:
        return _("no limit")
    return badge(_("Used up"), "good") if one.uses_left == 0 else write.number(one.uses_left)


def _batches(desk: Desk, pool: coupons.Pool) -> Table | None:
    found = coupons.batches(desk.conn, pool)
    if not found:
        return None
    rows = [
        Row(
            cells=[
                desk.moment(one.asked_at),
                _("Codes made") if one.kind == "generate" else _("Issued to members"),
                f"{write.number(one.made)} / {write.number(one.wanted)}" if one.wanted else write.number(one.made),
                badge(_("Done"), "good") if one.is_done else badge(_("At work"), "info"),
                one.asked_by,
            ]
        )
        for one in found
    ]
    columns = [Column(label=_("Asked")), Column(label=_("What")), Column(label=_("Number"), end=True)]
    return Table(
        caption=_("Batches"), columns=[*columns, Column(label=_("State")), Column(label=_("By whom"))], rows=rows
    )


def _history(desk: Desk, pool: coupons.Pool) -> Table:
    rows = []
    for change in coupons.history(desk.conn, pool):
        told = [
            f"{coupon_words.field_name(name)}: {coupon_words.field_value(desk, name, was)} → "
            f"{coupon_words.field_value(desk, name, now)}"
            for name, (was, now) in change.fields.items()
        ]
        text = _("Made") if change.version == 1 else "; ".join(told)
        rows.append(Row(cells=[desk.moment(change.at), change.by, text]))
    return Table(
        caption=_("History"),
        columns=[Column(label=_("When")), Column(label=_("Who")), Column(label=_("What changed"))],
        rows=rows,
    )


@on_desk
def edit(request: HttpRequest, desk: Desk, code: str = "") -> HttpResponse:
    """A pool's terms, or a new pool."""
    pool = named(desk, code) if code else None
    form = PoolForm(desk, pool, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _save(request, desk, form)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
    title = desk.say(pool.terms.name) if pool else _("New pool")
    example_url = reverse("coupons_example", args=[code]) if code else reverse("coupons_new_example")
    back = reverse("coupons_pool", args=[code]) if code else reverse("coupons")
    told = {"form": form, "title": title, "example": example_url, "back": back}
    shown = render(request, "console/coupon_pool_edit.html", told)
    return wrong(shown) if form.errors else shown


def _save(request: HttpRequest, desk: Desk, form: PoolForm) -> HttpResponse:
    given = form.cleaned_data
    campaign_id = given["campaign"]
    wanted = replace(form.pool, terms=form.terms(), campaign_id=campaign_id) if form.pool else None
    wanted = wanted or coupons.new(desk.program_id, given["code"], form.terms(), campaign_id=campaign_id)
    with desk.conn.transaction():
        saved = flows.save_pool(
            desk.conn,
            desk.plan,
            wanted,
            version=given["version"] or 0,
            public_code=given.get("public_code", ""),
            by=desk.operator,
            at=desk.at,
        )
    desk.note("coupon-pool-saved", pool=saved.code, version=saved.version)
    if form.pool and saved.version == form.pool.version:
        messages.info(request, _("Nothing changed."))
    elif saved.state is coupons.PoolState.DRAFT:
        messages.success(request, _("Saved as a draft. Start it when its codes may be used."))
    else:
        messages.success(request, _("Saved. It holds for every coupon of the pool from now on."))
    return redirect("coupons_pool", saved.code)


@on_desk
def example(request: HttpRequest, desk: Desk, code: str = "") -> HttpResponse:
    """A fragment: what the terms in the form would do to a basket."""
    form = PoolForm(desk, named(desk, code) if code else None, request.GET)
    if not form.is_valid() and not set(form.errors) <= {"name_en", "code", "public_code"}:
        text = _("Fill in what it gives to see a basket with it.")
        return render(request, "console/effect.html", {"text": text})
    form.cleaned_data = {"name_en": "", "name_zh": "", "code": "new", "codes": "personal", **form.cleaned_data}
    return render(request, "console/effect.html", {"text": _example(desk, form.terms())})


def _example(desk: Desk, terms: coupons.Terms) -> str:
    minor = max(_EXAMPLE_MINOR, terms.minimum_minor)
    sku = terms.skus[0] if terms.skus else ""
    category = terms.categories[0] if terms.categories else ""
    lines = [
        activities.Line(line_id="1", amount_minor=minor, sku=sku, category=category),
        activities.Line(line_id="2", amount_minor=1200, kind=activities.LineKind.DELIVERY),
    ]
    priced = coupons.price(lines, [coupons.Candidate(code="X", pool="x", terms=terms)])
    return _("%(gives)s. A basket of %(basket)s and %(delivery)s delivery: %(off)s off, %(pay)s to pay.") % {
        "gives": coupon_words.gives(desk, terms),
        "basket": desk.amount(minor),
        "delivery": desk.amount(1200),
        "off": desk.amount(priced.listed_minor - priced.total_minor),
        "pay": desk.amount(priced.total_minor),
    }


@require_POST
@on_desk
def step(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Start, pause or end a pool."""
    pool = named(desk, code)
    try:
        state = coupons.PoolState(request.POST.get("state", ""))
    except ValueError:
        raise Http404 from None
    try:
        with desk.conn.transaction():
            after = coupons.set_state(desk.conn, pool, state, by=desk.operator, at=desk.at)
        desk.note("coupon-pool-state", pool=code, state=state.value)
        messages.success(request, _("The pool is now: %(state)s.") % {"state": coupon_words.state_name(after.state)})
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
    return redirect("coupons_pool", code)
