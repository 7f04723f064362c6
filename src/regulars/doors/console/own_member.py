"""My account: which member I am myself, so that nobody moves their own points."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.doors.console import people
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.records import access, members


class OwnMemberForm(forms.Form):
    """Who I am as a member."""

    named = forms.CharField(
        label=gettext_lazy("Your member id, phone, e-mail or card"),
        max_length=200,
        help_text=gettext_lazy("It cannot be taken back: a name that could be removed would protect nobody."),
    )


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The page; a POST names one more member as one's own."""
    form = OwnMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member_id = people.named(desk, form.cleaned_data["named"])
        if member_id is not None:
            if access.name_own_member(desk.conn, desk.program_id, desk.actor.person, member_id, at=desk.at):
                desk.note("own-member-named", member=str(member_id))
            messages.success(request, _("Noted: you no longer adjust this member's points, nor approve it."))
            return redirect("me")
        form.add_error("named", _("No member has this id or identifier."))
    own = access.own_members(desk.conn, desk.program_id, desk.actor.person)
    found = members.several(desk.conn, desk.program_id, own)
    page = render(
        request,
        "console/own_member.html",
        {"form": form, "own": [(found[one], people.title_of(found[one])) for one in own if one in found]},
    )
    return wrong(page) if form.errors else page
