"""Referrals: how many friends came how far, who waits for a person, the terms and their history."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from regulars.doors.console import format as write
from regulars.doors.console import history, people, refusals
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Column, EmptyState, Facts, Kpi, Row, Table, badge
from regulars.kit import money
from regulars.kit.errors import Refusal
from regulars.program import referrals
from regulars.records import members

_LISTED = 50
_BROUGHT = 8


def period_names() -> dict[str, str]:
    """How long a cap holds."""
    return {"month": _("a month"), "year": _("a year"), "ever": _("in all")}


def reason_names() -> dict[str, str]:
    """What two people have in common, or what else makes a person look."""
    return {
        "device": _("same device"),
        "address": _("same address"),
        "payment": _("same way of paying"),
        "email": _("same e-mail"),
        "phone": _("same phone"),
        "account": _("one account of points"),
        "frozen": _("a membership is frozen"),
    }


class TermsForm(forms.Form):
    """What both sides get, and when."""

    advocate_points = forms.IntegerField(
        label=gettext_lazy("Points for who brings a friend"), min_value=0, max_value=referrals.POINTS_MAX
    )
    friend_points = forms.IntegerField(
        label=gettext_lazy("Points for the friend"), min_value=0, max_value=referrals.POINTS_MAX
    )
    minimum = forms.DecimalField(
        label=gettext_lazy("The first purchase is at least"), min_value=0, max_value=10**7, initial=0
    )
    window_days = forms.IntegerField(
        label=gettext_lazy("Within so many days of joining"), min_value=1, max_value=3650, initial=30
    )
    keep_days = forms.IntegerField(
        label=gettext_lazy("Kept for so many days"),
        min_value=0,
        max_value=3650,
        required=False,
        help_text=gettext_lazy("Empty: as long as goods may come back."),
    )
    cap = forms.IntegerField(
        label=gettext_lazy("At most so many rewarded friends for one member"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=gettext_lazy("Empty is without a limit."),
    )
    cap_period = forms.ChoiceField(label=gettext_lazy("That limit holds for"), choices=lambda: period_names().items())
    link = forms.CharField(
        label=gettext_lazy("Link for friends"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Your own page, with {code} where the code belongs: https://…"),
    )

    is_live = forms.BooleanField(label=gettext_lazy("Members can bring friends"), required=False)

    def __init__(self, desk: Desk, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=_values(desk))

    def wanted(self, desk: Desk) -> referrals.Scheme:
        """The terms as the form says them."""
        given = dict(self.cleaned_data)
        minimum = money.to_minor(str(given.pop("minimum")), desk.program.currency)
        return referrals.Scheme(program_id=desk.program_id, minimum_minor=minimum, **given)


def _values(desk: Desk) -> dict[str, Any]:
    scheme = desk.plan.referring
    if scheme is None:
        return {"is_live": True, "advocate_points": 100, "friend_points": 100, "cap": 10, "cap_period": "year"}
    names = ("is_live", "advocate_points", "friend_points", "window_days", "keep_days", "cap", "cap_period", "link")
    found = {name: getattr(scheme, name) for name in names}
    return {**found, "minimum": money.to_decimal(scheme.minimum_minor, desk.program.currency)}


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page."""
    waits = referrals.listed(desk.conn, desk.program_id, limit=_LISTED, review=referrals.Review.WAITS)
    newest = referrals.listed(desk.conn, desk.program_id, limit=_LISTED)
    return render(
        request,
        "console/referrals.html",
        {
            "figures": _figures(desk),
            "queue": _table(desk, waits, _("Waiting for a person"), has_buttons=True) if waits else None,
            "newest": _table(desk, newest, _("Newest")),
            "terms": _terms(desk),
            "history": _history(desk),
        },
    )


def _history(desk: Desk) -> Table:
    found = referrals.history(desk.conn, desk.program_id)
    return history.table(desk, found, _field_names(), lambda name, told: _told(desk, name, told))


