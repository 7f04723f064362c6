"""Adjustments that wait for a second person: the queue, one of them with its effect, and what was decided."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars import flows
from regulars.doors.console import member_forms, people, refusals
from regulars.doors.console.desk import Desk, on_desk, wrong
from regulars.doors.console.parts import Choice, Column, EmptyState, Facts, Row, Table, badge
from regulars.kit.errors import Kind, Refusal
from regulars.records import ledger, members

State = ledger.adjustments.State
Adjustment = ledger.adjustments.Adjustment
STATES = {"waiting": State.PENDING, "approved": State.APPROVED, "declined": State.DECLINED}
_MAX = 200
_OF_MEMBER = 6


class ApproveForm(forms.Form):
    """Yes, with a remark where there is one."""

    note = forms.CharField(
        label=gettext_lazy("Remark"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Only operators see it."),
    )


class DeclineForm(forms.Form):
    """No, and why."""

    note = forms.CharField(
        label=gettext_lazy("Why not"),
        max_length=200,
        help_text=gettext_lazy("Whoever asked reads it; the member does not."),
    )


@on_desk
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The queue, oldest first; `?state=` shows what was decided, newest first."""
    asked = request.GET.get("state", "waiting")
    asked = asked if asked in STATES else "waiting"
    found = ledger.adjustments.newest(desk.conn, wallet_ids=desk.plan.wallets, states=[STATES[asked]], limit=_MAX)
    if asked == "waiting":
        found.reverse()
    labels = {"waiting": _("Waiting"), "approved": _("Approved"), "declined": _("Declined")}
    choices = [Choice(label=labels[key], href=f"?state={key}", is_current=key == asked) for key in STATES]
    return render(request, "console/approvals.html", {"choices": choices, "adjustments": _queue(desk, found)})


def _queue(desk: Desk, found: list[Adjustment]) -> Table:
    who = members.several(desk.conn, desk.program_id, list({one.member_id for one in found}))
    return Table(
        caption=_("Waiting for approval"),
        columns=[
            Column(label=_("Member")),
            Column(label=_("Points"), end=True),
            Column(label=_("Reason")),
            Column(label=_("Asked by")),
            Column(label=_("Asked on")),
            Column(label=_("State")),
        ],
        rows=[
            Row(
                cells=[
                    people.title_of(who[one.member_id]),
                    counted(desk, one),
                    one.shown_reason,
                    one.asked_name,
                    desk.moment(one.asked_at),
                    state_badge(one.state),
                ],
                href=_address(one),
            )
            for one in found
            if one.member_id in who
        ],
        empty=EmptyState(
            title=_("Nothing waits here"),
            text=_("Adjustments above somebody's limit wait here until another person approves them."),
            icon="badge-check",
        ),
    )


def of_member(desk: Desk, member_id: UUID) -> Table | None:
    """What needed a second person at a member, newest first; None when nothing ever did."""
    found = ledger.adjustments.newest(
        desk.conn, wallet_ids=desk.plan.wallets, states=STATES.values(), limit=_OF_MEMBER, member_id=member_id
    )
    if not found:
        return None
    return Table(
        caption=_("Adjustments with a second person"),
        columns=[
            Column(label=_("Reason")),
            Column(label=_("Asked by")),
            Column(label=_("Decided by")),
            Column(label=_("Points"), end=True),
            Column(label=_("State")),
        ],
        rows=[
            Row(
                cells=[
                    one.shown_reason,
                    _who_and_when(one.asked_name, desk.short_moment(one.asked_at)),
                    _who_and_when(one.decided_name, desk.short_moment(one.decided_at) if one.decided_at else ""),
                    counted(desk, one),
                    state_badge(one.state),
                ],
                href=_address(one),
            )
            for one in found
        ],
    )


def _who_and_when(name: str | None, when: str) -> str:
    return _("%(name)s, %(when)s") % {"name": name, "when": when} if name else "–"


def _address(one: Adjustment) -> str:
    return reverse("approvals_decide", args=[one.member_id, one.adjustment_id])


