"""What a person does for two members: points given, an account shared, two profiles made one. Previewed in numbers."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.doors.console import format as write
from regulars.doors.console import member, people, refusals
from regulars.doors.console.desk import Desk, keep_what_stands, on_desk, wrong
from regulars.doors.console.once import OnceForm
from regulars.kit.errors import Refusal
from regulars.records import members

T = TypeVar("T")


class _OtherForm(OnceForm):
    """Names another member; what it would do is shown before it is done."""

    other = forms.CharField(
        label=gettext_lazy("The other member"),
        max_length=200,
        help_text=gettext_lazy("The shop's id, phone, card or e-mail, or a name only one member has."),
    )
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)


class GiveForm(_OtherForm):
    """Points for another member."""

    points = forms.IntegerField(label=gettext_lazy("Points"), min_value=1, max_value=1_000_000)
    message = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Both members read it beside the points."),
    )


class MergeForm(_OtherForm):
    """The member who stays."""


class HouseholdForm(OnceForm):
    """A household by the shop's number of it: joined where there is one, else founded."""

    household = forms.CharField(
        label=gettext_lazy("Household number"),
        max_length=200,
        help_text=gettext_lazy(
            "An existing one is joined, a new one is founded. All points move into the shared account."
        ),
    )


def _other(desk: Desk, form: forms.Form, member_id: UUID) -> UUID | None:
    """The one member that the words find, besides this one; else the form says why not."""
    text = form.cleaned_data["other"]
    exact = set(members.find(desk.conn, desk.program_id, list(_identifiers(text))).values()) - {member_id}
    if len(exact) == 1:
        return exact.pop()
    found = members.search(desk.conn, desk.program_id, text, limit=3)
    found = [one for one in found if one.member_id != member_id and one.merged_into is None]
    if len(found) == 1:
        return found[0].member_id
    form.add_error("other", _("Several members are found by this.") if found else _("Nobody else is found by this."))
    return None


def one_member(desk: Desk, form: forms.Form, name: str) -> UUID | None:
    """The one member that the words of a field find; else the form says why not."""
    text = form.cleaned_data[name]
    exact = set(members.find(desk.conn, desk.program_id, list(_identifiers(text))).values())
    if len(exact) == 1:
        return exact.pop()
    found = [one for one in members.search(desk.conn, desk.program_id, text, limit=3) if one.merged_into is None]
    if len(found) == 1:
        return found[0].member_id
    form.add_error(name, _("Several members are found by this.") if found else _("Nobody is found by this."))
    return None


def _identifiers(text: str) -> Iterator[members.Identifier]:
    """What the words may be as a whole."""
    for kind in members.IdentifierKind:
        with suppress(members.IdentifierInvalid):
            yield members.normal(kind, text)