def _figures(desk: Desk) -> list[Kpi]:
    found = referrals.funnel(desk.conn, desk.program_id)
    cost = desk.worth_minor(found.points)
    each = desk.amount(cost // found.kept) if found.kept else "–"
    return [
        Kpi(
            label=_("Friends who joined"),
            value=write.number(found.joined),
            change=ngettext("of %(count)s code", "of %(count)s codes", found.codes)
            % {"count": write.number(found.codes)},
        ),
        Kpi(label=_("Bought"), value=write.number(found.bought)),
        Kpi(label=_("Bought and kept"), value=write.number(found.kept)),
        Kpi(
            label=_("Cost of a friend"),
            value=each,
            definition=_("Points of both sides at their cost, divided by friends whose first purchase is kept."),
        ),
    ]


def _terms(desk: Desk) -> Facts | None:
    scheme = desk.plan.referring
    if scheme is None:
        return None
    keep_days = desk.program.return_window_days if scheme.keep_days is None else scheme.keep_days
    cap = _("%(count)s friends %(period)s") % {"count": scheme.cap, "period": period_names()[scheme.cap_period]}
    return Facts(
        rows={
            _("State"): badge(_("On"), "good") if scheme.is_live else badge(_("Off")),
            _("Points for who brings a friend"): write.number(scheme.advocate_points),
            _("Points for the friend"): write.number(scheme.friend_points),
            _("The first purchase is at least"): desk.amount(scheme.minimum_minor),
            _("Within so many days of joining"): write.number(scheme.window_days),
            _("Kept for so many days"): write.number(keep_days),
            _("Rewarded at most"): cap if scheme.cap else _("without a limit"),
            _("Link for friends"): scheme.link or "–",
        }
    )


def _table(desk: Desk, found: list[referrals.Referral], caption: str, *, has_buttons: bool = False) -> Table:
    who = members.several(
        desk.conn, desk.program_id, list({one for r in found for one in (r.member_id, r.advocate_id)})
    )
    columns = [Column(label=_("Friend")), Column(label=_("Brought by")), Column(label=_("Joined on"))]
    columns += [Column(label=_("Why"))] if has_buttons else [Column(label=_("Points"), end=True)]
    columns += [Column(label=_("Actions"), end=True) if has_buttons else Column(label=_("State"))]
    rows = []
    for one in found:
        cells: list[str] = [people.title_of(who[i]) if i in who else "–" for i in (one.member_id, one.advocate_id)]
        cells.append(write.day(one.joined_on))
        if has_buttons:
            names = reason_names()
            cells.append(_(", ").join(names.get(reason, reason) for reason in one.reasons))
            cells.append(desk.markup("console/referral_buttons.html", one=one))
        else:
            cells += [write.number(one.advocate_points + one.friend_points), state_badge(one)]
        rows.append(Row(cells=cells, href=reverse("members_show", args=[one.member_id])))
    return Table(
        caption=caption,
        columns=columns,
        rows=rows,
        empty=EmptyState(
            title=_("Nobody was brought yet"),
            text=_("Members ask for their code in your shop or app; friends who join with it show here."),
            icon="share-2",
        ),
    )


def state_badge(one: referrals.Referral) -> SafeString:
    """How far it came, in words."""
    if one.review is referrals.Review.WAITS:
        return badge(_("Waits for a person"), "warn")
    match one.state:
        case referrals.State.JOINED:
            return badge(_("Joined"))
        case referrals.State.BOUGHT:
            return badge(_("Bought"), "info")
        case referrals.State.KEPT:
            return badge(_("Rewarded"), "good")
        case referrals.State.REFUSED:
            return badge(_("Refused"), "bad")
        case _:
            return badge(_("Cancelled"))


def _field_names() -> dict[str, str]:
    return {
        "is_live": _("Members can bring friends"),
        "advocate_points": _("Points for who brings a friend"),
        "friend_points": _("Points for the friend"),
        "minimum_minor": _("The first purchase is at least"),
        "window_days": _("Within so many days of joining"),
        "keep_days": _("Kept for so many days"),
        "cap": _("At most so many rewarded friends for one member"),
        "cap_period": _("That limit holds for"),
        "link": _("Link for friends"),
    }


def _told(desk: Desk, name: str, told: str) -> str:
    if name == "minimum_minor" and told:
        return desk.amount(int(told))
    if name == "is_live" and told:
        return _("yes") if told == "True" else _("no")
    return period_names().get(told, told) if name == "cap_period" else told


@on_desk
def edit(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The terms."""
    form = TermsForm(desk, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                is_changed = referrals.save(desk.conn, form.wanted(desk), by=desk.operator, at=desk.at)
        except Refusal as refusal:
            form.add_error(None, refusals.words(refusal))
        else:
            desk.note("referral-terms-saved")
            said = _("The terms are saved. Rewards that are not paid yet follow them.")
            messages.success(request, said if is_changed else _("Nothing was changed."))
            return redirect("referrals")
    page = render(request, "console/referral_terms.html", {"form": form})
    return wrong(page) if form.errors else page


@require_POST
@on_desk
def decide(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Approve or refuse a referral that waits."""
    review = referrals.Review.APPROVED if request.POST.get("what") == "approve" else referrals.Review.REFUSED
    try:
        with desk.conn.transaction():
            referrals.decide(desk.conn, desk.program_id, member_id, review, by=desk.operator, at=desk.at)
    except referrals.ReferralDecided as refusal:
        messages.error(request, refusals.words(refusal))
    else:
        desk.note("referral-decided", friend=str(member_id), review=review.name.lower())
        messages.success(
            request,
            _("Approved: both are rewarded once the first purchase is kept.")
            if review is referrals.Review.APPROVED
            else _("Refused: nobody is rewarded."),
        )
    return redirect("referrals")


def of_member(desk: Desk, member_id: UUID) -> dict[str, object] | None:
    """Who brought a member, whom they brought, and their code: for their page."""
    if desk.plan.referring is None:
        return None
    came = referrals.referrals(desk.conn, [member_id]).get(member_id)
    found = referrals.brought(desk.conn, [member_id], limit=_BROUGHT)
    ids = [one.member_id for one in found] + ([came.advocate_id] if came else [])
    who = members.several(desk.conn, desk.program_id, ids)
    names = {one: people.title_of(member) for one, member in who.items()}
    count = ngettext("%(count)s friend brought", "%(count)s friends brought", len(found))
    rows = {people.link_to(one.member_id, names.get(one.member_id, "–")): state_badge(one) for one in found}
    if came:
        brought_by = people.link_to(came.advocate_id, names.get(came.advocate_id, "–"))
        rows = {SafeString(_("Brought by")): brought_by, SafeString(_("State")): state_badge(came), **rows}
    if code := referrals.code(desk.conn, desk.program_id, member_id):
        rows = {SafeString(_("Referral code")): SafeString(code), **rows}
    return {
        "facts": Facts(rows=rows) if rows else None,  # type: ignore[arg-type]
        "note": count % {"count": write.number(len(found))} if found else "",
    }
