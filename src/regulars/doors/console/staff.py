"""Who works here, as what, and who lets them in: accounts, roles, log-in links, sessions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.doors.console import onetime
from regulars.doors.console.accounts import display_name
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.models import Operator
from regulars.doors.console.parts import Column, Row, Table, badge
from regulars.records import access

Role = access.Role

ROLE_NAMES: dict[Role, tuple[str | Promise, str | Promise]] = {
    Role.OWNER: (gettext_lazy("Owner"), gettext_lazy("Everything, and who works here.")),
    Role.MARKETER: (gettext_lazy("Marketing"), gettext_lazy("The program, campaigns, rewards and segments.")),
    Role.AGENT: (gettext_lazy("Service desk"), gettext_lazy("Members one by one: points, orders, rewards, cases.")),
    Role.FINANCE: (gettext_lazy("Finance"), gettext_lazy("The books, approvals and the audit log.")),
    Role.ANALYST: (gettext_lazy("Analyst"), gettext_lazy("Figures and the program; no person.")),
    Role.DEVELOPER: (gettext_lazy("Developer"), gettext_lazy("API keys and refused input; no person.")),
    Role.CLERK: (gettext_lazy("Store clerk"), gettext_lazy("Find a member, hand out rewards, check coupons.")),
}


class StaffForm(forms.Form):
    """A new account."""

    username = forms.RegexField(
        r"^[\w.@+-]+$", label=gettext_lazy("User name"), max_length=150, help_text=gettext_lazy("They log in with it.")
    )
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=lambda: [(str(role), name) for role, (name, _what) in ROLE_NAMES.items()],
        initial=Role.AGENT,
    )

    def clean_username(self) -> str:
        """One account a name."""
        name: str = self.cleaned_data["username"]
        if Operator.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("There is an account of this name."))
        return name


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Everybody; a POST adds somebody and shows their link this once."""
    form = StaffForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = Operator(username=given["username"], email=given["email"], role=given["role"])
        made.set_unusable_password()
        made.save()
        link = request.build_absolute_uri(onetime.issue(made.username, at=desk.at))
        desk.note("staff-added", account=f"staff:{made.pk}", role=made.role)
        form = StaffForm()
    page = render(
        request,
        "console/staff.html",
        {
            "accounts": _accounts(request, desk),
            "form": form,
            "link": link,
            "roles": [
                (name, what, Operator.objects.filter(role=role, is_active=True).count())
                for role, (name, what) in ROLE_NAMES.items()
            ],
        },
    )
    page["Cache-Control"] = "no-store"
    return wrong(page) if form.errors else page


def _accounts(request: HttpRequest, desk: Desk) -> Table:
    sessions = _sessions()
    return Table(
        caption=_("Accounts"),
        columns=[
            Column(label=_("Name")),
            Column(label=_("Role")),
            Column(label=_("State")),
            Column(label=_("Last log-in")),
            Column(label=_("Sessions"), end=True),
            Column(label=_("Actions"), end=True),
        ],
        rows=[
            Row(
                cells=[
                    display_name(one),
                    str(ROLE_NAMES[Role(one.role)][0]),
                    badge(_("Active"), "good") if one.is_active else badge(_("Closed")),
                    desk.moment(one.last_login) if one.last_login else _("never"),
                    str(len(sessions.get(str(one.pk), ()))),
                    _("This is you")
                    if one.pk == request.user.pk
                    else desk.markup("console/staff_buttons.html", account=one, roles=ROLE_NAMES.items()),
                ]
            )
            for one in Operator.objects.order_by("-is_active", "username")
        ],
    )


def _sessions() -> dict[str, list[Session]]:
    """Open sessions by account."""
    found: dict[str, list[Session]] = {}
    for one in Session.objects.all():
        account = one.get_decoded().get("_auth_user_id")
        if account is not None:
            found.setdefault(account, []).append(one)
    return found


@require_POST
@on_desk
def change(request: HttpRequest, desk: Desk, account_id: int) -> HttpResponse:
    """Give another role, close or open an account, end its sessions, make a new link. Nobody changes their own."""
    one = get_object_or_404(Operator, pk=account_id)
    what = request.POST.get("what", "")
    if one.pk == request.user.pk:
        messages.error(request, _("Somebody else must change your own account."))
    elif what == "role" and request.POST.get("role") in {str(role) for role in Role}:
        _set(desk, one, "staff-role-changed", role=request.POST["role"])
        messages.success(request, _("The role holds from the next page on."))
    elif what in {"close", "open"}:
        _set(desk, one, "staff-closed" if what == "close" else "staff-opened", is_active=what == "open")
        messages.success(request, _("Closed, and logged out everywhere.") if what == "close" else _("Open again."))
    elif what == "sessions":
        _end_sessions(one)
        desk.note("sessions-ended", account=f"staff:{one.pk}")
        messages.success(request, _("Logged out everywhere."))
    elif what == "link" and one.is_active:
        link = request.build_absolute_uri(onetime.issue(one.username, at=desk.at))
        desk.note("login-link-made", account=f"staff:{one.pk}")
        messages.success(request, _("A link that lets them in once, within a day: %(link)s") % {"link": link})
    return redirect("staff")


def _set(desk: Desk, one: Operator, verb: str, **values: Any) -> None:
    for name, value in values.items():
        setattr(one, name, value)
    one.save(update_fields=list(values))
    if values.get("is_active") is False:
        _end_sessions(one)
    desk.note(verb, account=f"staff:{one.pk}", **{name: str(value) for name, value in values.items()})


def _end_sessions(one: Operator) -> None:
    for session in _sessions().get(str(one.pk), ()):
        session.delete()
