"""Coupons: the pools with what became of them, and a code as a till would ask about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars import flows
from regulars.doors.console import coupon_words, people
from regulars.doors.console import format as write
from regulars.doors.console.coupon_forms import CheckForm
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.member_together import one_member
from regulars.doors.console.parts import Column, EmptyState, Facts, Row, Table
from regulars.kit import money
from regulars.program import coupons
from regulars.records import activities, members


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The pools, the latest first; beside them a till."""
    return render(request, "console/coupons.html", {"pools": _pools(desk), "check": CheckForm()})


def _pools(desk: Desk) -> Table:
    figures = coupons.figures(desk.conn, desk.program_id)
    rows = []
    for pool in coupons.pools(desk.conn, desk.program_id):
        found = figures.get(pool.pool_id, coupons.Figures())
        rows.append(
            Row(
                cells=[
                    desk.say(pool.terms.name),
                    coupon_words.gives(desk, pool.terms),
                    coupon_words.short_kind(pool.terms.codes),
                    coupon_words.span(pool.terms),
                    issued(pool, found),
                    write.number(found.used),
                    rate(pool, found),
                    desk.amount(found.discount_minor, whole=True) if found.discount_minor else "–",
                    coupon_words.state(pool.state),
                ],
                href=reverse("coupons_pool", args=[pool.code]),
            )
        )
    return Table(
        caption=_("Pools of coupons"),
        columns=[
            Column(label=_("Pool")),
            Column(label=_("What it gives")),
            Column(label=_("Codes")),
            Column(label=_("Valid")),
            Column(label=_("Issued"), end=True),
            Column(label=_("Used"), end=True),
            Column(label=_("Redemption rate"), end=True),
            Column(label=_("Discount given"), end=True),
            Column(label=_("State")),
        ],
        rows=rows,
        empty=EmptyState(
            title=_("No coupons yet"),
            text=_("A pool says what its coupons give, to whom and until when."),
            icon="ticket",
            action=_("Add a pool"),
            href=reverse("coupons_new"),
        ),
    )


def issued(pool: coupons.Pool, found: coupons.Figures) -> str:
    """How many codes are out; nobody knows who has read a public one."""
    return "–" if pool.terms.codes == "public" else write.number(found.issued)


def rate(pool: coupons.Pool, found: coupons.Figures) -> str:
    """Used of issued."""
    return "–" if pool.terms.codes == "public" or found.rate is None else write.percent(found.rate)


@on_desk
def check(request: HttpRequest, desk: Desk) -> HttpResponse:
    """A fragment: whether a code is good, for this member and basket, and what it gives; if not, why."""
    form = CheckForm(request.GET)
    if not form.is_valid():
        return render(request, "console/coupon_checked.html", {"hint": _("Type a code as it stands on the coupon.")})
    given = form.cleaned_data
    member_id = one_member(desk, form, "who") if given["who"] else None
    if form.errors:
        return render(request, "console/coupon_checked.html", {"why": form.errors["who"][0]})
    minor = money.to_minor(str(given["amount"]), desk.program.currency) if given["amount"] else 0
    try:
        found = flows.check_coupon(
            desk.conn,
            desk.plan,
            given["code"],
            asked_by=desk.actor.code,
            at=desk.at,
            member_id=member_id,
            lines=(activities.Line(line_id="1", amount_minor=minor),) if minor else (),
            language=desk.language,
        )
    except coupons.CouponMalformed:
        why = coupon_words.why(desk, coupons.Why(code="malformed"))
        return render(request, "console/coupon_checked.html", {"why": why})
    except coupons.TooManyGuesses:
        return render(request, "console/coupon_checked.html", {"why": _("Too many wrong codes; wait ten minutes.")})
    return render(request, "console/coupon_checked.html", _checked(desk, found, minor))


def _checked(desk: Desk, found: flows.Checked, minor: int) -> dict[str, object]:
    coupon, pool = found.looked.coupon, found.looked.pool
    if coupon is None or pool is None:
        return {"why": coupon_words.why(desk, found.why) if found.why else ""}
    last = coupons.ends_on(pool, coupon)
    facts = {_("Code"): coupon.shown, _("Pool"): desk.say(pool.terms.name)}
    facts[_("What it gives")] = coupon_words.gives(desk, pool.terms)
    if coupon.member_id is not None:
        known = members.several(desk.conn, desk.program_id, [coupon.member_id])
        facts[_("Member")] = people.title_of(known[coupon.member_id])
    facts[_("Last day")] = write.day(last) if last else _("without end")
    facts[_("Uses left")] = write.number(coupon.uses_left) if coupon.uses_left is not None else _("no limit")
    if found.price is not None and found.why is None:
        facts[_("Takes off")] = desk.amount(minor - found.price.total_minor)
        facts[_("To pay")] = desk.amount(found.price.total_minor)
    return {
        "why": coupon_words.why(desk, found.why) if found.why else "",
        "good": _("Good: it can be used.") if found.why is None else "",
        "facts": Facts(rows=facts),
        "href": reverse("coupons_code", args=[pool.code, coupon.code]),
    }