def counted(desk: Desk, one: Adjustment) -> str:
    """The points (an amount in a wallet of money), and of what, where the program has several wallets."""
    wallet = desk.plan.wallets[one.wallet_id]
    points = desk.moved(wallet, one.points)
    return points if len(desk.plan.wallets) == 1 else f"{points} {desk.say(wallet.unit)}"


def state_badge(state: State) -> SafeString:
    """Where it stands, in words."""
    match state:
        case State.PENDING:
            return badge(_("Waits"), "warn")
        case State.APPROVED:
            return badge(_("Approved"), "good")
        case State.DECLINED:
            return badge(_("Declined"))
        case State.APPLIED:
            return badge(_("Done"), "good")


@on_desk
def decide(request: HttpRequest, desk: Desk, member_id: UUID, adjustment_id: UUID) -> HttpResponse:
    """One adjustment with its effect; a POST with `what` approves or declines it. A second click changes nothing."""
    who = members.get(desk.conn, desk.program_id, member_id)
    one = ledger.adjustments.find(desk.conn, member_id, adjustment_id)
    if one is None or one.wallet_id not in desk.plan.wallets:
        raise Http404
    approving = request.POST.get("what") == "approve"
    approve_form = ApproveForm(request.POST if approving else None, auto_id="approve_%s")
    decline_form = DeclineForm(request.POST if request.POST and not approving else None, auto_id="decline_%s")
    form = approve_form if approving else decline_form
    if request.method == "POST" and form.is_valid():
        try:
            with desk.conn.transaction():
                return _decided(request, desk, one, approving=approving, note=form.cleaned_data["note"])
        except flows.AlreadyDecided as refused:
            messages.info(request, refusals.words(refused))
            return redirect("approvals")
        except Refusal as refused:
            if refused.kind is Kind.NOT_FOUND:
                raise
            form.add_error(None, refusals.words(refused))
    return _page(request, desk, who, one, approve_form, decline_form)


def _decided(request: HttpRequest, desk: Desk, one: Adjustment, *, approving: bool, note: str) -> HttpResponse:
    if approving:
        done = flows.approve_adjustment(
            desk.conn, desk.plan, one.member_id, one.reference, by=desk.actor, at=desk.at, note=note
        )
        text = _("Approved: the points moved.")
    else:
        done = flows.decline_adjustment(
            desk.conn, desk.plan, one.member_id, one.reference, by=desk.actor, at=desk.at, note=note
        )
        text = _("Declined: no points moved.")
    if done.is_replay:
        messages.info(request, _("This was decided before; nothing was changed."))
    else:
        messages.success(request, text)
        desk.note("adjustment-decided", member=str(one.member_id), points=one.points, is_approved=approving)
    return redirect("approvals")


def _page(
    request: HttpRequest,
    desk: Desk,
    who: members.Member,
    one: Adjustment,
    approve_form: ApproveForm,
    decline_form: DeclineForm,
) -> HttpResponse:
    page = render(
        request,
        "console/approval.html",
        {
            "member": who,
            "member_title": people.title_of(who),
            "points": counted(desk, one),
            "state": state_badge(one.state),
            "facts": _facts(desk, one),
            "effect": _effect(desk, one) if one.state is State.PENDING else "",
            "waits": one.state is State.PENDING,
            "is_own": one.asked_person == desk.actor.person,
            "approve_form": approve_form,
            "decline_form": decline_form,
        },
    )
    return wrong(page) if approve_form.errors or decline_form.errors else page


def _facts(desk: Desk, one: Adjustment) -> Facts:
    rows = {
        _("Reason"): one.shown_reason,
        _("Internal note"): one.hidden_note or "–",
        _("Asked by"): _who_and_when(one.asked_name, desk.moment(one.asked_at)),
    }
    if one.decided_at is not None:
        rows[_("Decided by")] = _who_and_when(one.decided_name, desk.moment(one.decided_at))
        rows[_("Remark")] = one.decision_note or "–"
    return Facts(rows=rows)


def _effect(desk: Desk, one: Adjustment) -> str:
    wallet = desk.plan.wallets[one.wallet_id]
    account_id = members.accounts(desk.conn, [one.member_id])[one.member_id]
    now = ledger.balances(desk.conn, [account_id], wallet=wallet, today=desk.today)[account_id].spendable
    return member_forms.change(desk, wallet, now, one.points)
