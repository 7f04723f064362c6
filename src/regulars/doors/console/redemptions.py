"""Redeemed rewards: the queue of what is to be handed out, and what a person decides about one."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars import flows
from regulars.doors.console import format as write
from regulars.doors.console import people, refusals
from regulars.doors.console.desk import Desk, on_desk
from regulars.doors.console.parts import Choice, Column, EmptyState, Row, Table, badge
from regulars.kit.errors import Kind, Refusal
from regulars.program import rewards
from regulars.records import members

_LIST_MAX = 200
STATES = {"open": rewards.OPEN, "done": (rewards.State.FULFILLED,), "undone": (rewards.State.UNDONE,)}


def newest(
    desk: Desk, *, limit: int, member_id: UUID | None = None, states: Sequence[rewards.State] | None = None
) -> list[rewards.Redemption]:
    """The newest redemptions, of one member or in one state."""
    return rewards.redemptions(desk.conn, desk.program_id, limit=limit, member_id=member_id, states=states)


def state_badge(state: rewards.State) -> SafeString:
    """Where it stands, in words."""
    match state:
        case rewards.State.ISSUED:
            return badge(_("To hand out"), "warn")
        case rewards.State.PREPARING:
            return badge(_("In preparation"), "info")
        case rewards.State.SHIPPED:
            return badge(_("Shipped"), "info")
        case rewards.State.FULFILLED:
            return badge(_("Handed out"), "good")
        case rewards.State.UNDONE:
            return badge(_("Undone"))


def table(
    desk: Desk, found: Sequence[rewards.Redemption], *, short: bool = False, of_member: bool = False, back: str = "/"
) -> Table:
    """Redemptions as rows: who, what, when, what it cost, where it stands; with buttons unless `short`."""
    names = {r.reward_id: desk.say(r.name) for r in rewards.catalogue(desk.conn, desk.program_id)}
    who = members.several(desk.conn, desk.program_id, list({r.member_id for r in found}))
    columns = [] if of_member else [Column(label=_("Member"))]
    columns += [Column(label=_("Reward")), Column(label=_("Redeemed on"))]
    columns += [] if short else [Column(label=_("Code"))]
    columns += [Column(label=_("Points"), end=True), Column(label=_("State"))]
    columns += [] if short else [Column(label=_("Actions"), end=True)]
    rows = []
    for one in found:
        name = names.get(one.reward_id, "–") + (f" × {one.quantity}" if one.quantity > 1 else "")
        cells: list[str] = [] if of_member else [people.title_of(who[one.member_id])]
        cells += [name, desk.short_moment(one.redeemed_at) if short else desk.moment(one.redeemed_at)]
        cells += [] if short else [format_html('<span class="num">{}</span>', one.code)]
        cells += [write.signed(-one.points), state_badge(one.state)]
        cells += [] if short else [_buttons(desk, one, back)]
        rows.append(Row(cells=cells, href="" if of_member else reverse("members_show", args=[one.member_id])))
    return Table(caption=_("Redemptions"), columns=columns, rows=rows, empty=_nothing())


def _buttons(desk: Desk, one: rewards.Redemption, back: str) -> SafeString:
    if one.state is rewards.State.UNDONE:
        return SafeString("–")
    can_hand_out = one.state is rewards.State.ISSUED
    return desk.markup("console/redemption_buttons.html", one=one, back=back, can_hand_out=can_hand_out)


def _nothing() -> EmptyState:
    return EmptyState(
        title=_("Nothing here"),
        text=_("Rewards that members redeem show here until they are handed out."),
        icon="gift",
    )


@on_desk
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is to be handed out, and what was."""
    asked = request.GET.get("state", "open")
    asked = asked if asked in STATES else "open"
    labels = {"open": _("To hand out"), "done": _("Handed out"), "undone": _("Undone")}
    found = newest(desk, limit=_LIST_MAX, states=STATES[asked])
    return render(
        request,
        "console/redemptions.html",
        {
            "choices": [Choice(label=labels[key], href=f"?state={key}", is_current=key == asked) for key in STATES],
            "redemptions": table(desk, found, back=request.get_full_path()),
        },
    )


@require_POST
@on_desk
def decide(request: HttpRequest, desk: Desk, member_id: UUID, redemption_id: UUID, what: str) -> HttpResponse:
    """Hand a reward out, or undo it and give the points back; a second time changes nothing."""
    try:
        with desk.conn.transaction():
            before = rewards.find(desk.conn, member_id, redemption_id=redemption_id)
            if what == "hand-out":
                is_new = flows.fulfill_redemption(desk.conn, desk.plan, member_id, redemption_id, at=desk.at)
                text = _("Handed out.") if is_new else _("This was decided before; nothing was changed.")
            elif before is not None and before.state is rewards.State.UNDONE:
                text = _("This was decided before; nothing was changed.")
            else:
                done = flows.undo_redemption(desk.conn, desk.plan, member_id, redemption_id, at=desk.at, force=True)
                text = _("Undone: %(points)s points are back, %(available)s can be used now.") % {
                    "points": write.number(done["points_restored"]),
                    "available": write.number(done["balance"]["available"]),
                }
        desk.note("redemption-decided", member=str(member_id), redemption=str(redemption_id), what=what)
        messages.success(request, text)
    except Refusal as refusal:
        if refusal.kind is Kind.NOT_FOUND:
            raise
        messages.error(request, refusals.words(refusal))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if is_ours else reverse("rewards_queue")