@on_desk
def give(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Give points of this member to another: first what it would do, then do it."""
    who = members.get(desk.conn, desk.program_id, member_id)
    form = GiveForm(request.POST or None)
    preview: list[str] = []
    if request.method == "POST" and form.is_valid() and (to := _other(desk, form, member_id)) is not None:
        is_real = form.cleaned_data["confirmed"]
        gift = flows.Gift(
            gift_id=f"console-{form.cleaned_data['token']}",
            giver_id=member_id,
            to=to,
            points=form.cleaned_data["points"],
            message=form.cleaned_data["message"].strip(),
        )
        done = _attempt(
            desk, form, lambda: flows.give_points(desk.conn, desk.plan, gift, at=desk.at, preview=not is_real)
        )
        if done is not None and is_real:
            desk.note("points-given", member=str(member_id), to=str(to), points=gift.points)
            messages.success(request, _("%(points)s points were given.") % {"points": write.number(gift.points)})
            return redirect("members_show", member_id)
        if done is not None:
            facts = {
                "points": write.number(gift.points),
                "name": people.title_of(members.get(desk.conn, desk.program_id, to)),
                "left": write.number(done.answer["balance"]["available"]),
            }
            preview = [_("%(points)s points go to %(name)s; %(left)s can be used afterwards.") % facts]
    return _page(request, who, _("Give points"), form, preview, _("Give points"))


@on_desk
def merge(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Merge this member into another: first what would move, then do it."""
    who = members.get(desk.conn, desk.program_id, member_id)
    form = MergeForm(request.POST or None)
    preview: list[str] = []
    if request.method == "POST" and form.is_valid() and (into := _other(desk, form, member_id)) is not None:
        is_real = form.cleaned_data["confirmed"]
        done = _attempt(
            desk,
            form,
            lambda: flows.merge_members(desk.conn, desk.plan, member_id, into, at=desk.at, preview=not is_real),
        )
        if done is not None and is_real:
            desk.note("members-merged", member=str(member_id), into=str(into))
            messages.success(request, _("Merged. It can be undone for 30 days."))
            return redirect("members_show", into)
        if done is not None:
            other = members.get(desk.conn, desk.program_id, into)
            preview = [
                _("%(name)s stays; identifiers and orders lead there from now on.") % {"name": people.title_of(other)},
                *_moved(desk, done, done.answer["holds"]),
                _("Tier afterwards: %(tier)s.") % {"tier": done.answer["tier"]["name"]},
            ]
    return _page(request, who, _("Merge into another member"), form, preview, _("Merge"))


@on_desk
def unmerge(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Undo the merge of this member; what would move back is shown first."""
    who = members.get(desk.conn, desk.program_id, member_id)
    form = OnceForm(request.POST or None)
    is_real = request.method == "POST" and form.is_valid()
    try:
        with desk.conn.transaction():
            done = flows.unmerge_members(desk.conn, desk.plan, member_id, at=desk.at, preview=not is_real)
    except Refusal as refusal:
        messages.error(request, refusals.words(refusal))
        return redirect("members_show", member_id)
    if is_real:
        desk.note("merge-undone", member=str(member_id))
        messages.success(request, _("The merge was undone."))
        return redirect("members_show", member_id)
    preview = [_("Their identifiers find this member again."), *_moved(desk, done, 0)]
    return _page(request, who, _("Undo the merge"), form, preview, _("Undo the merge"))


def _moved(desk: Desk, done: flows.Merged, holds: int) -> list[str]:
    """What moves, in numbers."""
    lines = []
    for one in done.answer["moved"]:
        wallet = desk.plan.wallet_of(one["wallet"])
        numbers = {name: desk.counted(wallet, one[name]) for name in ("points", "debt")}
        facts = {"unit": desk.say(wallet.unit), **numbers}
        lines.append(_("%(points)s %(unit)s move.") % facts)
        if one["debt"]:
            lines.append(_("%(debt)s owed %(unit)s move, too.") % facts)
    if holds:
        lines.append(_("%(count)s open holds move along.") % {"count": write.number(holds)})
    return lines or [_("No points move.")]


@on_desk
def household(request: HttpRequest, desk: Desk, member_id: UUID) -> HttpResponse:
    """Join or found a household, leave it, or dissolve it."""
    who = members.get(desk.conn, desk.program_id, member_id)
    bonds = member.together(desk, who)
    form: forms.Form = OnceForm(request.POST or None) if bonds["household"] else HouseholdForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _attempt(desk, form, lambda: _share(request, desk, member_id, bonds, form))
        if done is not None:
            messages.success(request, done)
            return redirect("members_show", member_id)
    page = render(
        request,
        "console/form_page.html",
        {
            "title": _("Household"),
            "back": reverse("members_show", args=[member_id]),
            "back_label": people.title_of(who),
            "form": form,
            "fields": "console/member_household_form.html",
            **bonds,
        },
    )
    return wrong(page) if form.errors else page


def _share(request: HttpRequest, desk: Desk, member_id: UUID, bonds: dict[str, object], form: forms.Form) -> str:
    shared = bonds["household"]
    if isinstance(shared, members.Household):
        is_dissolved = request.POST.get("what") == "dissolve"
        desk.note("household-dissolve" if is_dissolved else "household-leave", member=str(member_id))
        if is_dissolved:
            flows.dissolve_household(desk.conn, desk.plan, shared.external_id, at=desk.at)
            return _("The household was dissolved; its points were split evenly.")
        flows.leave_household(desk.conn, desk.plan, shared.external_id, member_id, at=desk.at)
        return _("Left the household; the points stay there.")
    number = form.cleaned_data["household"].strip()
    desk.note("household-joined", member=str(member_id))
    if members.households.is_known(desk.conn, desk.program_id, number):
        flows.join_household(desk.conn, desk.plan, number, member_id, at=desk.at)
    else:
        flows.found_household(desk.conn, desk.plan, number, [member_id], at=desk.at)
    return _("The points are in the shared account now.")


def _attempt(desk: Desk, form: forms.Form, act: Callable[[], T]) -> T | None:
    """Do it in a savepoint; a refusal undoes all of it and stands on the form."""
    try:
        with desk.conn.transaction():
            return act()
    except Refusal as refusal:
        keep_what_stands(refusal, act)
        form.add_error(None, refusals.words(refusal))
        return None


def _page(
    request: HttpRequest, who: members.Member, title: str, form: forms.Form, preview: list[str], action: str
) -> HttpResponse:
    page = render(
        request,
        "console/form_page.html",
        {
            "title": title,
            "back": reverse("members_show", args=[who.member_id]),
            "back_label": people.title_of(who),
            "form": form,
            "fields": "console/member_together_form.html",
            "preview": preview,
            "action": action,
        },
    )
    return wrong(page) if form.errors else page
